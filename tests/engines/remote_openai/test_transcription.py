"""Transcripts of a server elsewhere."""

import io
import json
import wave
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dragoman.domain.errors import EngineFailed, EngineUnavailable, RequestInvalid
from dragoman.domain.transcription import (
    Chunking,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionFinished,
    TranscriptionRequest,
    Word,
)
from dragoman.engines.remote_openai import RemoteTranscription
from dragoman.engines.remote_openai.settings import Settings
from live_server import serving
from outlets import Basket
from upstreams import Clock, Upstream, running

FIGURES = {
    "seek": 0,
    "tokens": [1, 2],
    "temperature": 0.0,
    "avg_logprob": -0.25,
    "compression_ratio": 0.9,
    "no_speech_prob": 0.01,
}
VERBOSE = {
    "task": "transcribe",
    "language": "english",
    "duration": 2.0,
    "text": "One two. Three.",
    "segments": [
        {"id": 0, "start": 0.0, "end": 1.0, "text": " One two.", **FIGURES},
        {"id": 1, "start": 1.0, "end": 2.0, "text": " Three."},
    ],
    "words": [
        {"word": "One", "start": 0.0, "end": 0.4},
        {"word": "two.", "start": 0.4, "end": 1.1},
        {"word": "Three.", "start": 1.2, "end": 2.2},
    ],
}
NOT_VERBOSE = {
    "message": "response_format 'verbose_json' is not compatible with model 'far'.",
    "param": "response_format",
    "code": "unsupported_value",
}


@contextmanager
def hearing(**options: object) -> Generator[RemoteTranscription]:
    engine = RemoteTranscription(Settings.of({"model": "far", **options}), Clock())
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture
def upstream() -> Generator[Upstream]:
    with running() as upstream:
        says(upstream, VERBOSE)
        yield upstream


@pytest.fixture
def engine(upstream: Upstream) -> Generator[RemoteTranscription]:
    with hearing(base_url=upstream.url) as engine:
        yield engine


@pytest.fixture
def request_(tmp_path: Path) -> TranscriptionRequest:
    path = tmp_path / "recording.s16"
    path.write_bytes(bytes(range(256)) * 250)
    return TranscriptionRequest(Recording(str(path), 32_000))


def says(upstream: Upstream, answer: object, status: int = 200) -> None:
    upstream.status, upstream.frames = status, [json.dumps(answer).encode()]


def events(engine: RemoteTranscription, request: TranscriptionRequest) -> list[Any]:
    basket = Basket()
    engine.run(request, basket)
    return basket.events


def fields(upstream: Upstream) -> list[tuple[str, str]]:
    return [(name, value.decode()) for name, value in upstream.forms[-1] if name != "file"]


def test_a_transcript_has_what_the_upstream_tells_and_no_more(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    assert events(engine, request_) == [
        LanguageFound("en", None),
        Segment(0, 0, 0.0, 1.0, " One two.", (1, 2), 0.0, -0.25, 0.9, 0.01),
        Segment(1, None, 1.0, 2.0, " Three.", (), None, None, None, None),
        TranscriptionFinished(None),
    ]
    assert upstream.paths == ["/v1/audio/transcriptions"]
    assert fields(upstream) == [("model", "far"), ("response_format", "verbose_json")]


def test_the_recording_goes_out_as_a_wav_of_its_samples(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    events(engine, request_)
    ((_, data),) = [field for field in upstream.forms[0] if field[0] == "file"]
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.readframes(40_000) == Path(request_.recording.path).read_bytes()


def test_words_go_to_the_segments_in_which_they_are_spoken(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    _, first, second, _ = events(engine, replace(request_, words=True))
    assert first.words == (Word("One", 0.0, 0.4), Word("two.", 0.4, 1.1))
    assert second.words == (Word("Three.", 1.2, 2.2),)
    assert fields(upstream)[2:] == [
        ("timestamp_granularities[]", "segment"),
        ("timestamp_granularities[]", "word"),
    ]


def test_what_the_caller_said_goes_out(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    said = replace(
        request_, language="ko", prompt="After a call.", keywords=("Dragoman",), temperature=0.4
    )
    assert events(engine, said)[0] == LanguageFound("ko", None)
    assert fields(upstream)[2:] == [
        ("language", "ko"),
        ("prompt", "Dragoman, After a call."),
        ("temperature", "0.4"),
    ]


def test_a_translation_is_asked_for_at_its_own_address(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    found = events(engine, replace(request_, task="translate", language="ko"))
    assert found[0] == LanguageFound("", 0.0)
    assert upstream.paths == ["/v1/audio/translations"]
    assert fields(upstream) == [("model", "far"), ("response_format", "verbose_json")]


def test_where_texts_are_stripped_the_spaces_between_them_are_put_back(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    pieces = [{"start": i, "end": i + 1, "text": text} for i, text in enumerate(("One.", "Two."))]
    says(upstream, {"text": "One. Two.", "segments": pieces})
    _, *segments, _ = events(engine, request_)
    assert [segment.text for segment in segments] == [" One.", " Two."]


def test_a_server_without_times_gives_a_text_to_who_needs_none(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    upstream.replies = [
        (400, [json.dumps({"error": NOT_VERBOSE}).encode()]),
        (200, [b'{"text": "One two."}']),
        (200, [b'{"text": "Three."}']),
    ]
    untimed = replace(request_, timed=False)
    language, segment, end = events(engine, untimed)
    assert (language, end) == (LanguageFound("", 0.0), TranscriptionFinished(None))
    assert (segment.start_s, segment.end_s, segment.text) == (0.0, 2.0, " One two.")
    events(engine, untimed)
    formats = [dict(form)["response_format"] for form in upstream.forms]
    assert formats == [b"verbose_json", b"json", b"json"]


@pytest.mark.parametrize(
    ("status", "answer"), [(400, {"error": NOT_VERBOSE}), (200, {"text": "One two."})]
)
def test_times_are_not_made_up(
    engine: RemoteTranscription,
    upstream: Upstream,
    request_: TranscriptionRequest,
    status: int,
    answer: object,
) -> None:
    says(upstream, answer, status)
    with pytest.raises(RequestInvalid, match="no times of segments") as refused:
        events(engine, request_)
    assert refused.value.param == "response_format"
    if status == 200:
        untold = {key: value for key, value in VERBOSE.items() if key != "words"}
        says(upstream, untold)
        with pytest.raises(RequestInvalid, match="no times of words"):
            events(engine, replace(request_, words=True))


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"logprobs": True}, "include"),
        ({"languages": ("en", "ko")}, "languages"),
        ({"chunking": Chunking(threshold=0.9)}, "chunking_strategy"),
        ({"task": "translate", "words": True}, "timestamp_granularities"),
        ({"task": "translate", "into": "ko"}, "x_to_language"),
    ],
)
def test_what_no_server_has_a_word_for_is_refused(
    engine: RemoteTranscription,
    upstream: Upstream,
    request_: TranscriptionRequest,
    more: dict[str, Any],
    param: str,
) -> None:
    with pytest.raises(RequestInvalid) as refused:
        events(engine, replace(request_, **more))
    assert refused.value.param == param
    assert upstream.forms == []


def test_silence_and_nothing_have_no_text(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    says(upstream, {"text": "", "segments": []})
    assert events(engine, request_) == [LanguageFound("", 0.0), TranscriptionFinished(None)]
    empty = replace(request_, recording=replace(request_.recording, samples=0))
    assert events(engine, empty) == [LanguageFound("", 0.0), TranscriptionFinished(0.0)]
    assert len(upstream.forms) == 1


def test_a_server_that_is_gone_is_passed_over_and_gets_the_whole_file_from_the_next(
    upstream: Upstream, request_: TranscriptionRequest
) -> None:
    with running() as full:
        full.status = 503
        with hearing(base_urls=[full.url, upstream.url]) as engine:
            assert len(events(engine, request_)) == 4
        assert dict(full.forms[0])["file"] == dict(upstream.forms[0])["file"]


def test_what_is_no_transcript_is_a_failure(
    engine: RemoteTranscription, upstream: Upstream, request_: TranscriptionRequest
) -> None:
    upstream.frames = [b"One two."]
    with pytest.raises(EngineFailed, match="no transcript"):
        events(engine, request_)
    upstream.status = 503
    with pytest.raises(EngineUnavailable):
        events(engine, request_)


def test_another_dragoman_listens(tmp_path: Path, request_: TranscriptionRequest) -> None:
    with (
        serving("--demo", log=tmp_path / "log") as server,
        hearing(base_url=server.base_url, model="whisper-1") as engine,
    ):
        language, segment, end = events(engine, replace(request_, words=True))
        translated = events(engine, replace(request_, task="translate"))
    assert (language, end) == (LanguageFound("en", None), TranscriptionFinished(None))
    assert segment.text == " This is the fake recogniser: it heard 2.00 seconds of sound."
    assert (segment.avg_logprob, segment.no_speech_prob) == (-0.5, 0.0)
    assert " ".join(word.text for word in segment.words) == segment.text.strip()
    assert {word.probability for word in segment.words} == {1.0}
    assert isinstance(translated[1], Segment)
