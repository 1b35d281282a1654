"""The way of a recording through the engine, with a scripted voice and a scripted Whisper."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.transcription import (
    Chunking,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2
from dragoman.engines.whisper_ct2.engine import WhisperEngine
from dragoman.engines.whisper_ct2.fallback import TEMPERATURES
from dragoman.engines.whisper_ct2.model import DecodingOptions, EncodedWindow
from dragoman.engines.whisper_ct2.speech_spans import FRAME, FRAME_S
from scripted import SECOND, Detector, Script, said, texts


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


def test_windows_are_heard_in_order_and_times_are_those_of_the_recording(recording: Recording):
    whisper = Script(said(" a", " b", decoded_s=20.4), said(" c", decoded_s=20.4))
    events = heard(whisper, TranscriptionRequest(recording))
    assert events[0] == LanguageFound("ko", 0.9)
    assert texts(events) == [
        (0, " a", 0.0),
        (1, " b", pytest.approx(10.2)),
        (2, " c", pytest.approx(24.9, abs=0.1)),
    ]
    (last,) = (event for event in events if isinstance(event, TranscriptionFinished))
    assert last.speech_s == pytest.approx(40, abs=0.1)
    assert last.gaps == ()
    assert whisper.lengths_s == [20.4, 20.4]


def test_what_a_window_did_not_finish_is_heard_again_by_itself(recording: Recording):
    unfinished = said(" a a", decoded_s=15.0)
    whisper = Script(unfinished, said(" c", decoded_s=20.4), said(" b", decoded_s=5.4))
    events = heard(whisper, TranscriptionRequest(recording, prompt="Hi"))
    assert whisper.lengths_s == [20.4, 20.4, 5.4]
    assert whisper.previous == [[99, 99], [99, 99, 0]]
    assert [text for _, text, _ in texts(events)] == [" a a", " b", " c"]


@pytest.mark.parametrize(
    ("ending", "rest", "rest_s"), [(".", " c.", 5.4), ("", " b c.", 12.9)], ids=["whole", "half"]
)
def test_half_a_sentence_is_heard_again_from_its_beginning(
    ending: str, rest: str, rest_s: float, recording: Recording
):
    unfinished = said(" a.", f" b{ending}", decoded_s=15.0)
    whisper = Script(unfinished, said(" d", decoded_s=20.4), said(rest, decoded_s=rest_s))
    events = heard(whisper, TranscriptionRequest(recording))
    assert whisper.lengths_s == [20.4, 20.4, rest_s]
    kept = [" b."] if ending else []
    assert [text for _, text, _ in texts(events)] == [" a.", *kept, rest, " d"]


def test_speech_without_text_is_heard_once_more_and_then_told(recording: Recording):
    whisper = Script(
        said(" a", decoded_s=10.0, to_s=20.4), said(to_s=20.4), said(" b", decoded_s=10.6)
    )
    events = heard(whisper, TranscriptionRequest(recording))
    assert whisper.lengths_s == [20.4, 20.4, 10.6]
    assert [text for _, text, _ in texts(events)] == [" a", " b"]
    (last,) = (event for event in events if isinstance(event, TranscriptionFinished))
    assert last.gaps == ((pytest.approx(24.6, abs=0.1), 45.0),)


def test_a_gap_that_only_repeats_its_neighbour_is_no_text(recording: Recording):
    whisper = Script(
        said(" So it is.", decoded_s=10.0, to_s=20.4), said(" b", decoded_s=20.4), said(" so it is")
    )
    events = heard(whisper, TranscriptionRequest(recording))
    assert [text for _, text, _ in texts(events)] == [" So it is.", " b"]


@pytest.mark.parametrize(
    ("again", "avg_logprob", "kept"),
    [
        (" Let me know in the comments.", -0.8, False),
        (" Let me know in the comments.", -0.2, True),
        (" Call me if you want the details.", -0.8, False),
        (" The train is late.", -0.8, True),
        (" Let us go home now, it is late.", -0.8, True),
    ],
)
def test_an_unsure_gap_that_begins_or_ends_as_its_neighbour_is_no_text(
    again: str, avg_logprob: float, kept: bool, recording: Recording
):
    gap = said(again)
    gap = replace(gap, result=replace(gap.result, avg_logprob=avg_logprob))
    neighbour = " Let me know if you want the details."
    first = said(neighbour, decoded_s=10.0, to_s=20.4)
    whisper = Script(first, said(" b", decoded_s=20.4), gap)
    events = heard(whisper, TranscriptionRequest(recording))
    assert [text for _, text, _ in texts(events)] == [neighbour, *[again] * kept, " b"]


@pytest.mark.parametrize(
    ("again", "avg_logprob", "kept"),
    [
        (" I have failed. Ever tried? No matter.", -0.2, True),
        (" I have failed.", -0.2, False),
        (" Ever tried? No matter. Try again.", -0.2, False),
        (" I have failed. Ever tried? No matter.", -0.8, False),
        (" I have failed. No matter at all. No matter at all.", -0.2, False),
    ],
)
def test_a_text_that_left_sentences_out_is_heard_again(
    again: str, avg_logprob: float, kept: bool, recording: Recording
):
    line = said(again, decoded_s=10.4)
    line = replace(line, result=replace(line.result, avg_logprob=avg_logprob))
    quick = " There is one other participant in the conference."
    first = said(" I have failed.", quick, decoded_s=20.4)
    whisper = Script(first, said(" b", decoded_s=20.4), line)
    events = heard(whisper, TranscriptionRequest(recording))
    assert whisper.lengths_s == [20.4, 20.4, 10.4]
    whole = again if kept else " I have failed."
    assert [text for _, text, _ in texts(events)] == [whole, quick, " b"]


@pytest.mark.parametrize(("streamed", "groups"), [(False, [4, 4, 3]), (True, [1, 1, 1, 2, 2, 4])])
def test_a_long_recording_is_heard_in_groups_that_grow_where_somebody_reads_along(
    streamed: bool, groups: list[int], tmp_path: Path
):
    minutes = np.ones(300 * SECOND, "<i2")
    minutes.tofile(tmp_path / "samples")
    recording = Recording(str(tmp_path / "samples"), len(minutes))
    names = [f" {number}." for number in range(sum(groups))]
    whisper = Script(*(said(name, decoded_s=29.0) for name in names))
    request = TranscriptionRequest(recording, language="ko", streamed=streamed)
    events = heard(whisper, request)
    assert [text for _, text, _ in texts(events)] == names
    assert whisper.groups == groups
    assert not any(whisper.short_padding)  # there is no pause to divide the first window at


class Reads(Detector):
    """Hears a voice with breaths in whatever it is given, and remembers how far it was asked."""

    def __init__(self) -> None:
        self.read_s = 0.0

    @override
    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        frames = 625
        for _ in range(0, len(samples), frames * FRAME):
            self.read_s += frames * FRAME_S
            voice = np.ones(frames, np.float32)
            voice[::100] = voice[:12] = 0
            yield voice


class Watches(Basket):
    """Notes how far the recording was read when a segment came."""

    def __init__(self, detector: Reads) -> None:
        super().__init__(room=5000)
        self._detector = detector
        self.ahead_s: list[float] = []

    @override
    def emit(self, event: TranscriptionEvent) -> None:
        if isinstance(event, Segment):
            self.ahead_s.append(self._detector.read_s - event.end_s)
        super().emit(event)


def test_hours_are_read_while_they_are_written_down(tmp_path: Path):
    path = tmp_path / "samples"
    with path.open("wb") as file:
        file.truncate(2 * 3 * 3600 * SECOND)
    recording = Recording(str(path), 3 * 3600 * SECOND)
    detector = Reads()
    basket = Watches(detector)
    lines = (said(" a", " b", decoded_s=20.0) for _ in range(600))
    WhisperEngine(Script(*lines), detector, 2).run(
        TranscriptionRequest(recording, language="ko"), basket
    )
    assert len(basket.ahead_s) > 700
    # What is read and not yet written down does not grow: it is some groups of windows.
    assert max(basket.ahead_s) < 900
    moments = [e.start_s for e in basket.events if isinstance(e, Segment)]
    assert moments == sorted(moments)
    assert moments[-1] > 3 * 3600 - 40


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


def test_every_window_is_heard_in_the_light_of_the_prompt_and_of_the_keywords(recording: Recording):
    whisper = Script(said(" a", decoded_s=20.4), said(" b", decoded_s=20.4))
    request = TranscriptionRequest(recording, prompt="Hi", keywords=("A", "B"))
    events = heard(whisper, request)
    assert whisper.previous == [[99] * 6]
    (last,) = (event for event in events if isinstance(event, TranscriptionFinished))
    assert last.prompt_tokens == 6


def test_a_prompt_that_comes_back_is_no_text_unless_it_is_heard_without_it_too(
    recording: Recording,
):
    echo = said(" The agent's name is Maria. The agent's name is Maria.", decoded_s=20.4)
    true = said(" Maria here.", decoded_s=20.4)
    whisper = Script(echo, true, said(" BAMAMAMA!", decoded_s=20.4))
    request = TranscriptionRequest(
        recording, prompt="Hello. The agent's name is Maria, ZyntriQore."
    )
    found = [text for _, text, _ in texts(heard(whisper, request))]
    assert found == [" BAMAMAMA!", " Maria here."]
    assert [len(before) > 0 for before in whisper.previous] == [True, False]


def test_a_name_of_the_prompt_that_is_said_is_kept_as_it_is_spelled(recording: Recording):
    whisper = Script(
        said(" ZyntriQore V8.", decoded_s=20.4),
        said(" It is on sale.", decoded_s=20.4),
        said(" Zentry core v eight.", decoded_s=20.4),
    )
    request = TranscriptionRequest(recording, keywords=("ZyntriQore V8",))
    assert [text for _, text, _ in texts(heard(whisper, request))] == [
        " ZyntriQore V8.",
        " It is on sale.",
    ]


def test_of_much_text_before_the_end_counts_and_keywords_do_not_take_all(recording: Recording):
    whisper = Script(said(" a", decoded_s=20.4), said(" b", decoded_s=20.4))
    request = TranscriptionRequest(recording, prompt="p" * 300, keywords=("k" * 300,))
    events = heard(whisper, request)
    assert len(whisper.previous[0]) == 223
    (last,) = (event for event in events if isinstance(event, TranscriptionFinished))
    assert last.prompt_tokens == 223


def test_only_the_languages_that_may_be_spoken_are_found(recording: Recording):
    whisper = Script(said(" a", decoded_s=20.4), said(" b", decoded_s=20.4))
    events = heard(whisper, TranscriptionRequest(recording, languages=("en",)))
    assert events[0] == LanguageFound("en", 0.1)


@pytest.mark.parametrize(
    ("chunking", "lengths_s"),
    [
        (Chunking(), [20.4, 20.4]),
        (Chunking(padding_s=0.0), [20.4, 20.0]),
        (Chunking(padding_s=1.6), [20.4, 21.6]),
    ],
)
def test_as_much_is_heard_before_speech_as_was_asked_for(
    chunking: Chunking, lengths_s: list[float], recording: Recording
):
    whisper = Script(said(" a", decoded_s=30.0), said(" b", decoded_s=30.0))
    heard(whisper, TranscriptionRequest(recording, chunking=chunking))
    assert whisper.lengths_s == lengths_s


@pytest.mark.parametrize(("asked", "temperatures"), [(0.0, TEMPERATURES), (0.3, (0.3,))])
def test_temperature_nought_is_a_ladder(
    asked: float, temperatures: tuple[float, ...], recording: Recording
):
    whisper = Script(said(" a", decoded_s=20.4), said(" b", decoded_s=20.4))
    request = TranscriptionRequest(
        recording, task="translate", language="ko", temperature=asked, words=True, logprobs=True
    )
    heard(whisper, request)
    assert whisper.options == [
        DecodingOptions("ko", "translate", temperatures, words=True, logprobs=True)
    ]


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


class Fails(Script):
    """Breaks on its second window."""

    @override
    def encode(self, samples: NDArray[np.int16], *, short_padding: bool = False) -> EncodedWindow:
        if self.lengths_s:
            raise RuntimeError("no memory")
        return super().encode(samples, short_padding=short_padding)


def test_a_failure_in_a_group_is_the_failure_of_the_request(recording: Recording):
    basket = Basket()
    engine = WhisperEngine(Fails(said(" a", decoded_s=20.4)), Detector(), 2)
    with pytest.raises(RuntimeError, match="no memory"):
        engine.run(TranscriptionRequest(recording), basket)
    assert not any(isinstance(event, TranscriptionFinished) for event in basket.events)


def test_as_many_workers_as_there_are_write_the_same_text(tmp_path: Path):
    np.ones(200 * SECOND, "<i2").tofile(tmp_path / "samples")
    long = Recording(str(tmp_path / "samples"), 200 * SECOND)
    request = TranscriptionRequest(long, language="ko")
    lengths: list[set[float]] = []
    for workers in (1, 2, 3):
        whisper = Script(*(said(" x", decoded_s=29.0) for _ in range(8)))
        basket = Basket()
        WhisperEngine(whisper, Detector(), workers).run(request, basket)
        assert [index for index, _, _ in texts(basket.events)] == list(range(8))
        assert sum(whisper.groups) == 8
        lengths.append(set(whisper.lengths_s))
    assert lengths[0] == lengths[1] == lengths[2]


class Lingers(Basket):
    """Takes no event after the first until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_end = Event(), Event()

    @override
    def emit(self, event: TranscriptionEvent) -> None:
        super().emit(event)
        self.begun.set()
        self.may_end.wait()


def test_recordings_share_the_workers_and_each_is_decoded_in_fewer_larger_groups(
    recording: Recording,
):
    whisper = Script(*(said(" x", decoded_s=20.4) for _ in range(6)))
    engine = WhisperEngine(whisper, Detector(), 2)
    request = TranscriptionRequest(recording, language="ko")
    other = Lingers()
    with ThreadPoolExecutor(1) as crew:
        running = crew.submit(engine.run, request, other)
        other.begun.wait()
        basket = Basket()
        engine.run(request, basket)
        other.may_end.set()
        running.result()
    assert len(texts(basket.events)) == len(texts(other.events)) == 2
    assert sorted(whisper.groups) == [1, 1, 2]
    engine.run(request, Basket())
    assert sorted(whisper.groups) == [1, 1, 1, 1, 2]
