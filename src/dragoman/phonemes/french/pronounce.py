"""French words to phonemes, with liaison; plurals of verbs in -ent are told by a list."""

import re
import unicodedata
from collections.abc import Sequence

from dragoman.phonemes.french.known import (
    ASPIRATED,
    CLITICS,
    ENT,
    KNOWN,
    LETTERS,
    LIAISON,
    MENT_VERBS,
    WEAK,
)
from dragoman.phonemes.letters import Alphabet
from dragoman.phonemes.romance.capitals import is_spelled
from dragoman.phonemes.romance.spelling import joined, spellings, units
from dragoman.phonemes.tables import listed, paired

V = "aeiouyéèêëàâîïôûùüœ"
HARD = "[bcdfgjklmnpqrstvwxzç]"
TABLE = spellings(
    rf"""
    (?<=([bdflmnprtz]))\1         -
    ueill?(?=$|s$|[{V}])          œj
    [eœ]uill?(?=$|s$|[{V}])       œj
    œill?                         œj
    ouill(?=[{V}])                uj
    ouil$                         uj
    aill(?=[{V}])|ail(?=s?$)      aj
    eill(?=[{V}])|eil(?=s?$)      ɛj
    (?<=u)ill(?=[{V}])            ij
    (?<=[^{V}])ill(?=[{V}])       ij
    (?<=[td])ien(?=s?$|t$|nent$)  jɛ̃
    oin(?![{V}n])                 wɛ̃
    [iy]en(?![{V}n])(?!ce|t)      jɛ̃
    ien(?=t$)                     jɑ̃
    éen(?=s?$)                    eɛ̃
    [ae]in(?![{V}n])              ɛ̃
    aim(?![{V}m])                 ɛ̃
    [iîy]n(?![{V}nh])             ɛ̃
    [iy]m(?=[pb]|$)               ɛ̃
    ^en(?=n[uo])                  ɑ̃
    ^em(?=m[eê])                  ɑ̃m
    [ae]n(?![{V}nh])              ɑ̃
    [ae]m(?=[pb])                 ɑ̃
    aon$                          ɑ̃
    on(?![{V}nh])                 ɔ̃
    om(?=[pb]|$)                  ɔ̃
    um$                           ɔm
    un(?![{V}n])                  œ̃
    um(?=[pb])                    œ̃
    eoi                           wa
    oî|oi                         wa
    oy(?=[{V}])                   waj
    ay(?=[{V}])                   ɛj
    ey(?=[{V}])                   ɛj
    uy(?=[{V}])                   yij
    eau                           o
    au(?=r[{V}])                  o
    au                            o
    (?<=g)e(?=[aoâô])             -
    œu(?=[fr]|vr)                 œ
    œu                            ø
    œ                             e
    eu(?=x$|se|t|[sd]$|$|z|ent$)  ø
    eu(?=r|f|l|v|n|bl|p|il)       œ
    e[uû]                         ø
    o[uûù](?=[aeiéèêâ])(?![e]s?$) w
    o[uûù]                        u
    ai(?=e?s?$|t$|ent$)           ɛ
    (?<=r)ai$                     e
    ai|aî|ei|eî                   ɛ
    ay$|ey$                       ɛ
    é                             e
    ée                            e
    [èêë]                         ɛ
    ers?$                         e
    e(?=z$|d$)                    e
    (?<=[{V}])ent$                -
    es?$                          -
    ents$                         ɑ̃
    e(?=t$|ts$)                   ɛ
    e(?=x)                        ɛ
    e(?=ss|ff)                    ɛ
    e(?=ll|tt|rr|nn|mm|pp|cc)     ɛ
    e(?=[lrcfpmn]$)               ɛ
    e(?=[lrcfsp]s?$)              ɛ
    e(?=(?:bl|br|ch|cl|cr|dr|fl|fr|gl|gn|gr|ph|pl|pr|th|tr|vr|qu|gu)[{V}]) ə
    e(?={HARD}{HARD})             ɛ
    e                             ə
    [âà]                          a
    a                             a
    ô                             o
    o(?=$|s$|t$|ts$|p$|s[{V}])    o
    o(?=r$|nn|mm|tt|ll?(?:es?)?$|(?:[bcfpt][^hrlaeiouyéèêâîœs]|[rlns][^aeiouyéèêâîœh])) ɔ
    o                             o
    [iîï](?=[{V}])(?<=[ptbdgcfv][lr][iîï]) ij
    [iîï](?=[{V}])(?!es?$|ent$)   j
    [iîï]                         i
    y(?=[{V}])                    j
    y                             i
    u(?=i)                        y
    [uûùü]                        y
    sch                           ʃ
    sh                            ʃ
    ch(?=[rlnt])                  k
    ch                            ʃ
    cc(?=[eiéèêy])                ks
    sc(?=[eiéèêy])                s
    c(?=[eiéèêîy])                s
    ç                             s
    cqu|qu|q|ck                   k
    cc                            k
    c                             k
    gn                            ɲ
    gu(?=[eiéèêya])               ɡ
    g(?=[eiéèêy])                 ʒ
    gg                            ɡ
    gs?$                          -
    g                             ɡ
    j                             ʒ
    ph                            f
    th                            t
    (?<![sx])t(?=i(?:on|el|eux|euse|al|aux|aire|enne|es?$)) s
    ^ex(?=[{V}h])                 ɛɡz
    (?<=^e)xc(?=[eiéè])           ks
    (?<=^e)x(?=[{V}h])            ɡz
    x$                            -
    x                             ks
    ct(?=s?$)                     kt
    [dtpbz]+s?$                   -
    (?<=[{V}])s(?=[{V}])          z
    ss                            s
    s$                            -
    s                             s
    rr?                           ʁ
    h                             -
    w                             w
    z                             z
    """
    + "\n".join(f"{letter} {letter}" for letter in "bdfklmnptv")
)
SCHWA = re.compile(r"(?<=[aeiouyøœɛɔɑ̃][bdfklmnpstvzʃʒɡʁ])ə(?=[bdfklmnpstvzʃʒɡʁ][aeiouyøœɛɔɑjw])")
VOWEL_START = re.compile(rf"[{V}h]", re.IGNORECASE)
HARD_START = frozenset(listed(ASPIRATED))
LONE_VOWEL = re.compile("[aeiouyøœɛɔɑə]")


ALPHABET = Alphabet(frozenset("àâçéèêëîïôœùûü"), paired("ñ=gn ö=eu ø=eu æ=é"))


def phonemes(words: Sequence[str]) -> list[str]:
    """The phonemes of words that follow each other without a mark, in order; none of them empty."""
    said: list[str] = []
    words = [ALPHABET.spelled(word) for word in words]
    for at, word in enumerate(words):
        sound = _word(word)
        follows = words[at + 1].lower() if at + 1 < len(words) else ""
        tie = LIAISON.get(re.split("['’]", word.lower())[-1])
        if tie and VOWEL_START.match(follows) and follows not in HARD_START and len(follows) > 1:
            sound = sound.removesuffix("s") if sound[-1] == "s" and tie == "z" else sound
            sound += tie if sound[-1] != tie else ""
        said.append(sound)
    return said


def _word(word: str) -> str:
    """One word, which may have apostrophes and what they tie to it: "qu'il", "l'homme"."""
    *before, last = re.split("['’]", word) if len(word) > 1 else [word]
    sound = "".join(CLITICS.get(part.lower()) or _simple(part) for part in before if part)
    whole = sound.replace("ˈ", "") + _simple(last) if last else sound
    return whole or "ə"


def _simple(word: str) -> str:
    lower = word.lower()
    if len(word) == 1 and word.isupper() and lower in LETTERS:
        return LETTERS[lower]
    if lower in WEAK:
        return unicodedata.normalize("NFD", WEAK[lower])
    if lower in KNOWN:
        return _last_stressed(unicodedata.normalize("NFD", KNOWN[lower]))
    sounds = units(_spelt(lower), TABLE)
    sound = SCHWA.sub("", joined(sounds))
    if not LONE_VOWEL.search(sound) or is_spelled(word, "fr"):
        return spelled(lower) or "ə"
    return _last_stressed(sound)


def _spelt(word: str) -> str:
    """`word` without the silent ending of verbs in the plural."""
    if not word.endswith("ent") or word in ENT:
        return word
    if word.endswith("ment") and word not in MENT_VERBS:
        return word
    if re.search(r"(?:[tv]i|sci|cli|pati|cc|[aeiouy]ci|ori|quoti|ingrédi|récipi)ent$", word):
        return word
    return word[:-2] if len(word) > 4 else word


def spelled(letters: str) -> str:
    """The names of letters: "SNCF" is ɛs ɛn se ɛf."""
    names = [LETTERS[letter] for letter in letters if letter in LETTERS]
    return "".join(name.replace("ˈ", "") for name in names[:-1]) + (names[-1] if names else "")


def _last_stressed(sound: str) -> str:
    places = [match.start() for match in LONE_VOWEL.finditer(sound)]
    full = [place for place in places if sound[place] != "ə"] or places
    return sound[: full[-1]] + "ˈ" + sound[full[-1] :] if full else sound
