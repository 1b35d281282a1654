"""With the weights: what CTranslate2 does is what we take it to do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import DecodeRequest
from dragoman.engines.codecs import load_audio
from dragoman.engines.whisper_ct2.fallback import TEMPERATURES
from dragoman.engines.whisper_ct2.model import DecodingOptions, EncodedWindow, Whisper
from dragoman.engines.whisper_ct2.settings import Settings
from outlets import Basket

pytestmark = pytest.mark.model

KOREAN = DecodingOptions("ko", "transcribe", TEMPERATURES, words=False, logprobs=True)


@pytest.fixture(scope="module")
def whisper(weights: Callable[[str], Path]) -> Whisper:
    return Whisper(Settings(str(weights("whisper-base")), 1, 5, "int8"))


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.int16]:
    source = Path(__file__).parents[2] / "data/speech.mp3"
    target = tmp_path_factory.mktemp("speech") / "samples"
    load_audio(EngineSpec("a", "")).run(DecodeRequest(str(source), str(target), 60), Basket())
    return np.fromfile(target, "<i2")


@pytest.fixture(scope="module")
def heard(whisper: Whisper, speech: NDArray[np.int16]) -> EncodedWindow:
    return whisper.encode(speech)


def test_windows_say_together_what_they_say_alone(
    whisper: Whisper, heard: EncodedWindow, speech: NDArray[np.int16]
):
    twice = whisper.encode(np.concatenate([speech, speech]))
    (alone,) = whisper.decode([heard], KOREAN, [])
    (other,) = whisper.decode([twice], KOREAN, [])
    together = whisper.decode([heard, twice, heard], KOREAN, [])
    for text, expected in zip(together, [alone, other, alone], strict=True):
        assert text.result.tokens == expected.result.tokens
        assert text.result.avg_logprob == pytest.approx(expected.result.avg_logprob, abs=0.01)


def test_the_tokens_of_a_text_are_its_bytes_and_have_probabilities(
    whisper: Whisper, heard: EncodedWindow
):
    (decoded,) = whisper.decode([heard], KOREAN, [])
    (text,) = decoded.texts
    assert b"".join(token.data for token in text.logprobs).decode() == text.text
    assert len({token.logprob for token in text.logprobs}) > 2
    assert all(token.logprob <= 0 for token in text.logprobs)
    # The score has timestamps too: it is not the same, but it is near.
    mean = float(np.mean([token.logprob for token in text.logprobs]))
    assert mean == pytest.approx(decoded.result.avg_logprob, abs=0.4)


def test_a_language_is_worth_what_its_text_is(whisper: Whisper, heard: EncodedWindow):
    options = (replace(KOREAN, language=language) for language in ("en", "ko"))
    decoded = [whisper.decode([heard], each, [])[0].result.logprob for each in options]
    assert whisper.text_logprobs(heard, ["en", "ko"]) == pytest.approx(decoded, abs=0.1)


def test_a_language_that_is_not_spoken_is_worth_less(whisper: Whisper, speech: NDArray[np.int16]):
    # Of the clip alone, English and Korean are 0.1 apart, either way by the processor's arithmetic.
    japanese, korean = whisper.text_logprobs(
        whisper.encode(np.concatenate([speech] * 3)), ["ja", "ko"]
    )
    assert japanese < korean - 2


def test_a_text_drawn_hot_is_one(whisper: Whisper, heard: EncodedWindow):
    hot = DecodingOptions("ko", "transcribe", (0.4,), words=True)
    (decoded,) = whisper.decode([heard], hot, [])
    assert decoded.result.temperature == 0.4
    assert decoded.texts
