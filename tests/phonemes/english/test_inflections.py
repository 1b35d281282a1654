"""Regular endings of known words: the e of rate, the y of penalty, the doubled p of hop."""

import pytest

from dragoman.phonemes.english.inflections import inflected, prefixed
from dragoman.phonemes.tables import paired

KNOWN = paired(
    "rat=ɹˈæt rate=ɹˈAt hat=hˈæt hate=hˈAt cut=kˈʌt cute=kjˈut wit=wˈɪt white=wˈIt hop=hˈɑp"
    " hope=hˈOp plan=plˈæn plane=plˈAn penalty=pˈɛnᵊlti carry=kˈɛɹi happy=hˈæpi dye=dˈI"
    " visit=vˈɪzɪt dance=dˈæns change=ʧˈAnʤ miss=mˈɪs box=bˈɑks church=ʧˈɜɹʧ rose=ɹˈOz stop=stˈɑp"
    " call=kˈɔl stuff=stˈʌf breathe=bɹˈið table=tˈAbᵊl settle=sˈɛtᵊl probable=pɹˈɑbəbᵊl go=ɡˈO"
    " glass=ɡlˈæs kind=kˈInd verify=vˈɛɹəfˌI"
)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("penalties", "pˈɛnᵊltiz"),
        ("carried", "kˈɛɹid"),
        ("carrier", "kˈɛɹiəɹ"),
        ("happier", "hˈæpiəɹ"),
        ("happiest", "hˈæpiəst"),
        ("happily", "hˈæpəli"),
        ("happiness", "hˈæpinəs"),
        ("rated", "ɹˈAtᵻd"),
        ("hated", "hˈAtᵻd"),
        ("rating", "ɹˈAtɪŋ"),
        ("cuter", "kjˈutəɹ"),
        ("whiter", "wˈItəɹ"),
        ("whitest", "wˈItəst"),
        ("hoping", "hˈOpɪŋ"),
        ("hopping", "hˈɑpɪŋ"),
        ("planned", "plˈænd"),
        ("planed", "plˈAnd"),
        ("stopped", "stˈɑpt"),
        ("visited", "vˈɪzɪtᵻd"),
        ("danced", "dˈænst"),
        ("changed", "ʧˈAnʤd"),
        ("missed", "mˈɪst"),
        ("called", "kˈɔld"),
        ("stuffed", "stˈʌft"),
        ("breathed", "bɹˈiðd"),
        ("settled", "sˈɛtᵊld"),
        ("boxes", "bˈɑksᵻz"),
        ("churches", "ʧˈɜɹʧᵻz"),
        ("roses", "ɹˈOzᵻz"),
        ("glasses", "ɡlˈæsᵻz"),
        ("goes", "ɡˈOz"),
        ("probably", "pɹˈɑbəbli"),
        ("kindness", "kˈIndnəs"),
        ("Rated", "ɹˈAtᵻd"),
    ],
)
def test_an_ending_is_said_with_its_word(word: str, said: str):
    assert inflected(word, KNOWN.get) == said


@pytest.mark.parametrize("word", ["Ross", "glass", "virus", "this", "bus", "red", "Roses'"])
def test_what_only_looks_like_an_ending_is_none(word: str):
    assert inflected(word, KNOWN.get) is None


def test_a_prefix_goes_before_a_known_word():
    assert prefixed("unverified", KNOWN.get) == "ʌnvˈɛɹəfˌId"
    assert prefixed("rerated", KNOWN.get) == "ɹˌiɹˈAtᵻd"
    assert prefixed("uncle", KNOWN.get) is None
