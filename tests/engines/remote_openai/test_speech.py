"""Speech of a server elsewhere."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineFailed, EngineUnavailable, RequestInvalid
from dragoman.domain.speech import Sound, SpeechFinished, SpeechRequest
from dragoman.engines.remote_openai import RemoteSpeech, load_speech
from dragoman.engines.remote_openai.settings import SpeechSettings
from live_server import serving
from outlets import Basket
from upstreams import Clock, Upstream, running

REQUEST = SpeechRequest("Hello.", "alloy", "pcm")
TONE = (8000 * np.sin(np.arange(24_000) / 20)).astype("<i2").tobytes()
PCM = {"Content-Type": "audio/pcm"}


@contextmanager
def speaking(**options: object) -> Generator[RemoteSpeech]:
    engine = RemoteSpeech(SpeechSettings.of({"model": "far", **options}), Clock())
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture
def upstream() -> Generator[Upstream]:
    with running() as upstream:
        upstream.headers, upstream.frames = PCM, [TONE]
        yield upstream


@pytest.fixture
def engine(upstream: Upstream) -> Generator[RemoteSpeech]:
    with speaking(base_url=upstream.url) as engine:
        yield engine


def events(engine: RemoteSpeech, request: SpeechRequest = REQUEST) -> list[Any]:
    basket = Basket()
    engine.run(request, basket)
    return basket.events


def sound(found: list[Any]) -> bytes:
    return b"".join(event.data for event in found if isinstance(event, Sound))


def test_samples_come_as_they_are_and_their_length_is_known(
    engine: RemoteSpeech, upstream: Upstream
) -> None:
    found = events(engine)
    assert sound(found) == TONE
    assert found[-1] == SpeechFinished(1.0, 0)
    assert upstream.bodies == [
        {"model": "far", "input": "Hello.", "voice": "alloy", "response_format": "pcm"}
    ]
    assert upstream.paths == ["/v1/audio/speech"]


def test_samples_may_come_in_any_pieces(engine: RemoteSpeech, upstream: Upstream) -> None:
    upstream.frames = [TONE[i : i + 7] for i in range(0, len(TONE), 7)]
    assert sound(events(engine)) == TONE


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "aac", "flac", "wav"])
def test_the_file_is_of_the_callers_format(engine: RemoteSpeech, audio_format: Any) -> None:
    found = events(engine, replace(REQUEST, format=audio_format))
    with av.open(io.BytesIO(sound(found)), "r") as file:
        duration_s = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
    assert duration_s == pytest.approx(1.0, abs=0.1)


def test_what_the_caller_said_goes_out_and_what_he_did_not_stays_out(
    engine: RemoteSpeech, upstream: Upstream
) -> None:
    events(engine, replace(REQUEST, speed=1.0, voice="af_bella(2)+af_sky(1)"))
    assert upstream.bodies[0]["speed"] == 1.0
    assert upstream.bodies[0]["voice"] == "af_bella(2)+af_sky(1)"


def test_loudness_is_made_here(engine: RemoteSpeech) -> None:
    quiet = np.frombuffer(sound(events(engine, replace(REQUEST, gain_db=-6.0))), "<i2")
    assert np.abs(quiet).max() == pytest.approx(4000, rel=0.02)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"dry_run": True}, "x_dry_run"),
        ({"words": True}, "x_word_times"),
        ({"verified": True}, "x_verify"),
        ({"language": "ko"}, "x_language"),
        ({"accent": "gb"}, "instructions"),
        ({"usual_language": "fr"}, "instructions"),
        ({"pauses": 2.0}, "instructions"),
        ({"text": " "}, "input"),
    ],
)
def test_what_no_server_has_a_word_for_is_refused(
    engine: RemoteSpeech, upstream: Upstream, more: dict[str, Any], param: str
) -> None:
    with pytest.raises(RequestInvalid) as refused:
        events(engine, replace(REQUEST, **more))
    assert refused.value.param == param
    assert upstream.bodies == []


def test_voices_are_those_of_the_catalogue_where_it_has_any(upstream: Upstream) -> None:
    with speaking(base_url=upstream.url, voices=["anna"]) as engine:
        assert events(engine, replace(REQUEST, voice="anna"))
        with pytest.raises(RequestInvalid, match=r"should be.*anna"):
            events(engine)


@pytest.mark.parametrize(
    ("kind", "frames"),
    [
        ("audio/mpeg", [TONE]),
        ("application/json", [b'{"error": "no"}']),
        ("audio/pcm", [b"RIFF", TONE]),
        ("audio/pcm", [b"ID", b"3", TONE]),
        ("audio/pcm", []),
        ("audio/pcm", [b"\0"]),
    ],
)
def test_what_is_no_sound_is_a_failure_and_another_upstream_is_tried(
    upstream: Upstream, kind: str, frames: list[bytes]
) -> None:
    with running() as liar:
        liar.headers, liar.frames = {"Content-Type": kind}, frames
        with speaking(base_url=liar.url) as engine, pytest.raises(EngineFailed, match="sent"):
            events(engine)
        with speaking(base_urls=[liar.url, upstream.url]) as engine:
            assert sound(events(engine)) == TONE
        assert len(liar.bodies) == 2


def test_errors_are_those_of_chat(engine: RemoteSpeech, upstream: Upstream) -> None:
    upstream.status, upstream.frames = 400, [b'{"error": {"message": "No.", "param": "voice"}}']
    with pytest.raises(RequestInvalid, match="No"):
        events(engine)
    upstream.status = 503
    with pytest.raises(EngineUnavailable):
        events(engine)


def test_work_ends_when_nobody_listens(engine: RemoteSpeech, upstream: Upstream) -> None:
    upstream.frames, upstream.silent = [TONE, TONE], True
    basket = Basket(room=1)
    with pytest.raises(Stopped):
        engine.run(REQUEST, basket)
    assert upstream.hung_up.wait(20)


def test_wrong_options_are_told_when_it_loads() -> None:
    for options, message in (
        ({"model": "far"}, "base_url"),
        ({"model": "far", "base_url": "http://a/v1", "voices": "anna"}, "array"),
    ):
        with pytest.raises(EngineUnavailable, match=message):
            load_speech(EngineSpec("remote-openai-speech", "", options=options))


def test_another_dragoman_speaks(tmp_path: Path) -> None:
    with (
        serving("--demo", log=tmp_path / "log") as server,
        speaking(base_url=server.base_url, model="gpt-4o-mini-tts") as engine,
    ):
        found = events(engine, SpeechRequest("One two three.", "alloy", "wav"))
        with pytest.raises(RequestInvalid):
            events(engine, SpeechRequest("x" * 5000, "alloy", "wav"))
    assert sound(found).startswith(b"RIFF")
    assert found[-1].duration_s == pytest.approx(0.6)
