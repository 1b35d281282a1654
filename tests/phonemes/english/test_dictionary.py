"""English words as the installed dictionaries give them, the CMU's behind misaki's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dragoman.phonemes.english.arpabet import Region
from dragoman.phonemes.reader import Reader, load

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def dictionaries(weights: Callable[[str], Path]) -> Reader:
    return load(weights("kokoro-82m"))


@pytest.mark.parametrize(
    ("region", "word", "said"),
    [
        ("us", "capabilities", "kˌApəbˈɪləTiz"),
        ("us", "penalties", "pˈɛnᵊltiz"),
        ("us", "casualties", "kˈæʒəwᵊltiz"),
        ("us", "personalities", "pˌɜɹsənˈælɪTiz"),
        ("us", "varieties", "vəɹˈIəTiz"),
        ("us", "difficulties", "dˈɪfəkᵊltiz"),
        ("us", "possibilities", "pˌɑsəbˈɪləTiz"),
        ("us", "deputies", "dˈɛpjəTiz"),
        ("us", "secretaries", "sˈɛkɹətˌɛɹiz"),
        ("us", "therapies", "θˈɛɹəpiz"),
        ("us", "controversies", "kˈɑntɹəvˌɜɹsiz"),
        ("us", "ceremonies", "sˈɛɹəmˌOniz"),
        ("us", "realities", "ɹiˈæləTiz"),
        ("us", "liberties", "lˈɪbəɹTiz"),
        ("us", "hurried", "hˈɜɹid"),
        ("us", "borrowed", "bˈɑɹOd"),
        ("us", "tidied", "tˈIdid"),
        ("us", "happier", "hˈæpiəɹ"),
        ("us", "busiest", "bˈɪziᵻst"),
        ("us", "earlier", "ˈɜɹliəɹ"),
        ("us", "rated", "ɹˈATɪd"),
        ("us", "hated", "hˈATəd"),
        ("us", "plated", "plˈATɪd"),
        ("us", "slated", "slˈATɪd"),
        ("us", "gated", "ɡˈATɪd"),
        ("us", "fated", "fˈATɪd"),
        ("us", "skated", "skˈATɪd"),
        ("us", "mated", "mˈATɪd"),
        ("us", "berated", "bɪɹˈATɪd"),
        ("us", "sited", "sˈITɪd"),
        ("us", "whiter", "wˈITəɹ"),
        ("us", "cuter", "kjˈuTəɹ"),
        ("us", "rater", "ɹˈATəɹ"),
        ("us", "hoping", "hˈOpɪŋ"),
        ("us", "hopping", "hˈɑpɪŋ"),
        ("us", "dining", "dˈInɪŋ"),
        ("us", "scared", "skˈɛɹd"),
        ("us", "scarred", "skˈɑɹd"),
        ("us", "Beth", "bˈɛθ"),
        ("us", "beth", "bˈAt"),
        ("us", "Karen", "kˈɛɹən"),
        ("us", "Nicole", "nɪkˈOl"),
        ("us", "Michelle", "mɪʃˈɛl"),
        ("us", "Christine", "kɹɪstˈin"),
        ("us", "Denise", "dɪnˈis"),
        ("us", "Marie", "məɹˈi"),
        ("us", "Danielle", "dˌæniˈɛl"),
        ("us", "Cheryl", "ʃˈɛɹəl"),
        ("us", "Ethan", "ˈiθən"),
        ("us", "Pamela", "pˈæmələ"),
        ("us", "Jose", "hˌOzˈA"),
        ("us", "Cruz", "kɹˈuz"),
        ("us", "Reyes", "ɹˈAɪs"),
        ("us", "Torres", "tˈɔɹˌɛz"),
        ("us", "Sullivan", "sˈʌləvən"),
        ("us", "Ortiz", "ˌɔɹtˈiz"),
        ("us", "Kathleen", "kæθlˈin"),
        ("us", "Sophia", "sOfˈiə"),
        ("us", "Ross", "ɹˈɑs"),
        ("us", "Sean", "ʃˈɔn"),
        ("us", "Diego", "diˈAɡO"),
        ("us", "Garcia", "ɡˌɑɹsˈiə"),
        ("us", "Maria", "məɹˈiə"),
        ("us", "Anna", "ˈænə"),
        ("us", "Carlos", "kˈɑɹlOs"),
        ("us", "Flores", "flˈɔɹˌɛz"),
        ("us", "Gonzalez", "ɡɑnzˈɑləz"),
        ("us", "Nguyen", "nujˈɛn"),
        ("us", "Isaiah", "IzˈAə"),
        ("us", "Chloe", "klˈOi"),
        ("us", "Siobhan", "ʃˈWbˌɑn"),
        ("us", "drawing", "dɹˈɔɪŋ"),
        ("us", "typed", "tˈIpt"),
        ("us", "raced", "ɹˈAst"),
        ("us", "affect", "əfˈɛkt"),
        ("us", "ninety", "nˈInti"),
        ("us", "obstacle", "ˈɑbstəkᵊl"),
        ("us", "NASA", "nˈæsə"),
        ("us", "GPU", "ʤˌipˌijˈu"),
        ("us", "PCs", "pˌisˈiz"),
        ("us", "IDs", "ˌIdˈiz"),
        ("us", "URLs", "jˌuˌɑɹˈɛlz"),
        ("gb", "Beth", "bˈɛθ"),
        ("gb", "Karen", "kˈɛɹən"),
        ("gb", "Nicole", "nɪkˈQl"),
        ("gb", "Michelle", "mɪʃˈɛl"),
        ("gb", "Torres", "tˈɔːɹˌɛz"),
        ("gb", "capabilities", "kˌApəbˈɪlətiz"),
        ("gb", "rated", "ɹˈAtɪd"),
        ("gb", "drawing", "dɹˈɔːɪŋ"),
        ("gb", "derby", "dˈɑːbi"),
    ],
)
def test_a_word_is_said_as_people_say_it(
    dictionaries: Reader, region: Region, word: str, said: str
):
    assert dictionaries.english[region].phonemes([word]) == [said]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Do NOT run. You MUST stop NOW.", "dˈu nˌɑt ɹˈʌn. ju mˈʌst stˈɑp nˈW."),
        ("He came IN and went OUT.", "hi kˈAm ɪn ænd wˈɛnt ˈWt."),
        ("Say NO, turn it OFF.", "sˈA nˈO, tˈɜɹn ɪt ˈɔf."),
        ("US citizens voted.", "jˌuˈɛs sˈɪTəzᵊnz vˈOTɪd."),
        ("Her name is Beth.", "hˌɜɹ nˈAm ɪz bˈɛθ."),
    ],
)
def test_a_sentence_is_said_as_people_say_it(dictionaries: Reader, sentence: str, said: str):
    assert " ".join(chunk.phonemes for chunk in dictionaries.read(sentence, "en")) == said
