"""With the weights: what CTranslate2 does is what we take it to do."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import DecodeRequest
from dragoman.engines.codecs import load_audio
from dragoman.engines.whisper_ct2.library import LADDER, Heard, Manner, Whisper
from dragoman.engines.whisper_ct2.settings import Settings
from outlets import Basket

pytestmark = pytest.mark.model

KOREAN = Manner("ko", "transcribe", LADDER, words=False, logprobs=True)


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
def heard(whisper: Whisper, speech: NDArray[np.int16]) -> Heard:
    return whisper.hear(speech)


def test_windows_say_together_what_they_say_alone(
    whisper: Whisper, heard: Heard, speech: NDArray[np.int16]
):
    twice = whisper.hear(np.concatenate([speech, speech]))
    (alone,) = whisper.decode([heard], KOREAN, [])
    (other,) = whisper.decode([twice], KOREAN, [])
    together = whisper.decode([heard, twice, heard], KOREAN, [])
    for text, expected in zip(together, [alone, other, alone], strict=True):
        assert text.attempt.tokens == expected.attempt.tokens
        assert text.attempt.avg_logprob == pytest.approx(expected.attempt.avg_logprob, abs=0.01)


def test_the_tokens_of_a_text_are_its_bytes_and_have_probabilities(whisper: Whisper, heard: Heard):
    (decoded,) = whisper.decode([heard], KOREAN, [])
    (piece,) = decoded.pieces
    assert b"".join(token.data for token in piece.logprobs).decode() == piece.text
    assert len({token.logprob for token in piece.logprobs}) > 2
    assert all(token.logprob <= 0 for token in piece.logprobs)
    # The score has timestamps too: it is not the same, but it is near.
    mean = float(np.mean([token.logprob for token in piece.logprobs]))
    assert mean == pytest.approx(decoded.attempt.avg_logprob, abs=0.4)


def test_a_language_is_worth_what_its_text_is(whisper: Whisper, heard: Heard):
    (decoded,) = whisper.decode([heard], KOREAN, [])
    english, korean = whisper.worth(heard, ["en", "ko"])
    assert korean == pytest.approx(decoded.attempt.logprob, abs=0.1)
    assert english < korean


def test_a_text_drawn_hot_is_one(whisper: Whisper, heard: Heard):
    hot = Manner("ko", "transcribe", (0.4,), words=True)
    (decoded,) = whisper.decode([heard], hot, [])
    assert decoded.attempt.temperature == 0.4
    assert decoded.pieces
