"""Portuguese words to phonemes: spelling tells most; open and closed e and o are guessed."""

import re
from collections.abc import Sequence
from dataclasses import replace

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
from dragoman.phonemes.tables import paired

WEAK = paired(
    "o=ʊ os=ʊs a=æ as=æs e=i de=ʤy do=dʊ da=dæ dos=dʊs das=dæs em=Aŋ no=nʊ na=næ nos=nʊs nas=næs"
    " que=ky se=sy me=my te=ʧy lhe=ljy lhes=ljys um=ũŋ com=koŋ por=puɾ para=pˌaɾæ mas=mas ou=O"
    " ao=aʊ aos=aʊs à=aː às=aːs pelo=pˌelʊ pela=pˌelæ sem=sAŋ seu=seʊ sua=sˌuæ minha=mˌiɲæ meu=meʊ"
)
"""The words without stress, with their phonemes."""
KNOWN = paired(
    "muito=mwˈiŋtʊ muita=mwˈiŋtæ muitos=mwˈiŋtʊs muitas=mwˈiŋtæs não=nˈɐ̃ʊ̃ hoje=ˈoʒy é=ˈɛ"
    " são=sˈɐ̃ʊ̃ está=estˈa estão=estˈɐ̃ʊ̃ próximo=prˈɔsimʊ próxima=prˈɔsimæ máximo=mˈasimʊ"
    " táxi=tˈaksi êxito=ˈezitʊ fixo=fˈiksʊ sexo=sˈɛksʊ texto=tˈestʊ trouxe=trˈOsy"
    " quatorze=katˈoɾzy ela=ˈɛlæ elas=ˈɛlæs agora=aɡˈɔɾæ hora=ˈɔɾæ horas=ˈɔɾæs ele=ˈely"
    " eles=ˈelys nove=nˈɔvy sete=sˈɛʧy dez=dˈɛs nova=nˈɔvæ novas=nˈɔvæs escola=eskˈɔlæ"
    " perto=pˈɛɾtʊ certo=sˈɛɾtʊ aberto=abˈɛɾtʊ aberta=abˈɛɾtæ velho=vˈɛljʊ mulher=muljˈɛr"
    " bela=bˈɛlæ pode=pˈɔʤy podem=pˈɔdAŋ posso=pˈɔsʊ gosto=ɡˈɔstʊ gosta=ɡˈɔstæ porta=pˈɔɾtæ"
    " nossa=nˈɔsæ nosso=nˈɔsʊ nossos=nˈɔsʊs nossas=nˈɔsæs moda=mˈɔdæ resposta=xespˈɔstæ"
    " terra=tˈɛxæ festa=fˈɛstæ festas=fˈɛstæs pedra=pˈɛdræ leste=lˈɛsʧy oeste=oˈɛsʧy neve=nˈɛvy"
    " breve=brˈɛvy leve=lˈɛvy mesmo=mˈezmʊ desde=dˈezʤy sobre=sˈobry obra=ˈɔbræ forte=fˈɔɾʧy"
    " norte=nˈɔɾʧy sol=sˈɔʊ hotel=otˈɛʊ papel=papˈɛʊ mel=mˈɛʊ"
)
"""The words whose sounds, or open vowels, the spelling does not tell."""
LETTERS = paired(
    "a=a b=bê c=cê d=dê e=e f=efi g=gê h=agá i=i j=jota k=cá l=éli m=emi n=eni o=o p=pê q=quê"
    " r=érri s=éssi t=tê u=u v=vê w=dábliu x=xis y=ípsilon z=zê"
)
VOWEL = "aeiouáéíóúâêôãõàyü"
TABLE = spellings(
    rf"""
    [’']                            -
    ão(?=s?$)                       ɐ̃ʊ̃
    ãe(?=s?$)                       ɐ̃y
    õe(?=s?$)                       õj
    ã                               ɐ̃
    õ                               oŋ
    am$                             ɐ̃ʊ̃
    [eéê]m$                         Aŋ
    [eéê]n(?=s$)                    Aŋ
    [eéê](?=nh)                     e
    (?<=[bcdfgklmnptvz])([bcdfgklmnptvz])(?<=\1\1) -
    [eéê]m(?=[pb])                  Am
    [aáâ]m(?=[pb])                  ɐ̃m
    [ií]m(?=[pb])                   im
    [oóô]m(?=[pb])                  om
    [uú]m(?=[pb])                   ũm
    [eéê][mn](?![{VOWEL}h])         Aŋ
    [aáâ](?=nh)                     ɐ̃
    [aáâ][mn](?![{VOWEL}h])         ɐ̃ŋ
    [ií](?=nh)                      i
    [ií][mn](?![{VOWEL}h])          iŋ
    [oóô](?=nh)                     o
    [oóô][mn](?![{VOWEL}h])         oŋ
    [uú](?=nh)                      u
    [uú][mn](?![{VOWEL}h])          ũŋ
    nh                              ɲ
    lh                              lj
    ch                              ʃ
    ph                              f
    th                              t
    sh                              ʃ
    rr|^r|(?<=[nls])r               x
    (?<=[ptkbdgcfv])r               r
    r$|r(?=s$)                      r
    r(?=[^{VOWEL}])                 ɾ
    r                               ɾ
    qu(?=[eiéíê])                   k
    qu                              kw
    qü                              kw
    gu(?=[eiéíê])                   ɡ
    gu(?=[aoáóâ])                   ɡw
    g(?=[eiéíêy])                   ʒ
    g                               ɡ
    j                               ʒ
    sc(?=[eiéíê])                   s
    xc(?=[eiéíê])                   s
    c(?=[eiéíêy])                   s
    ç                               s
    [ckq]                           k
    d(?=[iíy]|e$|es$)               ʤ
    t(?=[iíy]|e$|es$)               ʧ
    ss                              s
    s(?=[bdgvmnlr])                 z
    (?<=[{VOWEL}])s(?=[{VOWEL}])    z
    s                               s
    z$                              s
    z                               z
    (?<=^e)x(?=[{VOWEL}])           z
    (?<=^he)x(?=[{VOWEL}])          z
    (?<=^e)x                        s
    x$                              ks
    x(?=[ptc])                      s
    x                               ʃ
    h                               -
    l(?=[{VOWEL}])                  l
    al(?![{VOWEL}h])                W
    el$                             ɛʊ
    ol(?![{VOWEL}h])                ow
    ól(?![{VOWEL}h])                ɔw
    l                               ·ʊ
    y                               i
    w                               w
    [aá]i(?![nmr](?:$|[^{VOWEL}]))  I
    [eéê]i(?![nm](?:$|[^{VOWEL}]))  A
    [oóô]i                          oɪ
    [aá]u                           W
    [eéê]u                          eʊ
    ou                              ow
    iu(?=$|s$)                      iʊ
    ui(?=$|s$)                      uɪ
    (?<=[áéíóúâêô][^aeiou])i(?=[aeo]s?$)           j
    (?<=[áéíóúâêô][^aeiou][^aeiou])i(?=[aeo]s?$)   j
    i(?=[aáeéêoó])                  i
    u(?=[aáeéêoó])                  u
    (?<=[qg])u(?=[aáoó])            w
    a(?=s?$)                        æ
    e(?=s?$)                        y
    o(?=s?$)                        ʊ
    â(?=[mn])                       ɐ̃
    [áàâa]                          a
    é                               ɛ
    ê                               e
    [íi]                            i
    ó                               ɔ
    ô                               o
    [úuü]                           u
    m                               m
    n                               n
    """
    + "\n".join(f"{letter} {letter}" for letter in "abdefiloptuv")
)
ACCENTED = re.compile("[áéíóúâêô]")
CLOSED_E = re.compile(
    r"r(?:am|em|a|o|as|os)?$|ss|mos|s?$|z|n|m|s[pct][^ae]|d[oa]|rs|rg|j|[aou]|bo|ch|b|x$|v[eo]|p|t[oa]s?$"
)
"""The letters after a stressed e that is said as in "você"; other stressed ones are as in
"café"."""
CLOSED_O = re.compile(r"w|r(?:es|as?)?$|n|m|s[o]s?$|ss|u|v|lh|$|[td]os?$|g|c[oa]s?$|b|i|ʊ")
"""The letters after a stressed o that is said as in "avô"; other stressed ones are as in "avó"."""
TILDE = re.compile("[ãõ]")


ALPHABET = Alphabet(frozenset("áàâãçéêíóôõúü"), paired("ñ=nh"))


def phonemes(words: Sequence[str]) -> list[str]:
    """The phonemes of each word, in order; none of them empty."""
    said: list[str] = []
    words = [ALPHABET.spelled(word) for word in words]
    for at, word in enumerate(words):
        sound = _word(word)
        vowel_next = at + 1 < len(words) and words[at + 1].lstrip("hH")[:1].lower() in VOWEL
        if vowel_next and sound[-1] == "s" and len(words[at + 1]) > 1:
            sound = sound[:-1] + "z"
        said.append(sound)
    return said


def _word(word: str) -> str:
    lower = word.lower()
    alone = len(word) == 1 and word.isupper()
    known = None if alone else WEAK.get(lower) or KNOWN.get(lower)
    if known:
        return known
    sounds = units(lower, TABLE)
    syllables = nuclei(sounds)
    if not syllables or is_spelled(word, "pt"):
        return spelled(lower) or "ə"
    main = _stress(lower, sounds, syllables)
    return joined(stressed(_sounds(lower, sounds, main), main, rhythm(sounds, main)))


def spelled(letters: str) -> str:
    """The names of letters: "CPF" is cê pê efe."""
    return "".join(_word(LETTERS[letter]) for letter in letters if letter in LETTERS)


def _sounds(word: str, sounds: Sequence[Unit], main: int) -> list[Unit]:
    """`sounds` with the vowels as they are with the stress on unit `main`."""
    full = {"æ": "a", "y": "e", "ʊ": "o"}
    vowels: list[Unit] = []
    for number, unit in enumerate(sounds):
        sound, letter = unit.sound, word[unit.start]
        nasal = word[unit.end : unit.end + 1] in {"m", "n"} and letter == sound == "a"
        if number == main:
            sound = full.get(sound, sound) if letter in "aeo" else sound
            if sound == letter == "e" and not CLOSED_E.match(word, unit.end):
                sound = "ɛ"
            elif sound == letter == "o" and not CLOSED_O.match(word, unit.end):
                sound = "ɔ"
            elif nasal:
                sound = "ɐ̃"
        elif nasal:
            sound = "æ"
        vowels.append(replace(unit, sound=sound))
    return vowels


def _stress(word: str, sounds: Sequence[Unit], syllables: Sequence[int]) -> int:
    accent = ACCENTED.search(word) or TILDE.search(word)
    if accent:
        for number in syllables:
            if sounds[number].start <= accent.start() < sounds[number].end:
                return number
    if len(syllables) < 2 or re.search("(?:[^aeosmn]|[^aeo]s|[^aeo]m|[iu]m|n)$", word):
        return syllables[-1]
    return syllables[-2]
