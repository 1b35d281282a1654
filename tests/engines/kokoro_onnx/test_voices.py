"""The voices' files are what was recorded of them."""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.engines.kokoro_onnx import voice_cards
from dragoman.engines.kokoro_onnx.voices import TIMBRE, LanguageStyle, Part, Voice, Voices, load
from dragoman.phonemes.scan import SPOKEN
from dragoman.wire.audio.speech import VOICES
from dragoman.wire.audio.voices import new_voice

FOLDER = resources.files("dragoman.engines.kokoro_onnx") / "voices"
TABLE = tomllib.loads((FOLDER / "voices.toml").read_text("utf-8"))
FACTS, NATIVES = TABLE["voices"], TABLE["natives"]


def test_all_thirteen_names_of_the_api_have_a_voice_of_their_own():
    assert tuple(fact["name"] for fact in FACTS if "name" in fact) == VOICES
    assert len({fact["kokoro"] for fact in FACTS}) == len(FACTS)


def test_all_english_voices_of_kokoro_are_here():
    # https://huggingface.co/hexgrad/Kokoro-82M/blob/main/VOICES.md
    regions = {"af": 11, "am": 9, "bf": 4, "bm": 4}
    names = [fact["kokoro"] for fact in FACTS]
    assert {region: sum(name.startswith(region) for name in names) for region in regions} == regions
    assert {"af_sky", "am_adam"} < set(names)


def test_voices_of_seven_other_languages_have_their_own_names():
    # https://huggingface.co/hexgrad/Kokoro-82M/blob/main/VOICES.md
    counts = {"ef": 1, "em": 2, "ff": 1, "if": 1, "im": 1, "pf": 1, "pm": 2, "zf": 4, "zm": 4}
    counts |= {"jf": 4, "jm": 1, "hf": 2, "hm": 2}
    names = [native.kokoro for native in voice_cards.natives()]
    assert {kind: sum(name.startswith(kind) for name in names) for kind in counts} == counts
    assert len(names) == sum(counts.values())
    assert {native.language for native in voice_cards.natives()} <= {None, *SPOKEN}


@pytest.mark.parametrize(
    "fact", [*FACTS, *(n for n in NATIVES if "sha256" in n)], ids=lambda fact: fact["kokoro"]
)
def test_a_voice_file_has_its_sum_and_its_shape(fact: dict[str, str]):
    path = FOLDER / f"{fact['kokoro']}.npy"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == fact["sha256"]
    with path.open("rb") as file:
        table = np.load(file, allow_pickle=False)
    assert table.shape == (510, 256)
    assert table.dtype == np.float16
    assert np.isfinite(table).all()


def test_the_licence_lies_beside_the_voices():
    assert "Apache License" in (FOLDER / "LICENSE").read_text("utf-8")


def voice(name: str) -> Voice:
    rows = np.arange(510, dtype=np.float32)[:, None] * np.ones(256, np.float32)
    styles = {
        "en": LanguageStyle((Part(rows, 1.0, 1.0),), 1.0),
        "ko": LanguageStyle((Part(-rows, 1.0, 1.0),), 2.0),
    }
    return Voice(name, "us", styles)


def test_the_style_is_that_of_the_length_and_the_language():
    alloy = voice("alloy")
    assert alloy.style("en", 1)[0] == 0
    assert alloy.style("en", 30)[0] == 29
    assert alloy.style("en", 9999)[0] == 509
    assert alloy.style("ko", 9999)[0] == -509
    assert (alloy.gain("en"), alloy.gain("ko")) == (1.0, 2.0)


def test_korean_is_said_slower_and_in_the_style_of_a_longer_chunk():
    alloy = voice("alloy")
    assert (alloy.pace("en"), alloy.pace("ko")) == (1, 0.95)
    assert [alloy.style("ko", symbols)[0] for symbols in (1, 40, 41, 100)] == [-59, -59, -60, -119]


@pytest.mark.parametrize(
    "name",
    [
        "af_sky",
        "nova(2)+af_sky(1)",
        "nova+",
        "nova(0)",
        "nova(-1)",
        "nova(1",
        "+".join(["nova"] * 9),
        "nova(99999)",
    ],
)
def test_an_unknown_voice_is_told_those_that_there_are(name: str):
    voices = Voices({name: voice(name) for name in ("nova", "shimmer", "echo")})
    assert voices.find("nova").name == "nova"
    with pytest.raises(RequestInvalid) as caught:
        voices.find(name)
    assert "Input should be 'nova', 'shimmer' or 'echo'" in caught.value.message
    assert "'loc': ('body', 'voice')" in caught.value.message


@pytest.mark.model
@pytest.mark.parametrize(
    "blend",
    ["af_bella+zf_xiaobei", "zm_yunxi(2)+onyx(1)", "jf_alpha+bf_emma", "hf_alpha + ef_dora(0.5)"],
)
def test_voices_of_different_languages_may_be_mixed_and_the_mixture_kept(
    blend: str, weights: Callable[[str], Path]
):
    mixed = load(weights("kokoro-82m")).find(blend)
    assert set(mixed.styles) == {"en", "ko", "es", "fr", "it", "pt", "ja", "zh"}
    names = [card.name for card in voice_cards.voices()]
    assert new_voice({"name": "mine", "x_blend": blend}, names) == ("mine", blend)


@pytest.mark.model
def test_every_voice_that_is_listed_is_spoken_and_the_other_way_round(
    weights: Callable[[str], Path],
):
    listed = [card.name for card in voice_cards.voices()]
    assert sorted(load(weights("kokoro-82m")).names) == sorted(listed)


def test_a_blend_is_the_mean_of_its_parts():
    low, high = voice("low"), voice("high")
    (part,) = low.styles["en"].parts
    more, less = (replace(part, table=part.table * factor) for factor in (4, -4))
    louder = {"en": LanguageStyle((more,), 4.0), "ko": LanguageStyle((less,), 2.0)}
    high = replace(high, region="gb", styles=louder)
    voices = Voices({"low": low, "high": high})
    blend = voices.find("low(1) + high(2)")
    assert blend.style("en", 30).dtype == np.float32
    assert np.allclose(blend.style("en", 30), 29 * 3)
    assert np.allclose(blend.style("ko", 30), -59 * 3)
    assert (blend.gain("en"), blend.gain("ko")) == (pytest.approx(3.0), pytest.approx(2.0))
    assert (blend.region, voices.find("low+high").region) == ("gb", "us")
    assert np.allclose(voices.find("low(0.5)").style("en", 30), low.style("en", 30))


def test_the_asked_voice_may_have_another_share_in_the_timbre_than_in_the_melody():
    native, own = (np.full((510, 256), value, np.float32) for value in (0, 1))
    style = LanguageStyle((Part(native, 0.6, 0.8), Part(own, 0.4, 0.2)), 0.0)
    assert np.allclose(style.style(3)[:TIMBRE], 0.4)
    assert np.allclose(style.style(3)[TIMBRE:], 0.2)


@pytest.mark.model
def test_languages_keep_more_of_the_asked_voices_timbre_than_of_its_prosody(
    weights: Callable[[str], Path],
):
    nova, echo = (load(weights("kokoro-82m")).find(name).styles for name in ("nova", "echo"))
    assert [sum(part.timbre for part in style.parts) for style in nova.values()] == pytest.approx(
        [1.0] * len(nova)
    )
    assert [sum(part.prosody for part in style.parts) for style in nova.values()] == pytest.approx(
        [1.0] * len(nova)
    )
    for language in ("ko", "es", "fr", "it", "pt", "ja", "zh"):
        own = nova[language].parts[-1]
        assert own.timbre > own.prosody > 0, language
        own = echo[language].parts[-1]
        # Men share half of their French: there is no native voice of theirs.
        assert own.timbre > own.prosody > 0 or language == "fr", language


def test_every_language_but_english_has_natives_of_both_sexes():
    accents = voice_cards.accents()
    assert {accent.language for accent in accents} == set(SPOKEN) - {"en"}
    assert len(accents) == 2 * (len(SPOKEN) - 1)
    assert {
        len({accent.male for accent in accents if accent.language == code}) for code in SPOKEN
    } == {0, 2}
