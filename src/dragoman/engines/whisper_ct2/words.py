"""Words as they are written, of what the decoder's library takes for words."""

from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.domain.written import parted


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word, in seconds from the start of the window; `text` has its leading space."""

    text: str
    start_s: float
    end_s: float
    probability: float


def joined(parts: Iterable[Spoken]) -> tuple[Spoken, ...]:
    """One for each written word: the library cuts before every sign of its own token.

    A word that is joined is as probable as its signs are on average.
    """
    words: list[Spoken] = []
    for part in parts:
        if not part.text:
            continue
        if words and not parted(words[-1].text, part.text):
            words[-1] = _one(words[-1], part)
        else:
            words.append(part)
    return tuple(words)


def _one(before: Spoken, after: Spoken) -> Spoken:
    lengths = len(before.text), len(after.text)
    sure = before.probability * lengths[0] + after.probability * lengths[1]
    return Spoken(
        before.text + after.text,
        before.start_s,
        max(before.end_s, after.end_s),
        sure / sum(lengths),
    )
