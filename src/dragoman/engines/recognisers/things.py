"""Which of the detector's boxes may be spoken of.

The detector is small and sees cups in moons; alone it is believed only when it is very sure, more
readily where the classifier thinks of the same. An animal that the classifier names is not also a
dog or a person.
"""

from collections.abc import Mapping, Sequence

from dragoman.domain.picture import Place, Size, Thing
from dragoman.engines.recognisers.detector import Box
from dragoman.engines.recognisers.names import Thing as Name
from dragoman.engines.recognisers.subjects import Guess

MIN_SCORE = 0.5
"""The least score of a box that is considered."""
_MIN_SCORE_ALONE = 0.75
_MIN_SCORE_PERSON = 0.7
_MIN_SUPPORT = 0.1
"""The least mean probability with which the classifier supports a box."""
_WHOLE_AREA = 0.95
"""A box of this area says no more than that the picture shows one thing."""
_PLACES: tuple[tuple[Place, Place, Place], ...] = (
    ("top left", "top", "top right"),
    ("left", "centre", "right"),
    ("bottom left", "bottom", "bottom right"),
)
_ANIMALS = frozenset(
    ["bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"]
)


def is_contradicted(guess: Guess, boxes: Sequence[Box], names: Mapping[str, Name]) -> bool:
    """Whether the detector sees another animal where the classifier, not certain, sees `guess`."""
    known = any(guess.subject.name in names[name].subjects for name in _ANIMALS)
    if guess.certain or guess.subject.sort != "animal" or not known:
        return False
    return any(
        box.name in _ANIMALS
        and box.area > 0.3
        and guess.subject.name not in names[box.name].subjects
        for box in boxes
    )


def accepted(
    boxes: Sequence[Box],
    guess: Guess | None,
    support: Mapping[str, float],
    names: Mapping[str, Name],
) -> list[Box]:
    """The boxes that may be named, best first."""
    people = [box for box in boxes if box.name == "person"]
    crowd = any(_person(box, guess) for box in people)
    kept: list[Box] = []
    for box in boxes:
        subjects = names[box.name].subjects
        if box.name == "person":
            keep = _person(box, guess) or (crowd and box.area < _WHOLE_AREA)
        elif _vetoed(box, guess, subjects):
            keep = False
        else:
            backed = any(support[subject] >= _MIN_SUPPORT for subject in subjects)
            keep = backed or (box.score >= _MIN_SCORE_ALONE and box.area < _WHOLE_AREA)
        if keep:
            kept.append(box)
    return kept


def _person(box: Box, guess: Guess | None) -> bool:
    """Whether this box makes it sure that there are people."""
    if guess is not None and guess.subject.sort == "animal" and box.area > 0.3:
        return False
    doubtful = box.area >= _WHOLE_AREA or (guess is not None and guess.certain and box.area > 0.5)
    return box.score >= (0.8 if doubtful else _MIN_SCORE_PERSON)


def _vetoed(box: Box, guess: Guess | None, subjects: frozenset[str]) -> bool:
    """Whether the box is a large animal where the classifier has named another."""
    if guess is None or guess.subject.sort != "animal" or box.name not in _ANIMALS:
        return False
    return guess.subject.name not in subjects and box.area > 0.1


def things(
    boxes: Sequence[Box], guess: Guess | None, names: Mapping[str, Name]
) -> tuple[Thing, ...]:
    """The boxes by name, each with the place and size of the largest; the largest first."""
    groups: dict[str, list[Box]] = {}
    for box in sorted(boxes, key=lambda box: -box.area):
        groups.setdefault(box.name, []).append(box)
    subject = guess.subject.name if guess else None
    return tuple(
        Thing(
            name,
            len(group),
            _where(group[0]),
            _size(group[0].area),
            main=subject in names[name].subjects,
        )
        for name, group in groups.items()
    )


def _size(area: float) -> Size:
    return "large" if area > 0.3 else "small" if area < 0.03 else "medium-sized"


def _where(box: Box) -> Place:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return _PLACES[_third(y)][_third(x)]


def _third(share: float) -> int:
    return min(2, int(share * 3))
