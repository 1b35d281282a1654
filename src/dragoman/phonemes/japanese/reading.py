"""Japanese text to words with their readings, numbers and Latin words included."""

import re
import unicodedata
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from dragoman.phonemes.english.words import MARK_RULES
from dragoman.phonemes.japanese.symbols import symbols
from dragoman.phonemes.japanese.words import REWRITTEN
from dragoman.phonemes.letters import Alphabet
from dragoman.phonemes.scan import Piece, scan

UNSAID = re.compile("[^ァ-ヺー]")
ALPHABET = Alphabet(frozenset())
"""The Latin letters that the dictionary reads: those of English alone."""
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
HALF_WIDTH = re.compile("[ｦ-ﾝ][ﾞﾟ]?|.", re.DOTALL)
ENDINGS = frozenset({"接続助詞", "接尾", "非自立"})
"""The morphemes that are said, and written, as the end of the word before them; verbs' endings are,
too."""


class Morpheme(Protocol):
    """A word of the dictionary, or a part of one."""

    @property
    def pron(self) -> str:
        """The pronunciation in katakana."""
        ...

    @property
    def pos(self) -> str:
        """The part of speech."""
        ...

    @property
    def pos_group1(self) -> str:
        """The kind within the part of speech."""
        ...

    @property
    def char_span(self) -> tuple[int, int]:
        """The place in the text, as its first and its last character."""
        ...


class Dictionary(Protocol):
    """The part of `haqumei.Haqumei` that is used here."""

    def g2p_mapping_detailed(self, text: str) -> Sequence[Morpheme]:
        """The morphemes of `text`, in order."""
        ...


class _Package(Protocol):
    def Haqumei(self) -> Dictionary: ...  # noqa: N802 - the package's own name


def pieces(text: str, start: int, end: int) -> list[Piece]:
    """The words of a sentence in katakana, as they are said, and its marks."""
    # The package is an extra: imported by name. It keeps its dictionary to itself.
    dictionary = cast("_Package", import_module("haqumei")).Haqumei()
    plain, places = _rewritten(text, start, end)
    numbers = [match.span() for match in NUMBER.finditer(plain)]
    found: list[Piece] = []
    for morpheme in dictionary.g2p_mapping_detailed(plain):
        first, last = _whole(morpheme.char_span, numbers)
        if first >= len(places):
            continue
        place = places[first][0], max(places[max(first, last - 1)][1], places[first][1])
        said = UNSAID.sub("", morpheme.pron)
        if said.strip("ッー"):
            _add(found, Piece(*place, said, "ja"), morpheme)
        else:
            found += _unread(text, place, found)
    return _covering(found, text, start, end)


def phonemes(words: Sequence[str]) -> list[str]:
    """The phonemes of words in katakana, in order; none of them empty."""
    return [symbols(word) or "ɴ" for word in words]


def _rewritten(text: str, start: int, end: int) -> tuple[str, list[tuple[int, int]]]:
    """The sentence with signs in words and in one width; the place of each of its characters."""
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    for piece in scan(text, start, end, REWRITTEN, "ja"):
        whole = text[piece.start : piece.end] == piece.spoken
        parts = HALF_WIDTH.finditer(piece.spoken)
        for part in parts:
            place = (piece.start, piece.end)
            if whole:
                place = piece.start + part.start(), piece.start + part.end()
            for sign in ALPHABET.spelled(unicodedata.normalize("NFKC", part[0])):
                signs.append(" " if unicodedata.category(sign)[0] == "C" else sign)
                places.append(place)
    return "".join(signs), places


def _whole(span: tuple[int, int], numbers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """`span`, made wider to whole numbers: what is said of their digits is no digit's own."""
    first, last = span
    for start, end in numbers:
        if (first < end and max(last, first + 1) > start) or first == last == end:
            first, last = min(first, start), max(last, end)
    return first, last


def _add(pieces: list[Piece], piece: Piece, morpheme: Morpheme) -> None:
    """Put `piece` behind the others, or join it to the last one."""
    last = pieces[-1] if pieces else None
    if last is None or last.is_mark or last.language != "ja":
        pieces.append(piece)
        return
    is_ending = morpheme.pos == "助動詞" or morpheme.pos_group1 in ENDINGS
    if piece.start < last.end or (piece.start == last.end and is_ending):
        pieces[-1] = Piece(last.start, max(last.end, piece.end), last.spoken + piece.spoken, "ja")
    else:
        pieces.append(piece)


def _unread(text: str, place: tuple[int, int], pieces: Sequence[Piece]) -> list[Piece]:
    """Marks, and letters that the dictionary does not know: those have English names."""
    start, end = place
    if pieces and start < pieces[-1].end:
        return []
    letters = "".join(filter(str.isalnum, text[start:end]))
    if letters:
        return [Piece(start, end, letters, "en")]
    return scan(text, start, end, MARK_RULES, "ja")


def _covering(pieces: Sequence[Piece], text: str, start: int, end: int) -> list[Piece]:
    """`pieces`, its words made wider where letters of the sentence are in none of them."""
    wide: list[Piece] = []
    for at, piece in enumerate(pieces):
        border = pieces[at + 1].start if at + 1 < len(pieces) else end
        last = max(
            (i + 1 for i in range(piece.end, border) if text[i].isalnum()), default=piece.end
        )
        first = piece.start
        if not wide and not piece.is_mark:
            first = next((i for i in range(start, first) if text[i].isalnum()), first)
        if piece.is_mark and last > piece.end:
            wide += [piece, Piece(piece.end, last, text[piece.end : last], "en")]
        else:
            wide.append(
                Piece(first, last if not piece.is_mark else piece.end, piece.spoken, piece.language)
            )
    return wide
