"""Pronounced Hangul in Kokoro's symbols, for a Japanese voice: the nearest that there is."""

from collections.abc import Mapping

from dragoman.phonemes.korean.syllables import Syllable

VOWELS: Mapping[str, str] = {
    "ㅏ": "a",
    "ㅐ": "ɛ",
    "ㅑ": "ja",
    "ㅒ": "jɛ",
    "ㅓ": "ʌ",
    "ㅔ": "e",
    "ㅕ": "jʌ",
    "ㅖ": "je",
    "ㅗ": "o",
    "ㅘ": "wa",
    "ㅙ": "wɛ",
    "ㅚ": "we",
    "ㅛ": "jo",
    "ㅜ": "u",
    "ㅝ": "wʌ",
    "ㅞ": "we",
    "ㅟ": "wi",
    "ㅠ": "ju",
    "ㅡ": "ɯ",
    "ㅢ": "ɯi",
    "ㅣ": "i",
}
INITIALS: Mapping[str, str] = {
    "ㄱ": "k",
    "ㄲ": "k",
    "ㄴ": "n",
    "ㄷ": "t",
    "ㄸ": "t",
    "ㄹ": "ɾ",
    "ㅁ": "m",
    "ㅂ": "p",
    "ㅃ": "p",
    "ㅅ": "s",
    "ㅆ": "ss",
    "ㅇ": "",
    "ㅈ": "ʨ",
    "ㅉ": "ʔʨ",
    "ㅊ": "ʨʰ",
    "ㅋ": "kʰ",
    "ㅌ": "tʰ",
    "ㅍ": "pʰ",
    "ㅎ": "h",
}
VOICED: Mapping[str, str] = {"ㄱ": "ɡ", "ㄷ": "d", "ㅂ": "b", "ㅈ": "ʥ"}
FINALS: Mapping[str, str] = {
    "": "",
    "ㄱ": "k",
    "ㄴ": "n",
    "ㄷ": "t",
    "ㄹ": "ɾ",
    "ㅁ": "m",
    "ㅂ": "p",
    "ㅇ": "ŋ",
}
"""The symbols of final letters. ㄹ is no l: of a Japanese voice, an l at the end was heard as a
syllable more (낡은: 나을근)."""
TENSE_STOPS = frozenset("ㄲㄸㅃ")
"""The tense stops: a catch (ʔ) stands before them, as before long consonants in Japanese; not after
a consonant."""
SONORANT = frozenset(("", "ㄴ", "ㅁ", "ㅇ", "ㄹ"))


def symbols(syllable: Syllable, before: Syllable | None) -> str:
    """The symbols of one pronounced syllable; `before` is the one it follows in the same word."""
    initial, vowel = syllable.initial, VOWELS[syllable.vowel]
    sound = INITIALS[initial]
    if before is not None and before.final in SONORANT and initial in VOICED:
        sound = VOICED[initial]
    if initial in TENSE_STOPS and (before is None or not before.final):
        sound = "ʔ" + sound
    if initial in "ㅅㅆ" and vowel[0] in "ij":
        sound = "ɕ" * len(sound)
    if initial == "ㄹ" and before is not None and before.final == "ㄹ":
        sound = "l"  # 빨리 is paɾ·li, or it would be 바리
    return sound + vowel + FINALS[syllable.final]
