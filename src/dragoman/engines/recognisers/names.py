"""The names of what can be recognised, read from the files beside this module."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

_DATA = files("dragoman.engines.recognisers") / "data"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture can be of, and the indices of ImageNet's classes that count towards it."""

    name: str
    sort: str
    """animal, vehicle, building, place, food, plant, thing, clothing or person."""
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What the detector can find, and the subjects that agree with it."""

    name: str
    subjects: frozenset[str]


def read_subjects() -> tuple[Subject, ...]:
    """The subjects that the classifier's thousand classes come down to."""
    subjects: list[Subject] = []
    sort = ""
    for line in _lines("subjects.txt"):
        if line.startswith("["):
            sort = line.strip("[]")
            continue
        name, _, ranges = line.partition(" = ")
        indices = [index for span in ranges.split() for index in _span(span)]
        subjects.append(Subject(name, sort, tuple(indices)))
    return tuple(subjects)


def read_things() -> tuple[Thing, ...]:
    """COCO's eighty things, in the detector's order."""
    pairs = (line.partition(" = ") for line in _lines("coco-classes.txt"))
    return tuple(
        Thing(name, frozenset(subjects.split("; ")) if subjects else frozenset())
        for name, _, subjects in pairs
    )


def _lines(name: str) -> Iterator[str]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _span(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
