"""The engine on real weights, hearing our own voices."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.audio.resample import resampled
from dragoman.audio.wav import SAMPLE_RATE as SPOKEN_RATE
from dragoman.domain.diarisation import DiarisationRequest, Turn, Turns
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.speech import Sound, SpeechRequest
from dragoman.domain.transcription import SAMPLE_RATE, KnownSpeaker, Recording
from dragoman.engines import kokoro_onnx, speakers
from outlets import Basket

LINES = (
    ("shimmer", "Did you find the letter that came on Monday?"),
    ("ash", "I put it on the table, beside the lamp."),
    ("shimmer", "Somebody must have taken it, then."),
    ("ash", "Perhaps it fell behind the chest."),
)
PAUSE_S = 0.5


@dataclass(frozen=True)
class Talk:
    """Some lines as one recording, each line alone, and when it is said."""

    samples: NDArray[np.int16]
    lines: tuple[NDArray[np.int16], ...]
    turns: tuple[Turn, ...]


@pytest.fixture(scope="module")
def talk(weights: Callable[[str], Path]) -> Talk:
    voice = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m"))))
    pause = np.zeros(round(PAUSE_S * SAMPLE_RATE), np.int16)
    lines: list[NDArray[np.int16]] = []
    turns: list[Turn] = []
    at = 0
    for name, text in LINES:
        basket = Basket()
        voice.run(SpeechRequest(text, name, "pcm"), basket)
        data = b"".join(event.data for event in basket.events if isinstance(event, Sound))
        line = resampled(np.frombuffer(data, "<i2"), SPOKEN_RATE, SAMPLE_RATE).astype(np.int16)
        loud = np.flatnonzero(np.abs(line.astype(int)) > 300)
        turns.append(Turn((at + loud[0]) / SAMPLE_RATE, (at + loud[-1]) / SAMPLE_RATE, name))
        lines.append(line)
        at += line.size + pause.size
    voice.close()
    return Talk(
        np.concatenate([part for line in lines for part in (line, pause)]),
        tuple(lines),
        tuple(turns),
    )


@pytest.fixture(scope="module")
def spec(weights: Callable[[str], Path]) -> EngineSpec:
    return EngineSpec("speakers", str(weights("speakers")))


def recording(path: Path, samples: NDArray[np.int16]) -> Recording:
    path.write_bytes(samples.astype("<i2").tobytes())
    return Recording(str(path), samples.size)


def heard(spec: EngineSpec, request: DiarisationRequest) -> tuple[Turn, ...]:
    basket = Basket()
    speakers.load(spec).run(request, basket)
    (answer,) = basket.events
    assert isinstance(answer, Turns)
    return answer.turns


def who(turns: tuple[Turn, ...], at_s: float) -> set[str]:
    return {turn.speaker for turn in turns if turn.start_s <= at_s < turn.end_s}


@pytest.mark.model
def test_two_voices_have_their_turns(spec: EngineSpec, talk: Talk, tmp_path: Path) -> None:
    found = heard(spec, DiarisationRequest(recording(tmp_path / "talk", talk.samples)))
    for number, line in enumerate(talk.turns):
        letter = {"AB"[number % 2]}
        for share in (0.1, 0.5, 0.9):
            at_s = line.start_s + share * (line.end_s - line.start_s)
            assert who(found, at_s) == letter
        assert not who(found, line.end_s + PAUSE_S / 2)


@pytest.mark.model
def test_known_speakers_have_their_names(spec: EngineSpec, talk: Talk, tmp_path: Path) -> None:
    known = tuple(
        KnownSpeaker(name, recording(tmp_path / name, line))
        for (name, _), line in zip(LINES[2:], talk.lines[2:], strict=True)
    )
    said = talk.samples[: sum(line.size for line in talk.lines[:2]) + SAMPLE_RATE]
    request = DiarisationRequest(recording(tmp_path / "talk", said), known)
    assert [turn.speaker for turn in heard(spec, request)] == ["shimmer", "ash"]


@pytest.mark.model
@pytest.mark.parametrize("samples", [1, 1000, 16_000, 400_000])
def test_where_nobody_speaks_there_are_no_turns(
    spec: EngineSpec, tmp_path: Path, samples: int
) -> None:
    silence = np.zeros(samples, np.int16)
    assert heard(spec, DiarisationRequest(recording(tmp_path / "s", silence))) == ()


@pytest.mark.model
def test_a_reference_in_which_nobody_speaks_is_refused(spec: EngineSpec, tmp_path: Path) -> None:
    silence = recording(tmp_path / "s", np.zeros(32_000, np.int16))
    with pytest.raises(RequestInvalid, match=r"Nobody speaks in .* 'Kim'") as error:
        heard(spec, DiarisationRequest(silence, (KnownSpeaker("Kim", silence),)))
    assert error.value.param == "known_speaker_references[0]"


@pytest.mark.model
def test_work_ends_when_nobody_listens(spec: EngineSpec, tmp_path: Path) -> None:
    basket = Basket(room=0)
    request = DiarisationRequest(recording(tmp_path / "s", np.zeros(160_000, np.int16)))
    with pytest.raises(Stopped):
        speakers.load(spec).run(request, basket)
    assert basket.refused == 0


def test_without_its_files_it_does_not_load(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="pyannote-segmentation"):
        speakers.load(EngineSpec("speakers", str(tmp_path)))
