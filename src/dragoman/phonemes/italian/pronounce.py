"""Italian words to phonemes: spelling tells the sounds, and endings mostly where the stress is."""

import re
from collections.abc import Sequence
from dataclasses import replace

from dragoman.phonemes.italian.stress import (
    CLOSED_E,
    CLOSED_O,
    EARLY,
    EARLY_ENDING,
    HIATUS,
    LATE,
)
from dragoman.phonemes.letters import Alphabet
from dragoman.phonemes.romance.capitals import is_spelled
from dragoman.phonemes.romance.spelling import Unit, joined, nuclei, spellings, stressed, units
from dragoman.phonemes.tables import listed, paired

WEAK = frozenset(
    listed(
        "il lo la i gli le un una uno di a da in con su per tra fra e ed o ma se che ci si mi ti"
        " vi ne del dei nel al ai dal dai sul sui non è ho ha"
    )
)
"""The words without stress."""
LETTERS = paired(
    "a=a b=bi c=ci d=di e=e f=effe g=gi h=acca i=i j=ilunga k=cappa l=elle m=emme n=enne o=o p=pi"
    " q=cu r=erre s=esse t=ti u=u v=vu w=doppiavu x=ics y=ìpsilon z=zeta"
)
TABLE = spellings(
    """
    [’']                               -
    sci(?=[aouàòù])                    ʃ
    sc(?=[eièéì])                      ʃ
    sch                                sk
    cch                                kː
    cci(?=[aouàòù])                    ʧː
    cc(?=[eièéì])                      ʧː
    ci(?=[aouàòù])                     ʧ
    c(?=[eièéì])                       ʧ
    ch                                 k
    cc|cq                              kː
    ggh                                ɡː
    ggi(?=[aouàòù])                    ʤː
    gg(?=[eièéì])                      ʤː
    gli(?=[aeouàèéòù])                 ʎ
    gl(?=i)                            ʎ
    gn                                 ɲ
    gi(?=[aouàòù])                     ʤ
    g(?=[eièéì])                       ʤ
    gh                                 ɡ
    gg                                 ɡː
    g                                  ɡ
    [ckq]                              k
    tt                                 tː
    bb                                 bː
    dd                                 dː
    pp                                 pː
    ss                                 S
    ẓẓ                                 ʣː
    n(?=g[^ei])                        ŋ
    s(?=[bdgvmnlr])                    z
    (?<=[ct])s(?=[aeiou])              s
    (?<=[aeiouàèéìòù])s(?=[aeiouàèéìòù]) z
    s                                  s
    zz                                 ʦː
    ^z                                 ʣ
    z                                  ʦ
    h                                  -
    j                                  j
    x                                  ks
    w                                  w
    y                                  i
    rr                                 rɾ
    i(?=on[ei]$|al[ei]$|an[oaie]$)     i
    i(?=[aeouàèéòù])                   j
    (?<=k)u(?=[aeioàèéìò])             w
    (?<=[qg])u(?=[aeioàèéìò])          w
    (?<=cq)u(?=[aeioàèéìò])            w
    u(?=[oò])                          w
    [àá]                               a
    è                                  ɛ
    é                                  e
    ì|í                                i
    ò                                  ɔ
    ó                                  o
    ù|ú                                u
    """
    + "\n".join(f"{letter} {letter}" for letter in "abdefilmnoprtuv")
)
ACCENTED = re.compile("[àèéìòùáíóú]")
VOICED_ZZ = re.compile(
    "mezz|azzurr|rozz|razz[io]|gazz|bizzarr|azzard|lazz|buzz|izz[aeo](?:re|to|t|n)|zuzz"
)


ALPHABET = Alphabet(frozenset("àèéìòùáíóú"), paired("ñ=gn ç=s"))


def phonemes(words: Sequence[str]) -> list[str]:
    """The phonemes of each word, in order; none of them empty."""
    return [_word(ALPHABET.spelled(word)) for word in words]


def _word(word: str) -> str:
    lower = word.lower()
    if VOICED_ZZ.search(lower):
        lower = lower.replace("zz", "ẓẓ")
    if HIATUS.search(lower):
        lower = lower[:-2] + "ì" + lower[-1]
    sounds = units(lower, TABLE)
    syllables = nuclei(sounds)
    if not syllables or is_spelled(word, "it"):
        return spelled(lower) or "ə"
    if lower in WEAK and not (len(word) == 1 and word.isupper()):
        return joined(_sounds(lower, sounds, -1))
    main = _stress(lower, sounds, syllables)
    return joined(stressed(_sounds(lower, sounds, main), main))


def spelled(letters: str) -> str:
    """The names of letters: "RAI" would be erre a i."""
    return "".join(_word(LETTERS[letter]) for letter in letters if letter in LETTERS)


def _sounds(word: str, sounds: Sequence[Unit], main: int) -> list[Unit]:
    """`sounds` with the vowels as they are with the stress on unit `main` (−1: nowhere)."""
    vowels: list[Unit] = []
    for number, unit in enumerate(sounds):
        sound, tail = unit.sound, word[unit.end :]
        if (
            number == main
            and sound == "e"
            and not CLOSED_E.match(word, unit.end)
            and word[-1] != "é"
        ):
            sound = "ɛ"
        elif number == main and sound == "o" and not CLOSED_O.match(word, unit.end):
            sound = "ɔ"
        elif number != main and sound == "u":
            sound = "ʊ"
        elif number != main and sound == "i" and not tail:
            sound = "ɪ"
        vowels.append(replace(unit, sound=sound))
    return vowels


def _stress(word: str, sounds: Sequence[Unit], syllables: Sequence[int]) -> int:
    accent = ACCENTED.search(word)
    if accent:
        return next((n for n in syllables if sounds[n].start >= accent.start()), syllables[-1])
    if len(syllables) < 2:
        return syllables[-1]
    if re.search("[^aeiou]$", word):
        return syllables[-1] if len(syllables) < 3 else syllables[-2]
    early = word in EARLY or (EARLY_ENDING.search(word) and not LATE.search(word))
    return syllables[-3] if early and len(syllables) > 2 else syllables[-2]
