"""Phonemes that a caller gives, in the symbols of the voices."""

import re
from collections.abc import Mapping

from dragoman.phonemes.scan import Language
from dragoman.phonemes.tables import paired

SYMBOLS = frozenset(
    " \u0303ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻ"
    "ʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
)
ANY: Mapping[str, str] = paired("t͡ʃ=ʧ d͡ʒ=ʤ tʃ=ʧ dʒ=ʤ t͜ʃ=ʧ d͜ʒ=ʤ g=ɡ '=ˈ ʹ=ˈ ɫ=l ɝ=ɜɹ ɚ=əɹ ʍ=w ʼ=")
ENGLISH: Mapping[str, str] = paired("eɪ=A aɪ=I aʊ=W ɔɪ=Y oʊ=O əʊ=Q r=ɹ")
"""The symbols of diphthongs, each of which the English voices have learnt as one."""
LONGEST = 400


def sayable(phonemes: str) -> str:
    """International phonetic letters in the symbols that the voices know; "" if there are none."""
    said = _put(phonemes[:LONGEST].strip().strip("/[]"), ANY)
    return " ".join("".join(sign for sign in said if sign in SYMBOLS).split())


def in_language(phonemes: str, language: Language) -> str:
    """Symbols as the voices of a language know them."""
    return _put(phonemes, ENGLISH) if language == "en" else phonemes


def _put(phonemes: str, table: Mapping[str, str]) -> str:
    longest_first = sorted(table, key=len, reverse=True)
    pattern = "|".join(re.escape(key) for key in longest_first)
    return re.sub(pattern, lambda match: table[match[0]], phonemes)
