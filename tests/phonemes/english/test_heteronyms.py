"""Words that are said in two ways, foreign names, and letters that are no articles."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dragoman.phonemes.reader import Reader, load

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def dictionaries(weights: Callable[[str], Path]) -> Reader:
    return load(weights("kokoro-82m"))


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("The pipe is made of lead.", "lˈɛd"),
        ("Lead poisoning is dangerous.", "lˈɛd"),
        ("He will lead the team.", "lˈid"),
        ("Take the lead.", "lˈid"),
        ("I wound the clock.", "wˈWnd"),
        ("They wound up in court.", "wˈWnd"),
        ("The wound healed.", "wˈund"),
        ("The concert was live.", "lˈIv"),
        ("We go live at nine.", "lˈIv"),
        ("Live music tonight.", "lˈIv"),
        ("I live in Rome.", "lˈɪv"),
        ("Where do you live?", "lˈɪv"),
        ("He plays the bass guitar.", "bˈAs"),
        ("She caught a bass.", "bˈæs"),
        ("A minute detail.", "mInˈut"),
        ("Wait a minute.", "mˈɪnət"),
        ("He dove into the pool.", "dˈOv"),
        ("The dove flew.", "dˈʌv"),
        ("Send your resume.", "ɹˈɛzəmˌA"),
        ("Please resume work.", "ɹəzˈum"),
        ("An invalid password.", "ɪnvˈæləd"),
        ("It was a close game.", "klˈOs"),
        ("They came close.", "klˈOs"),
        ("The shops close at five.", "klˈOz"),
        ("They sell fresh produce.", "pɹˈOdus"),
        ("They produce cars.", "pɹədˈus"),
        ("He tears the paper.", "tˈɛɹz"),
        ("Tears fell.", "tˈɪɹz"),
        ("Students graduate in June.", "ɡɹˈæʤəwˌAt"),
        ("She took a bow.", "bˈW"),
        ("Polish the table.", "pˈɑlɪʃ"),
    ],
)
def test_a_word_is_said_by_its_neighbours(dictionaries: Reader, text: str, sounds: str):
    assert sounds in " ".join(chunk.phonemes for chunk in dictionaries.read(text))


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("We saw Łódź.", "wˈʊʧ"),
        ("We saw Wrocław and Wroclaw.", "vɹˈɔtswɑf ænd vɹˈɔtswɑf"),
        ("We met Erdoğan.", "ˈɛɹdəwˌɑn"),
        ("We heard Dvořák.", "dvˈɔɹʒɑk"),
        ("We met Dončić.", "dˈɑnʧɪk"),
        ("They flew to Kraków.", "kɹˈɑkW"),
        ("They flew to Reykjavík.", "ɹˈAkjəvˌɪk"),
    ],
)
def test_a_foreign_name_is_said_as_english_speakers_say_it(
    dictionaries: Reader, text: str, sounds: str
):
    assert sounds in " ".join(chunk.phonemes for chunk in dictionaries.read(text))


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("| a | b |", "ˈA, bˈi."),
        ("a | b\n--|--\n1 | 2", "ˈA, bˈi."),
        ("$a = b$", "ˈA ˈikwᵊlz bˈi."),
        ("$x_1 = 4ac$", "ˈɛks wˈʌn ˈikwᵊlz fˈɔɹ ˈA sˈi."),
        ("from a to b", "fɹʌm ˈA tə bˈi."),
        ("It was a cat.", "ɪt wʌz ɐ kˈæt."),
        ("That is a plus.", "ðæt ɪz ɐ plˈʌs."),
        ("a minus sign", "ɐ mˈInəs sˈIn."),
    ],
)
def test_a_letter_is_no_article(dictionaries: Reader, text: str, sounds: str):
    assert next(iter(dictionaries.read(text))).phonemes == sounds
