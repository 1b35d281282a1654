"""The way of a recording through the engine, with a scripted voice and a scripted Whisper."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.transcription import (
    LanguageFound,
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2
from dragoman.engines.whisper_ct2.engine import WhisperEngine
from dragoman.engines.whisper_ct2.library import LADDER, Decoded, Heard, Manner, Piece, Whisper
from dragoman.engines.whisper_ct2.spans import FRAME
from dragoman.engines.whisper_ct2.voice import VoiceDetector

SECOND = 16_000


class Detector(VoiceDetector):
    """Hears a voice wherever there is sound at all."""

    def __init__(self) -> None:
        pass

    @override
    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        padded = np.pad(samples, (0, -len(samples) % FRAME)).reshape(-1, FRAME)
        yield np.asarray(padded.any(axis=1), np.float32)


def said(
    *texts: str, heard_s: float = 30.0, temperature: float = 0.0, no_speech_prob: float = 0.0
) -> Decoded:
    """A second each."""
    pieces = [Piece(at, at + 1.0, text, (at,), ()) for at, text in enumerate(texts)]
    avg_logprob = -2.0 if no_speech_prob else -0.2
    return Decoded(tuple(pieces), heard_s, temperature, avg_logprob, 1.0, no_speech_prob)


class Script(Whisper):
    """Says the next line for each window, and remembers what it was given."""

    def __init__(self, *lines: Decoded, languages: Sequence[str] = ("en", "ko")) -> None:
        self._lines = list(lines)
        self.languages = frozenset(languages)
        self.lengths_s: list[float] = []
        self.befores: list[list[int]] = []
        self.manners: list[Manner] = []

    @override
    def hear(self, samples: NDArray[np.int16]) -> Heard:
        self.lengths_s.append(round(len(samples) / SECOND, 1))
        return Heard(None, 3000)

    @override
    def spoken_in(self, heard: Heard) -> list[tuple[str, float]]:
        return [("ko", 0.9), ("en", 0.1)]

    @override
    def tokens(self, text: str) -> list[int]:
        return [99] * len(text)

    @override
    def decode(self, heard: Heard, manner: Manner, before: Sequence[int]) -> Decoded:
        self.manners.append(manner)
        self.befores.append(list(before))
        return self._lines.pop(0)


class Basket:
    def __init__(self, room: int = 1000) -> None:
        self._room = room
        self.events: list[TranscriptionEvent] = []

    @property
    def stopped(self) -> bool:
        return len(self.events) >= self._room

    def emit(self, event: TranscriptionEvent) -> None:
        self.events.append(event)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Twenty seconds of sound, five of silence, twenty of sound."""
    sound = np.ones(20 * SECOND, "<i2")
    samples = np.concatenate([sound, np.zeros(5 * SECOND, "<i2"), sound])
    samples.tofile(tmp_path / "samples")
    return Recording(str(tmp_path / "samples"), len(samples))


def heard(
    whisper: Script, request: TranscriptionRequest, room: int = 1000
) -> list[TranscriptionEvent]:
    basket = Basket(room)
    WhisperEngine(whisper, Detector(), 1).run(request, basket)
    return basket.events


def texts(events: list[TranscriptionEvent]) -> list[tuple[int, str, float]]:
    return [(e.index, e.text, e.start_s) for e in events if isinstance(e, Segment)]


def test_windows_are_heard_in_order_and_times_are_those_of_the_recording(recording: Recording):
    whisper = Script(said(" a", " b"), said(" c"))
    events = heard(whisper, TranscriptionRequest(recording))
    assert events[0] == LanguageFound("ko", 0.9)
    assert texts(events) == [
        (0, " a", 0.0),
        (1, " b", 1.0),
        (2, " c", pytest.approx(24.9, abs=0.1)),
    ]
    (last,) = (event for event in events if isinstance(event, TranscriptionFinished))
    assert last.speech_s == pytest.approx(40, abs=0.1)
    assert whisper.lengths_s == [20.4, 20.4]


def test_what_a_window_did_not_finish_is_heard_again_with_what_follows(recording: Recording):
    whisper = Script(said(" a", heard_s=15.0), said(" b"))
    events = heard(whisper, TranscriptionRequest(recording))
    assert whisper.lengths_s == [20.4, 25.8]
    assert texts(events) == [(0, " a", 0.0), (1, " b", pytest.approx(15.0))]


def test_where_nobody_speaks_nothing_is_heard_and_the_language_is_unknown(tmp_path: Path):
    np.zeros(30 * SECOND, "<i2").tofile(tmp_path / "silence")
    silence = Recording(str(tmp_path / "silence"), 30 * SECOND)
    whisper = Script()
    events = heard(whisper, TranscriptionRequest(silence))
    assert events == [LanguageFound("en", 0.0), TranscriptionFinished(0.0)]
    assert whisper.lengths_s == []


def test_no_samples_at_all_are_silence():
    events = heard(Script(), TranscriptionRequest(Recording("", 0), language="ko"))
    assert events == [LanguageFound("ko", 1.0), TranscriptionFinished(0.0)]


def test_what_was_said_guides_what_follows_after_the_prompt(recording: Recording):
    whisper = Script(said(" a", " b"), said(" c"))
    events = heard(whisper, TranscriptionRequest(recording, prompt="Hi"))
    assert whisper.befores == [[99, 99], [99, 99, 0, 1]]
    (last,) = (event for event in events if isinstance(event, TranscriptionFinished))
    assert last.prompt_tokens == 2


def test_what_was_drawn_hot_guides_nothing(recording: Recording):
    whisper = Script(said(" a", temperature=0.6), said(" b"))
    heard(whisper, TranscriptionRequest(recording, prompt="Hi"))
    assert whisper.befores == [[99, 99], []]


def test_a_window_that_the_model_takes_for_silence_has_no_text(recording: Recording):
    whisper = Script(said(" a", no_speech_prob=0.9), said(" b"))
    assert [text for _, text, _ in texts(heard(whisper, TranscriptionRequest(recording)))] == [" b"]


@pytest.mark.parametrize(("asked", "temperatures"), [(0.0, LADDER), (0.3, (0.3,))])
def test_temperature_nought_is_a_ladder(
    asked: float, temperatures: tuple[float, ...], recording: Recording
):
    whisper = Script(said(" a"), said(" b"))
    request = TranscriptionRequest(
        recording, task="translate", language="ko", temperature=asked, words=True
    )
    heard(whisper, request)
    assert whisper.manners == [Manner("ko", "translate", temperatures, words=True)] * 2


def test_nobody_listening_stops_it_before_the_window_is_decoded(recording: Recording):
    whisper = Script()
    with pytest.raises(Stopped):
        heard(whisper, TranscriptionRequest(recording), room=1)
    assert len(whisper.lengths_s) == 1


def test_a_language_that_the_model_does_not_know_is_refused(recording: Recording):
    with pytest.raises(RequestInvalid) as caught:
        heard(Script(), TranscriptionRequest(recording, language="eu"))
    assert (caught.value.param, caught.value.code) == ("language", "unsupported_language")


def test_an_english_model_does_not_translate(recording: Recording):
    with pytest.raises(RequestInvalid):
        heard(Script(languages=["en"]), TranscriptionRequest(recording, task="translate"))


@pytest.mark.parametrize(
    "options", [{"beam_size": 0}, {"beam_size": "5"}, {"compute_type": "int3"}, {"beams": 5}]
)
def test_an_option_that_makes_no_sense_is_told_on_loading(options: dict[str, object]):
    with pytest.raises(EngineUnavailable):
        whisper_ct2.load(EngineSpec("whisper-ct2", "", options=options))


def test_files_that_are_no_model_are_told_on_loading(tmp_path: Path):
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(EngineUnavailable):
        whisper_ct2.load(EngineSpec("whisper-ct2", str(tmp_path)))
