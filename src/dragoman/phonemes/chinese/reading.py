"""Chinese text to words, and words to phonemes.

Both dictionaries are imported late: they take 60 MB, and few texts need them.
"""

import re
from collections.abc import Sequence

from dragoman.phonemes.chinese.symbols import symbols
from dragoman.phonemes.chinese.words import CHINESE
from dragoman.phonemes.scan import Piece, scan
from dragoman.phonemes.scripts import HAN

HAN_WORD = re.compile(f"[{HAN}]+")


def pieces(text: str, start: int, end: int) -> list[Piece]:
    """The words and marks of a sentence."""
    from rjieba import cut  # noqa: PLC0415 - see above

    found: list[Piece] = []
    for piece in scan(text, start, end, CHINESE, "zh"):
        if not HAN_WORD.fullmatch(text, piece.start, piece.end):
            found.append(piece)
            continue
        at = piece.start
        for word in cut(piece.spoken):
            found.append(Piece(at, at + len(word), word, "zh"))
            at += len(word)
    return found


def phonemes(words: Sequence[str]) -> list[str]:
    """The phonemes of each word, in order; none of them empty."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - see above

    said: list[str] = []
    for word in words:
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        said.append("".join(map(symbols, syllables)) or "ə")
    return said
