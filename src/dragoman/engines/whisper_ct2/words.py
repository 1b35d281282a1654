"""Words as they are written, and tokens as bytes."""

from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.domain.written import parted

PRINTABLE = (*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(174, 256))
"""The bytes that stand for themselves; the others follow from character 256 on, in order."""

OTHERS = tuple(byte for byte in range(256) if byte not in PRINTABLE)


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word, in seconds from the start of the window; `text` has its leading space."""

    text: str
    start_s: float
    end_s: float
    probability: float


def join_words(parts: Iterable[TimedWord]) -> tuple[TimedWord, ...]:
    """Join parts to written words: the library splits before every sign that is a token.

    A word that is joined is as probable as its signs are on average.
    """
    words: list[TimedWord] = []
    for part in parts:
        if not part.text:
            continue
        if words and not parted(words[-1].text, part.text):
            words[-1] = _one(words[-1], part)
        else:
            words.append(part)
    return tuple(words)


def _one(before: TimedWord, after: TimedWord) -> TimedWord:
    lengths = len(before.text), len(after.text)
    sure = before.probability * lengths[0] + after.probability * lengths[1]
    return TimedWord(
        before.text + after.text,
        before.start_s,
        max(before.end_s, after.end_s),
        sure / sum(lengths),
    )


def token_bytes(written: str) -> bytes:
    """The bytes of a token as the vocabulary writes it: `Ġso` is " so", and may be half a sign.

    Source: https://github.com/openai/gpt-2/blob/master/src/encoder.py
    """
    return bytes(ord(sign) if ord(sign) < 256 else OTHERS[ord(sign) - 256] for sign in written)
