import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.domain.picture import Thing
from dragoman.engines.recognisers.detector import Box
from dragoman.engines.recognisers.names import read_subjects, read_things
from dragoman.engines.recognisers.subjects import Guess, Judge
from dragoman.engines.recognisers.things import accepted, is_contradicted, things

SUBJECTS = {subject.name: subject for subject in read_subjects()}
NAMES = {thing.name: thing for thing in read_things()}
JUDGE = Judge(read_subjects())
OTTER, DOG_BREED, SYRINGE = 360, 207, 845


def predictions(*each: dict[int, float]) -> NDArray[np.float64]:
    """Eight looks; what is left of a look's probability lies on all classes."""
    rows: list[NDArray[np.float64]] = []
    for chosen in each:
        row = np.full(1000, (1 - sum(chosen.values())) / 1000)
        for index, probability in chosen.items():
            row[index] += probability
        rows.append(row)
    return np.array(rows * (8 // len(rows)))


def guess(name: str, *, certain: bool = False) -> Guess:
    return Guess(SUBJECTS[name], certain)


def box(name: str, score: float, area: float = 0.25, x: float = 0.0, y: float = 0.0) -> Box:
    side = area**0.5
    return Box(name, score, x, y, x + side, y + side)


def support(**names: float) -> dict[str, float]:
    return dict.fromkeys(SUBJECTS, 0.0) | names


def test_every_class_counts_towards_one_subject_at_most() -> None:
    classes = [index for subject in SUBJECTS.values() for index in subject.classes]
    assert len(classes) == len(set(classes))
    assert set(classes) <= set(range(1000))
    assert {subject.sort for subject in SUBJECTS.values()} == {
        *("animal", "vehicle", "building", "place", "food", "plant", "thing", "clothing", "person")
    }


def test_what_the_detector_finds_agrees_with_subjects_that_there_are() -> None:
    assert len(NAMES) == 80
    assert {name for thing in NAMES.values() for name in thing.subjects} <= set(SUBJECTS)


def test_looks_that_agree_name_the_subject() -> None:
    found = JUDGE.guess(predictions({OTTER: 0.8}))
    assert found == Guess(SUBJECTS["otter"], certain=True)
    found = JUDGE.guess(predictions({OTTER: 0.4}))
    assert found == Guess(SUBJECTS["otter"], certain=False)


@pytest.mark.parametrize(
    "chosen",
    [
        ({},),
        ({OTTER: 0.1},),
        ({OTTER: 0.5}, {DOG_BREED: 0.5}),
        ({OTTER: 0.3, DOG_BREED: 0.3},),
        ({SYRINGE: 0.4},),
    ],
)
def test_weak_and_divided_looks_name_nothing(chosen: tuple[dict[int, float], ...]) -> None:
    assert JUDGE.guess(predictions(*chosen)) is None


def test_a_hundred_breeds_are_not_a_dog_by_their_number() -> None:
    breeds = dict.fromkeys(SUBJECTS["dog"].classes, 0.002)
    assert JUDGE.guess(predictions({OTTER: 0.4} | breeds)) == Guess(
        SUBJECTS["otter"], certain=False
    )


def test_an_animal_that_the_detector_takes_for_another_is_contradicted() -> None:
    horse = box("horse", 0.6, area=0.8)
    assert is_contradicted(guess("dog"), [horse], NAMES)
    assert not is_contradicted(guess("dog", certain=True), [horse], NAMES)
    assert not is_contradicted(guess("dog"), [box("horse", 0.6, area=0.1)], NAMES)
    assert not is_contradicted(guess("horse"), [horse], NAMES)
    # The detector knows no otters: whatever it says, it says nothing about them.
    assert not is_contradicted(guess("otter"), [horse], NAMES)


@pytest.mark.parametrize(
    ("found", "about"),
    [
        (box("banana", 0.73), None),
        (box("person", 0.6), None),
        (box("person", 0.75, area=0.98), None),
        (box("cat", 0.9, area=0.5), "otter"),
        (box("person", 0.9, area=0.5), "cat"),
        (box("bed", 0.9, area=0.99), None),
    ],
)
def test_doubtful_boxes_are_not_spoken_of(found: Box, about: str | None) -> None:
    assert accepted([found], guess(about) if about else None, support(), NAMES) == []


@pytest.mark.parametrize(
    ("found", "about", "thought"),
    [
        (box("motorcycle", 0.78), None, {}),
        (box("cup", 0.52), "cup of coffee", {"cup of coffee": 0.9}),
        (box("person", 0.73), None, {}),
        (box("person", 0.83, area=0.98), None, {}),
        (box("dog", 0.8, area=0.05), "cat", {}),
    ],
)
def test_sure_or_backed_boxes_are_spoken_of(
    found: Box, about: str | None, thought: dict[str, float]
) -> None:
    kept = accepted([found], guess(about) if about else None, support(**thought), NAMES)
    assert kept == [found]


def test_where_one_person_is_sure_there_may_be_more() -> None:
    people = [box("person", 0.9), box("person", 0.55, x=0.5)]
    assert accepted(people, None, support(), NAMES) == people
    assert accepted(people[1:], None, support(), NAMES) == []


def test_things_are_counted_and_the_largest_has_a_place() -> None:
    boxes = [
        box("person", 0.9, area=0.01, x=0.85, y=0.85),
        box("person", 0.8, area=0.04, x=0.1, y=0.1),
        box("bus", 0.9, area=0.36, x=0.2, y=0.2),
    ]
    assert things(boxes, guess("bus"), NAMES) == (
        Thing("bus", 1, "centre", "large", main=True),
        Thing("person", 2, "top left", "medium-sized"),
    )
    assert things([], None, NAMES) == ()
