"""ARPAbet, the symbols of the CMU Pronouncing Dictionary, in those of misaki's dictionaries."""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from dragoman.phonemes.tables import listed, paired

Region: TypeAlias = Literal["us", "gb"]

VOWELS = frozenset(listed("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW"))
AMERICAN = paired(
    "AA=ɑ AE=æ AH=ʌ AO=ɔ AW=W AY=I B=b CH=ʧ D=d DH=ð EH=ɛ ER=ɜɹ EY=A F=f G=ɡ HH=h IH=ɪ IY=i"
    " JH=ʤ K=k L=l M=m N=n NG=ŋ OW=O OY=Y P=p R=ɹ S=s SH=ʃ T=t TH=θ UH=ʊ UW=u V=v W=w Y=j Z=z"
    " ZH=ʒ"
)
BRITISH = {
    **AMERICAN,
    **paired("AA=ɒ AE=a AO=ɔː ER=ɜː IY=iː OW=Q UW=uː"),
}
UNSTRESSED = {"AH": "ə", "ER": "əɹ"}
BRITISH_UNSTRESSED = {"AH": "ə", "ER": "ə", "IY": "i"}
CENTRING = {
    "AA": "ɑː",
    "AO": "ɔː",
    "EH": "ɛː",
    "IH": "ɪə",
    "IY": "ɪə",
    "UH": "ʊə",
    "AE": "a",
    "OW": "ɔː",
}
"""British vowels before an R of their syllable."""
STRESS = {"1": "ˈ", "2": "ˌ"}
BEFORE_N = frozenset(listed("T D S Z"))
BRITISH_BEFORE_N = BEFORE_N | frozenset(listed("SH ZH V JH CH"))
"""The consonants between which and an N a weak vowel is hardly one."""
FLAPPING = frozenset(listed("AH ER IH IY OW EH UW"))
"""The unstressed vowels before which an American T is a flap."""


def phonemes(phones: Sequence[str], region: Region, spelling: str) -> str:
    """The phonemes of one entry, as in the dictionary of a region."""
    plain = _with_weak_end(phones)
    return american(plain) if region == "us" else british(plain, spelling)


def _with_weak_end(phones: Sequence[str]) -> Sequence[str]:
    """The last vowel of ability has a weaker stress at the CMU, and none in misaki's."""
    last = max((at for at, phone in enumerate(phones) if phone[-1] in "012"), default=-1)
    if last > 0 and phones[last] == "IY2" and any(phone[-1] == "1" for phone in phones[:last]):
        return [*phones[:last], "IY0", *phones[last + 1 :]]
    return phones


def american(phones: Sequence[str]) -> str:
    """The phonemes of one entry, as in the American dictionary: "B EH1 T ER0" is bˈɛɾəɹ."""
    said = ""
    for at, phone in enumerate(phones):
        name, stress = _split(phone)
        if name not in VOWELS:
            said += "ɾ" if name == "T" and _flaps(phones, at) else AMERICAN.get(name, "")
        elif _is_syllabic(phones, at, BEFORE_N):
            said += "ᵊ"
        else:
            vowel = UNSTRESSED.get(name) if stress == "0" else None
            if name == "IY" and phones[at + 1 : at + 2] == ["R"]:
                vowel = "ɪ"
            said += _mark(phones, at) + (vowel or AMERICAN[name])
    return said


def british(phones: Sequence[str], spelling: str) -> str:
    """The phonemes of one entry, as in the British dictionary: no R that no vowel follows."""
    said = ""
    for at, phone in enumerate(phones):
        name, _ = _split(phone)
        follows = phones[at + 1] if at + 1 < len(phones) else ""
        if name == "R":
            said += "ɹ" if _split(follows)[0] in VOWELS else ""
        elif name not in VOWELS:
            said += BRITISH.get(name, "")
        elif _is_syllabic(phones, at, BRITISH_BEFORE_N):
            said += "ᵊ"
        else:
            said += _mark(phones, at) + _british_vowel(phones, at, spelling)
            if name == "ER" and _split(follows)[0] in VOWELS:
                said += "ɹ"
    return said


def _british_vowel(phones: Sequence[str], at: int, spelling: str) -> str:
    name, stress = _split(phones[at])
    after = _split(phones[at + 1])[0] if at + 1 < len(phones) else ""
    beyond = _split(phones[at + 2])[0] if at + 2 < len(phones) else ""
    if after == "R" and name in CENTRING and beyond not in VOWELS:
        return CENTRING[name]
    if stress == "0" and name in BRITISH_UNSTRESSED:
        return BRITISH_UNSTRESSED[name]
    if name == "AA" and not re.search("o", spelling):
        return "ɑː"
    if name == "AO" and after != "R" and not re.search("a[uwl]|ou|ough", spelling):
        return "ɒ"
    return BRITISH[name]


def _split(phone: str) -> tuple[str, str]:
    name = phone.rstrip("012")
    return name, phone[len(name) :]


def _mark(phones: Sequence[str], at: int) -> str:
    """The stress of the vowel at this place; a weak one right before the main stress is none."""
    name, stress = _split(phones[at])
    if stress == "2":
        following = next((phone for phone in phones[at + 1 :] if phone[-1] in "012"), "")
        if following.endswith("1") and name in {"IH", "IY", "AH", "ER", "EH"}:
            return ""
    return STRESS.get(stress, "")


def _flaps(phones: Sequence[str], at: int) -> bool:
    """Whether the T at this place is a flap: between a vowel (or R) and an unstressed vowel."""
    if not 0 < at < len(phones) - 1:
        return False
    before, (after, stress) = _split(phones[at - 1])[0], _split(phones[at + 1])
    if after == "AH" and at + 2 < len(phones) and phones[at + 2] == "N":
        return False  # button: no flap
    return (before in VOWELS or before == "R") and after in FLAPPING and stress == "0"


def _is_syllabic(phones: Sequence[str], at: int, nasal: frozenset[str]) -> bool:
    """Whether the weak vowel at this place is only the ᵊ of apple, button and garden."""
    if phones[at] != "AH0" or not 0 < at < len(phones) - 1:
        return False
    before, after = _split(phones[at - 1])[0], phones[at + 1]
    last = at + 2 == len(phones) or _split(phones[at + 2])[0] not in VOWELS
    if before in VOWELS or before in {"R", "L"} or not last:
        return False
    return after == "L" or (after == "N" and before in nasal)
