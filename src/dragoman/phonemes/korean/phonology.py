"""The standard pronunciation of Hangul, in Hangul letters.

Source: 표준 발음법 (National Institute of Korean Language); numbers in comments are its articles.
"""

from collections.abc import Mapping
from itertools import pairwise

from dragoman.phonemes.korean import compounds
from dragoman.phonemes.korean.syllables import Syllable, is_syllable, take_apart

CLUSTERS: Mapping[str, str] = {
    "ㄳ": "ㄱㅅ",
    "ㄵ": "ㄴㅈ",
    "ㄶ": "ㄴㅎ",
    "ㄺ": "ㄹㄱ",
    "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ",
    "ㅀ": "ㄹㅎ",
    "ㅄ": "ㅂㅅ",
}
NEUTRAL: Mapping[str, str] = {
    letter: sound
    for sound, letters in {
        "ㄱ": "ㄱㄲㅋㄳㄺ",
        "ㄷ": "ㄷㅅㅆㅈㅊㅌㅎ",
        "ㅂ": "ㅂㅍㅄㄿ",
        "ㄹ": "ㄹㄼㄽㄾㅀ",
        "ㅁ": "ㅁㄻ",
        "ㄴ": "ㄴㄵㄶ",
        "ㅇ": "ㅇ",
    }.items()
    for letter in letters
}
ASPIRATED: Mapping[str, str] = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
TENSE: Mapping[str, str] = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
NASAL: Mapping[str, str] = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
NOUNS = frozenset("닭흙칡")
"""The nouns with ㄺ, which before ㄱ is ㄹ in verbs only: 닭과 [닥꽈], 읽고 [일꼬]."""


def pronounce(text: str) -> list[Syllable | str]:
    """`text` syllable by syllable as it is said; other characters stay as they are.

    Sounds change across one space, not across punctuation.
    """
    units: list[Syllable | str] = [
        take_apart(sign, index) if is_syllable(sign) else sign for index, sign in enumerate(text)
    ]
    syllables = [unit for unit in units if isinstance(unit, Syllable)]
    for syllable in syllables:
        before = text[syllable.index - 1] if syllable.index else " "
        syllable.word_start = not is_syllable(before)
        _simplify_vowel(syllable)
    seams, tensed = compounds.seams(text), compounds.tensed(text)
    for left, right in pairwise(syllables):
        between = text[left.index + 1 : right.index]
        if between not in {"", " "} or not left.final:
            continue
        if right.index in tensed:
            right.initial = TENSE[right.initial]
        if right.index in seams:
            _meet_at_seam(left, right)
        elif between:
            _meet_over_space(left, right)
        else:
            _meet(left, right)
    for syllable in syllables:
        syllable.final = NEUTRAL.get(syllable.final, "")
        _simplify_vowel(syllable)
    return units


def as_text(units: list[Syllable | str]) -> str:
    """The pronunciation written in Hangul, as dictionaries do."""
    return "".join(str(unit) for unit in units)


def _simplify_vowel(syllable: Syllable) -> None:
    if syllable.vowel == "ㅢ" and (syllable.initial != "ㅇ" or not syllable.word_start):
        syllable.vowel = "ㅣ"  # 5: 희망 [히망], 주의 [주이]
    if syllable.vowel == "ㅖ" and syllable.initial not in "ㅇㄹ":
        syllable.vowel = "ㅔ"  # 5: 시계 [시게]
    if syllable.initial in "ㅈㅉㅊ" and syllable.vowel in "ㅑㅕㅛㅠ":
        syllable.vowel = "ㅏㅓㅗㅜ"["ㅑㅕㅛㅠ".index(syllable.vowel)]  # 5: 가져 [가저]


def _meet_at_seam(left: Syllable, right: Syllable) -> None:
    """Inside a compound: 15 맛없다 [마덥따], 29 꽃잎 [꼰닙], 서울역 [서울력]."""
    left.final = NEUTRAL[left.final]
    if right.vowel in "ㅣㅑㅕㅛㅠㅒㅖ":
        right.initial = "ㄴ"
    _meet(left, right)


def _meet(left: Syllable, right: Syllable) -> None:
    if right.initial == "ㅇ":
        _link(left, right)
    elif right.initial == "ㅎ":
        _breathe(left, right)
    elif left.final in {"ㅎ", "ㄶ", "ㅀ"}:
        _breathed(left, right)
    else:
        _clash(left, right)


def _meet_over_space(left: Syllable, right: Syllable) -> None:
    if right.initial == "ㅇ":
        left.final = NEUTRAL[left.final]
    elif right.initial == "ㅎ":
        base = NEUTRAL[left.final]
        if base in ASPIRATED:  # 12: 못 하다 [모타다]
            left.final, right.initial = "", ASPIRATED[base]
        else:
            left.final = base
    elif left.final in {"ㅎ", "ㄶ", "ㅀ"}:
        _breathed(left, right)
    else:
        _clash(left, right, over_space=True)


def _link(left: Syllable, right: Syllable) -> None:
    """A vowel follows: 13-14 liaison, 17 palatalisation, 12.4 silent ㅎ."""
    final = left.final
    palatal = right.vowel in "ㅣㅕ"
    if final == "ㅇ":
        return
    if final in {"ㄷ", "ㅌ"} and palatal:
        left.final, right.initial = "", {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}[final]
    elif final == "ㄾ" and palatal:
        left.final, right.initial = "ㄹ", "ㅊ"
    elif final == "ㅎ":
        left.final = ""
    elif final in {"ㄶ", "ㅀ"}:
        left.final, right.initial = "", CLUSTERS[final][0]
    elif final in CLUSTERS:
        first, second = CLUSTERS[final]
        left.final, right.initial = first, "ㅆ" if second == "ㅅ" else second
    else:
        left.final, right.initial = "", final


def _breathe(left: Syllable, right: Syllable) -> None:
    """ㅎ follows: 12, 17."""
    final = left.final
    if final == "ㅎ":
        left.final = ""
    elif final in {"ㄵ", "ㄺ", "ㄼ"}:
        first, second = CLUSTERS[final]
        left.final, right.initial = first, ASPIRATED[second]
    elif final == "ㅈ" or (final == "ㄷ" and right.vowel in "ㅣㅕ" and not right.final):
        left.final, right.initial = "", "ㅊ"  # 닫혀 [다처], but 맏형 [마텽]
    elif NEUTRAL[final] in ASPIRATED:
        left.final, right.initial = "", ASPIRATED[NEUTRAL[final]]
    else:
        left.final = NEUTRAL[final]


def _breathed(left: Syllable, right: Syllable) -> None:
    """ㅎ, ㄶ or ㅀ before a consonant: 12.1-12.3."""
    base = "" if left.final == "ㅎ" else CLUSTERS[left.final][0]
    if right.initial in ASPIRATED:
        left.final, right.initial = base, ASPIRATED[right.initial]
    elif right.initial == "ㅅ":
        left.final, right.initial = base, "ㅆ"
    elif right.initial == "ㄴ":
        left.final = base or "ㄴ"
        if base == "ㄹ":
            right.initial = "ㄹ"
    else:
        left.final = base or "ㄷ"


def _clash(left: Syllable, right: Syllable, *, over_space: bool = False) -> None:
    """Two consonants: 18-20 assimilation, 23-25 tensing."""
    spelled, initial = left.final, right.initial
    final = NEUTRAL[spelled]
    if spelled == "ㄺ" and initial == "ㄱ" and str(left) not in NOUNS:
        final, right.initial = "ㄹ", "ㄲ"  # 11: 읽고 [일꼬]
    elif final in NASAL or _is_short(left, right):
        _obstruent(left, right, final if final in NASAL else "ㅂ")
        return
    elif final == "ㄹ":
        _liquid(spelled, right, over_space=over_space)
    elif final in "ㅁㅇ" and initial == "ㄹ":
        right.initial = "ㄴ"
    elif final == "ㄴ" and initial == "ㄹ":
        final = "ㄹ"
    elif spelled in {"ㄵ", "ㄻ"} and initial in TENSE:
        right.initial = TENSE[initial]  # 24: 앉고 [안꼬], 닮고 [담꼬]
    left.final = final


def _liquid(spelled: str, right: Syllable, *, over_space: bool) -> None:
    if right.initial == "ㄴ" and not over_space:
        right.initial = "ㄹ"
    elif spelled in {"ㄼ", "ㄾ", "ㄽ"} and right.initial in TENSE:
        right.initial = TENSE[right.initial]


def _is_short(left: Syllable, right: Syllable) -> bool:
    """10: ㄼ is ㅂ in 밟다 [밥따] and 넓죽하다 [넙쭈카다]."""
    if left.final != "ㄼ":
        return False
    return str(left) == "밟" or (
        str(left) == "넓" and right.initial + right.vowel in {"ㅈㅜ", "ㄷㅜ"}
    )


def _obstruent(left: Syllable, right: Syllable, final: str) -> None:
    left.final = final
    if right.initial in "ㄴㅁ":
        left.final = NASAL[final]
    elif right.initial == "ㄹ":
        left.final, right.initial = NASAL[final], "ㄴ"
    elif right.initial in TENSE:
        right.initial = TENSE[right.initial]
