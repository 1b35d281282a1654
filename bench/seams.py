"""Text lost or doubled where a long recording was cut: the words heard beside those put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Levenshtein

SHORTEST = 3
"""Words in a row that are missing, or said twice: fewer are mistakes of the model."""

NEAR_S = 2.0
"""Seconds from a cut within which it may have caused that."""

SAME, LOST, ADDED = 0, 1, 2


@dataclass(frozen=True)
class HeardWord:
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Difference:
    """A stretch of words that is not as it was said."""

    said: tuple[str, ...]
    heard: tuple[str, ...]
    start_s: float
    end_s: float
    doubled: bool
    """Whether the words heard too much stand beside it once more."""

    @property
    def lost(self) -> int:
        return len(self.said) - len(self.heard)

    def near(self, cuts: Sequence[float]) -> bool:
        return any(self.start_s - NEAR_S <= cut <= self.end_s + NEAR_S for cut in cuts)


def steps(said: Sequence[str], heard: Sequence[str]) -> list[tuple[int, int, int]]:
    """The cheapest way from one to the other: (SAME, LOST or ADDED, index said, index heard).

    SAME: one word for one, right or wrong.
    """
    found: list[tuple[int, int, int]] = []
    for block in Levenshtein.opcodes(said, heard):
        i, j = block.src_start, block.dest_start
        if block.tag == "delete":
            found += [(LOST, at, j) for at in range(i, block.src_end)]
        elif block.tag == "insert":
            found += [(ADDED, i, at) for at in range(j, block.dest_end)]
        else:
            found += [(SAME, i + at, j + at) for at in range(block.src_end - i)]
    return found


def differences(said: Sequence[str], heard: Sequence[HeardWord]) -> list[Difference]:
    """Stretches in which `SHORTEST` words or more are lost or added."""
    texts = [word.text for word in heard]
    found: list[Difference] = []
    first: tuple[int, int] | None = None
    end = 0, 0
    for way, i, j in [*steps(said, texts), (SAME, len(said), len(texts))]:
        right = way == SAME and (i == len(said) or said[i] == texts[j])
        if right and first is not None:
            found.append(_difference(said, heard, first, end))
            first = None
        elif not right:
            first = first or (i, j)
            end = i + (way != ADDED), j + (way != LOST)
    return [one for one in found if abs(one.lost) >= SHORTEST]


def _difference(
    said: Sequence[str], heard: Sequence[HeardWord], first: tuple[int, int], end: tuple[int, int]
) -> Difference:
    texts = [word.text for word in heard]
    (i, j), (k, m) = first, end
    more = texts[j:m]
    around = [*texts[max(0, j - len(more)) : j], "|", *texts[m : m + len(more)]]
    return Difference(
        said=tuple(said[i:k]),
        heard=tuple(more),
        start_s=heard[j - 1].end_s if j else 0.0,
        end_s=heard[m].start_s if m < len(heard) else heard[-1].end_s if heard else 0.0,
        doubled=_within(more[:SHORTEST], around) or _within(more[-SHORTEST:], around),
    )


def _within(run: Sequence[str], words: Sequence[str]) -> bool:
    width = len(run)
    return width >= SHORTEST and any(
        list(words[at : at + width]) == list(run) for at in range(len(words) - width + 1)
    )


def told(said: Sequence[str], heard: Sequence[HeardWord], cuts: Sequence[float]) -> dict[str, Any]:
    """Counts and places, to be printed."""
    found = differences(said, heard)
    return {
        "cuts": len(cuts),
        "lost": sum(one.lost > 0 for one in found),
        "lost_near_a_cut": sum(one.lost > 0 and one.near(cuts) for one in found),
        "added": sum(one.lost < 0 for one in found),
        "doubled": sum(one.lost < 0 and one.doubled for one in found),
        "doubled_near_a_cut": sum(one.lost < 0 and one.doubled and one.near(cuts) for one in found),
        "where": [
            f"{one.start_s:.1f}-{one.end_s:.1f}{' at a cut' if one.near(cuts) else ''}: "
            f"{' '.join(one.said)} -> {' '.join(one.heard)}"
            for one in found
        ],
    }
