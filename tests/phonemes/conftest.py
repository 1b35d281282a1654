"""A small dictionary, so that reading is tested without weights."""

import numpy as np
import pytest

from dragoman.phonemes import language
from dragoman.phonemes.english.lexicon import Entry, Lexicon
from dragoman.phonemes.english.pronounce import English
from dragoman.phonemes.english.unknown import Guesser
from dragoman.phonemes.language import Languages
from dragoman.phonemes.reader import Reader
from dragoman.phonemes.tables import paired

LETTERS = paired(
    "A=ˈA B=bˈi C=sˈi D=dˈi E=ˈi F=ˈɛf G=ʤˈi H=ˈAʧ I=ˈI J=ʤˈA K=kˈA L=ˈɛl M=ˈɛm N=ˈɛn O=ˈO"
    " P=pˈi Q=kjˈu R=ˈɑɹ S=ˈɛs T=tˈi U=jˈu V=vˈi W=dˈʌbᵊlju X=ˈɛks Y=wˈI Z=zˈi"
)
WORDS: dict[str, Entry] = {
    "hello": "həlˈO",
    "world": "wˈɜɹld",
    "the": "ði",
    "of": "ʌv",
    "and": "ænd",
    "apple": "ˈæpᵊl",
    "cat": "kˈæt",
    "wish": "wˈɪʃ",
    "want": "wˈɑnt",
    "smart": "smˈɑɹt",
    "phone": "fˈOn",
    "better": "bˈɛɾəɹ",
    "NASA": "nˈæsə",
    "naive": "nɑˈiv",
    "will": "wɪl",
    "he": "hi",
    "it": "ɪt",
    "read": {"DEFAULT": "ɹˈid", "VBD": "ɹˈɛd", "VBN": "ɹˈɛd"},
    "record": {"DEFAULT": "ɹˈɛkəɹd", "VERB": "ɹəkˈɔɹd"},
    "used": {"DEFAULT": "jˈuzd", "VBD": "jˈust"},
    "live": {"DEFAULT": "lˈIv", "VERB": "lˈɪv"},
    "close": {"DEFAULT": "klˈOs", "VERB": "klˈOz"},
    "book": "bˈʊk",
    "jason": "ʤˈAsᵊn",
}


@pytest.fixture(scope="session")
def english() -> English:
    random = np.random.default_rng(0)
    shapes = {
        "enc_emb": (29, 8),
        "dec_emb": (74, 8),
        "fc_w": (74, 8),
        "fc_b": (74,),
        **{f"{part}_{name}": (24, 8) for part in ("enc", "dec") for name in ("w_ih", "w_hh")},
        **{f"{part}_{name}": (24,) for part in ("enc", "dec") for name in ("b_ih", "b_hh")},
    }
    arrays = {
        name: random.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()
    }
    return English(Lexicon({**LETTERS, **WORDS}, {"silvery": "sˈɪlvəɹi"}), Guesser(arrays))


@pytest.fixture(scope="session")
def languages() -> Languages:
    return language.load()


@pytest.fixture(scope="session")
def reader(english: English, languages: Languages) -> Reader:
    return Reader({"us": english, "gb": english}, languages)
