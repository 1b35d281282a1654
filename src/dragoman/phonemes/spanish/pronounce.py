"""Spanish words to phonemes: spelling tells everything, stress included."""

import re
from collections.abc import Sequence

from dragoman.phonemes.letters import Alphabet
from dragoman.phonemes.romance.capitals import is_spelled
from dragoman.phonemes.romance.spelling import (
    Unit,
    joined,
    nuclei,
    rhythm,
    spellings,
    stressed,
    units,
)
from dragoman.phonemes.tables import listed, paired

WEAK = frozenset(
    listed(
        "el la los las de del y e o u a al en que con por para sin se me te le lo les nos os mi tu"
        " su mis tus sus un si ni pues porque"
    )
)
"""The words without stress."""
LETTERS = paired(
    "a=a b=be c=ce d=de e=e f=efe g=ge h=hache i=i j=jota k=ka l=ele m=eme n=ene ñ=eñe o=o p=pe"
    " q=cu r=erre s=ese t=te u=u v=uve w=uvedoble x=equis y=igriega z=zeta"
)
TABLE = spellings(
    """
    ch                                   ʧ
    ll                                   ʎ
    rr|^r|(?<=[nls])r                    r
    r                                    ɾ
    ñ                                    ɲ
    qu(?=[eiéí])                         k
    q                                    k
    (?<=n)gü(?=[eiéí])                   ɡw
    gü(?=[eiéí])                         ɣw
    g(?=[eiéí])                          x
    (?<=n)gu(?=[eiéí])|^gu(?=[eiéí])     ɡ
    gu(?=[eiéí])                         ɣ
    ^g|(?<=n)g|g(?=[nm])                 ɡ
    g                                    ɣ
    j                                    x
    sc(?=[eiéí])                         sθ
    cc(?=[eiéí])                         kθ
    c(?=[eiéí])                          θ
    [ck]                                 k
    z                                    θ
    ^ps                                  s
    sh                                   ʃ
    ph                                   f
    th                                   t
    ^hi(?=[eéaá])                        j
    ^hu(?=[eéaá])                        w
    h                                    -
    (?<=m[eé])x(?=ic)                    x
    ^x                                   s
    x                                    ks
    ^[bv]|(?<=[mn])[bv]                  b
    [bv]                                 β
    ^d|(?<=[nl])d|d$|d(?=[qm])           d
    d                                    ð
    w                                    w
    n(?=[bvp])                           m
    n(?=[gj])                            ŋ
    ái                                   ai
    éi                                   ei
    ói                                   oi
    a[iy](?![aeouáéóú])                  I
    e[iy](?![aeouáéóú])                  A
    o[iy](?![aeouáéóú])                  oɪ
    áu|au(?=.*[aeiouáéíóú])              W
    au                                   aʊ
    [eé]u                                eʊ
    [oó]u                                O
    [uú]y$                               uɪ
    ya                                   ʝa
    y(?=[eéioóuúaá])                     ʝ
    y                                    i
    i[aá]                                ja
    i[oó]                                jo
    iu                                   ju
    iú                                   ju
    u[aá]                                wa
    u[oó]                                wo
    u[ií]                                wi
    ie(?=n[tcz]|ns[aeo])                 jɛ
    i(?=[eé])                            j
    u(?=[eé])                            w
    [eé](?=x|(?:ns|nt|nm)[aeiouáéíóú])   e
    [aá]                                 a
    [eé]                                 e
    [ií]                                 i
    [oó]                                 o
    [uúü]                                u
    n                                    n
    s                                    s
    """
    + "\n".join(f"{letter} {letter}" for letter in "fklmpt")
)
HARD = {"β": "b", "ð": "d", "ɣ": "ɡ"}
SOFT = {"b": "β", "d": "ð", "ɡ": "ɣ"}
ACUTE = re.compile("[áéíóú]")


ALPHABET = Alphabet(frozenset("áéíóúüñ"), paired("ç=s"))


def phonemes(words: Sequence[str]) -> list[str]:
    """The phonemes of words that follow each other without a mark, in order; none of them empty."""
    said: list[str] = []
    for word in map(ALPHABET.spelled, words):
        sound = _word(word)
        if said and said[-1][-1] not in "nmŋ" and sound.lstrip("ˈˌ")[:1] in SOFT:
            sound = sound.replace(sound.lstrip("ˈˌ")[0], SOFT[sound.lstrip("ˈˌ")[0]], 1)
        said.append(sound)
    return said


def _word(word: str) -> str:
    lower = word.lower()
    if lower in WEAK and not (len(word) == 1 and word.isupper()):
        return joined(units(lower, TABLE))
    sounds = units(lower, TABLE)
    syllables = nuclei(sounds)
    if not syllables or is_spelled(word, "es"):
        return spelled(lower) or "ə"
    main = _stress(lower, sounds, syllables)
    return joined(stressed(sounds, main, rhythm(sounds, main)))


def spelled(letters: str) -> str:
    """The names of letters: "ADN" is a de ene."""
    return "".join(_word(LETTERS[letter]) for letter in letters if letter in LETTERS)


def _stress(word: str, sounds: Sequence[Unit], syllables: Sequence[int]) -> int:
    acute = ACUTE.search(word)
    if acute:
        for number in syllables:
            if sounds[number].start <= acute.start() < sounds[number].end:
                return number
        return next((n for n in syllables if sounds[n].start >= acute.start()), syllables[-1])
    last = re.search(r"[aeiou]y$|[^aeiouns]$|[^aeiou][ns]$", word)
    if word.endswith("mente") and len(syllables) > 2:
        return syllables[-2]
    return syllables[-1] if last or len(syllables) == 1 else syllables[-2]
