"""Strange-looking letters: bold ones of social media, look-alikes, and single foreign words.

A foreign letter must not cost the whole text. What is Greek or Cyrillic in a text in Latin letters
is read as it is spelled there; letters of other scripts, which nobody can read, are left out. Latin
letters that a language does not write are read by the letters that they are made from.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from dragoman.phonemes.scripts import EAST_ASIAN
from dragoman.phonemes.tables import listed, paired
from dragoman.phonemes.traced import Traced, Tracing

READ = frozenset(
    listed(
        "LATIN MICRO FEMININE MASCULINE HALFWIDTH FULLWIDTH CJK HIRAGANA KATAKANA"
        " KATAKANA-HIRAGANA IDEOGRAPHIC VERTICAL MODIFIER"
    )
)
"""The first words of the Unicode names of letters that are read as they stand."""
STYLED = re.compile(
    "[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f110-\U0001f189\ufb00-\ufb06\u210a-\u2134]"
)
"""Mathematical letters, letters in circles and squares, ligatures, letterlike signs."""
SQUARED = re.compile(r"(?:NEGATIVE )?(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])$")
SMALL_CAPITAL = re.compile("LATIN LETTER SMALL CAPITAL ([A-Z])$")
SMALL_CAPITALS = re.compile("[ᴀ-ᴢɢɪɴʀʏʙʜʟꜰꜱ]")
WORD = re.compile(r"[^\W\d_]+")
ALIKE: Mapping[str, str] = paired(
    "а=a е=e о=o р=p с=c у=y х=x і=i ѕ=s ј=j ԁ=d һ=h А=A В=B Е=E К=K М=M Н=H О=O Р=P С=C Т=T У=Y"
    " Х=X І=I Ѕ=S Ј=J Α=A Β=B Ε=E Ζ=Z Η=H Ι=I Κ=K Μ=M Ν=N Ο=O Ρ=P Τ=T Υ=Y Χ=X ο=o ν=v ι=i"
)
"""Cyrillic and Greek letters that stand for Latin ones inside of a Latin word."""
SPELLED: Mapping[str, str] = paired(
    "а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f"
    " х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya і=i ї=yi є=ye ґ=g ј=y љ=ly њ=ny ћ=ch ђ=j"
    " џ=j ў=w α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=i"
    " φ=f χ=ch ψ=ps ω=o ά=a έ=e ή=i ί=i ό=o ύ=i ώ=o ϊ=i ϋ=i ΐ=i ΰ=i"
)
"""Cyrillic and Greek letters, and how a word of them is spelled in Latin ones."""
WITH_A_MARK = re.compile("LATIN SMALL LETTER ([A-Z]) WITH ")
"""The Unicode names of letters like ł, ø and ħ, whose marks are no accents to take off."""
UNMARKED: Mapping[str, str] = paired("ß=ss þ=th ð=d æ=ae œ=oe ŋ=ng ı=i ȷ=j ĸ=k ȝ=y ƿ=w")
"""Latin letters that are made from others, and those others."""
PHONETIC: Mapping[str, str] = paired("ə=e ǝ=e ɛ=e ɔ=o ʊ=u ʋ=v ɪ=i ɩ=i ɣ=g")
"""Letters of some alphabets that stand alone for sounds; they keep their names there."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters with marks that the spelling rules of one language know."""

    own: frozenset[str]
    adopted: Mapping[str, str] = field(default_factory=dict[str, str])
    """A map from letters of other languages to this one's spelling of their sounds: ñ is gn in
    French."""

    def spelled(self, word: str) -> str:
        """`word` with every other Latin letter as the letters that it is made from: "Łódź"."""
        if word.isascii():
            return word
        return "".join(self._letter(sign, alone=len(word) == 1) for sign in word)

    def _letter(self, sign: str, *, alone: bool) -> str:
        lower = sign.lower()
        if sign.isascii() or lower in self.own or script(sign) != "LATIN":
            return sign
        plain = self.adopted.get(lower) or _unmarked(lower, alone=alone)
        return plain if sign == lower else plain.upper() if alone else plain.capitalize()


def _unmarked(sign: str, *, alone: bool) -> str:
    """The letters that a small Latin letter is made from; itself, where there are none."""
    decomposed = unicodedata.normalize("NFKD", sign)
    if decomposed != sign or len(sign) > 1:
        return "".join(_unmarked(each, alone=alone) for each in decomposed if each.isalpha())
    named = WITH_A_MARK.match(unicodedata.name(sign, ""))
    if named:
        return named[1].lower()
    return UNMARKED.get(sign) or (not alone and PHONETIC.get(sign)) or sign


MICRO = re.compile(r"(?<![^\W\d_])\u03bc(?=(?:[gmslLFAVWJM]|Pa|mol|Sv)(?![^\W\d_]))")
"""A Greek mu before a unit: it is the prefix micro, and no m, which would be a thousand times as
much."""
OHM = re.compile("[kMGm]?Ω")
SYMBOLS = frozenset("ΔΓΘΛΞΠΣΦΨΩαβγδεζθλμξπρσφχψω")
LONGEST_SYMBOL = 4
"""The most letters of a word in which Greek letters are symbols of a formula: Δt, λmax."""
SQUARE_UNITS = re.compile("[\u3371-\u3376\u3380-\u33df]")
"""Units written as one sign: ㎍, ㎥, ㎢."""
RAISED = str.maketrans({"2": "²", "3": "³", "∕": "/", "μ": "µ"})
FRACTION_SLASH = "\u2044"


def script(sign: str) -> str:
    """The first word of a letter's Unicode name: LATIN, CYRILLIC; "" for what is no letter."""
    return unicodedata.name(sign, "UNKNOWN").split()[0] if sign.isalpha() else ""


def is_strange(word: str) -> bool:
    """Whether a word of letters cannot be read as it stands; Greek symbols have names."""
    return _stranger(word) is not None and not _is_symbol(word)


def _stranger(word: str) -> str | None:
    """The script of the first letter of a word that cannot be read."""
    if word.isascii():
        return None
    for sign in word:
        if sign.isascii() or EAST_ASIAN.match(sign):
            continue
        of = script(sign)
        if of and of not in READ and not (of == "GREEK" and len(word) == 1):
            return of
    return None


def legible(traced: Traced) -> Traced:
    """The text with every letter in one that can be read."""
    if traced.text.isascii():
        return traced
    plain = _plain(traced).replaced(MICRO, "µ")
    found = Tracing()
    last = 0
    for match in WORD.finditer(plain.text):
        if _stranger(match[0]) is None:
            continue
        found.join(plain.part(last, match.start()))
        for at, sign in enumerate(_spelled(match[0]), match.start()):
            found.put(sign, *plain.place(at, at + 1))
        last = match.end()
    found.join(plain.part(last, len(plain.text)))
    return found.traced()


def _plain(traced: Traced) -> Traced:
    """Letters that are styled, as letters."""
    found = Tracing()
    for at, sign in enumerate(traced.text):
        found.put(unstyled(sign), *traced.place(at, at + 1))
    return found.traced()


def unstyled_text(text: str) -> str:
    """`text` with its styled letters as letters."""
    return text if text.isascii() else "".join(map(unstyled, text))


def unstyled(sign: str) -> str:
    """A bold, circled or small capital letter as the letter it is, a fraction's stroke as /."""
    if sign == FRACTION_SLASH:
        return "/"
    if STYLED.match(sign):
        squared = SQUARED.match(unicodedata.name(sign, ""))
        return squared[1] if squared else unicodedata.normalize("NFKC", sign)
    if SQUARE_UNITS.match(sign):
        return unicodedata.normalize("NFKC", sign).translate(RAISED)
    if SMALL_CAPITALS.match(sign):
        small = SMALL_CAPITAL.match(unicodedata.name(sign, ""))
        return small[1].lower() if small else sign
    return sign


def _spelled(word: str) -> list[str]:
    """The letters of a strange word, each as it is read; symbols of a formula stay apart."""
    if OHM.fullmatch(word):
        return list(word)
    if _is_symbol(word):
        return [f" {sign} " if sign in SYMBOLS else ALIKE.get(sign, sign) for sign in word]
    if any(sign.isascii() for sign in word):
        return [ALIKE.get(sign, _letter(sign)) for sign in word]
    return [_letter(sign) for sign in word]


def _is_symbol(word: str) -> bool:
    """Whether a word has Greek letters beside Latin ones as formulas have them."""
    return (
        len(word) <= LONGEST_SYMBOL
        and any(sign in SYMBOLS for sign in word)
        and any(sign.isascii() for sign in word)
    )


def _letter(sign: str) -> str:
    if sign.isascii() or script(sign) in READ or EAST_ASIAN.match(sign):
        return sign
    lower = sign.lower()
    spelled = SPELLED.get(lower, " ")
    return spelled if sign == lower else spelled.capitalize()
