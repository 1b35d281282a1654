"""Hangul syllables taken apart into their letters, and put together again."""

from dataclasses import dataclass

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
FIRST, COUNT = 0xAC00, 11172


@dataclass(slots=True)
class Syllable:
    """One syllable block; `final` is "" where there is none."""

    initial: str
    vowel: str
    final: str
    index: int
    """Where it stood in the text that was taken apart."""
    word_start: bool = False

    def __str__(self) -> str:
        number = (INITIALS.index(self.initial) * 21 + VOWELS.index(self.vowel)) * 28
        return chr(FIRST + number + FINALS.index(self.final))


def is_syllable(sign: str) -> bool:
    """Whether `sign` is a whole Hangul syllable."""
    return 0 <= ord(sign) - FIRST < COUNT


def take_apart(sign: str, index: int) -> Syllable:
    """The letters of one syllable."""
    number = ord(sign) - FIRST
    initial, rest = divmod(number, 588)
    return Syllable(INITIALS[initial], VOWELS[rest // 28], FINALS[rest % 28], index)


def final_of(sign: str) -> str:
    """The final letters of a syllable, "" where there are none."""
    return FINALS[(ord(sign) - FIRST) % 28] if is_syllable(sign) else ""
