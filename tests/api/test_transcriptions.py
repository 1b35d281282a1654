"""`/v1/audio/transcriptions`, through the official client."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import httpx2
import numpy as np
import openai
import pytest
from openai.types.audio import (
    Transcription,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionVerbose,
)
from starlette.applications import Starlette

from clients import Shelf, http_client, nothing_extra, openai_client
from clocked import Kind, clocked
from dragoman.api import transcriptions
from dragoman.api.uploads import Uploads
from dragoman.domain.engine import BlockingEngine, EngineSpec, Outlet
from dragoman.domain.errors import EngineFailed
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    TranscriptionEvent,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeTranscriber
from dragoman.serving.app import create_app
from fake_engines import Held
from sounds import encoded, film, tone, tracks, wav, white

Recogniser = BlockingEngine[TranscriptionRequest, TranscriptionEvent]
SPEECH = (Path(__file__).parents[1] / "data/speech.mp3").read_bytes()
SECOND = wav(tone(1.0))
NAMES = ("whisper-1", "gpt-4o-transcribe", "gpt-transcribe")
GREETING = r"안녕하세요\.? 반갑습니다\."
"""Processors without VNNI round 8-bit sums otherwise: the first full stop may be missing there."""


class Breaks:
    """Fails after the first segment."""

    concurrency = 1

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        FakeTranscriber().run(request, outlet)
        raise EngineFailed("broken")

    def close(self) -> None:
        pass


def app(recogniser: Recogniser | None = None) -> Starlette:
    engine = recogniser or FakeTranscriber()
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: dict.fromkeys(NAMES, engine),
        }
    )
    return create_app(held, Shelf(), more=transcriptions.routes(held, Uploads()))


async def test_the_official_client_gets_text_and_usage():
    async with openai_client(app()) as client:
        answer = await client.audio.transcriptions.create(model="whisper-1", file=SECOND)
    assert isinstance(answer, Transcription)
    assert nothing_extra(answer)
    assert answer.text == "This is the fake recogniser: it heard 1.00 seconds of sound."
    assert answer.usage is not None
    assert answer.usage.type == "duration"
    assert answer.usage.seconds == 1


async def transcribed(to: Starlette, file: bytes, **fields: str) -> httpx2.Response:
    async with http_client(to) as http:
        return await http.post(
            "/v1/audio/transcriptions", data={"model": "whisper-1", **fields}, files={"file": file}
        )


@pytest.mark.parametrize(
    ("form", "start"), [("text", "This is"), ("srt", "1\n00:"), ("vtt", "WEBVTT\n\n00:")]
)
async def test_text_and_subtitles_are_plain_text(form: str, start: str):
    answer = await transcribed(app(), SECOND, response_format=form)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(start)


async def test_lines_of_subtitles_are_as_long_as_asked():
    answer = await transcribed(app(), SECOND, response_format="srt", x_max_line_chars="20")
    cue, *others = answer.text.split("\n\n")
    assert cue.split("\n")[2:] == ["This is the fake", "recogniser: it heard"]
    assert others


async def test_words_and_segments_come_as_asked():
    async with openai_client(app()) as client:
        words = await client.audio.transcriptions.create(
            model="whisper-1",
            file=SECOND,
            response_format="verbose_json",
            timestamp_granularities=["word"],
        )
        segments = await client.audio.transcriptions.create(
            model="whisper-1", file=SECOND, response_format="verbose_json"
        )
    assert isinstance(words, TranscriptionVerbose)
    assert isinstance(segments, TranscriptionVerbose)
    # The client's own type has no `task`, though the answers that it describes do.
    coverage: dict[str, object] = {"audio": 1.0, "speech": 1.0, "decoded": 1.0, "gaps": []}
    extra: dict[str, object] = {"task": "transcribe", "x_coverage": coverage}
    assert words.model_extra == segments.model_extra == extra
    assert words.segments is None
    assert words.words
    assert segments.words is None
    assert segments.segments


@pytest.mark.parametrize("form", ["json", "text", "srt", "vtt", "verbose_json"])
async def test_how_much_was_written_down_stands_in_a_header(form: str):
    answer = await transcribed(app(), SECOND, response_format=form)
    assert answer.headers["x-coverage"] == "audio=1.000, speech=1.000, decoded=1.000, gaps=0"


async def test_a_header_says_what_of_the_file_was_heard_and_a_field_chooses_the_track():
    two = film([tone(1.0, 48_000), tone(1.0, 48_000)], 2)
    usual = await transcribed(app(), two)
    assert usual.headers["x-audio"] == "track=2, tracks=2, channels=1"
    first = await transcribed(app(), two, x_track="1", response_format="srt")
    assert first.headers["x-audio"] == "track=1, tracks=2, channels=1"
    stream = await transcribed(app(), two, model="gpt-4o-transcribe", stream="true")
    assert stream.headers["x-audio"] == "track=2, tracks=2, channels=1"


async def test_a_header_says_that_a_channel_was_taken_alone_and_that_pauses_were_put_in():
    wrong = await transcribed(app(), tracks([tone(1.0), -tone(1.0)]))
    assert wrong.headers["x-audio"] == "track=1, tracks=1, channels=2, mix=sum, alone=1.000"
    holes = clocked(Kind("matroska", "pcm_s16le"), [0.0, 2.6])
    paused = await transcribed(app(), holes)
    assert paused.headers["x-audio"] == "track=1, tracks=1, channels=1, pauses=2.000"


@pytest.mark.parametrize(
    ("track", "code"),
    [
        ("0", "integer_below_min_value"),
        ("2", "integer_above_max_value"),
        ("9999", "integer_above_max_value"),
        ("two", "invalid_type"),
    ],
)
async def test_a_track_that_a_file_has_not_is_refused(track: str, code: str):
    answer = await transcribed(app(), SECOND, x_track=track)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (400, "x_track", code)


async def test_what_a_file_says_it_has_and_has_not_stands_in_its_coverage():
    whole = encoded(white(10.0, 48_000), "flac", "flac")
    cut = whole[: len(whole) // 2]
    answer = await transcribed(app(), cut, response_format="verbose_json")
    coverage = answer.json()["x_coverage"]
    assert coverage["audio"] == pytest.approx(5.0, abs=0.2)
    assert coverage["audio"] + coverage["missing"] == pytest.approx(10.0, abs=0.01)
    assert answer.headers["x-coverage"].endswith(f", missing={coverage['missing']:.3f}")


async def test_log_probabilities_come_when_asked_for_streamed_or_not():
    async with openai_client(app()) as client:
        whole = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=SECOND, include=["logprobs"]
        )
        stream = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=SECOND, include=["logprobs"], stream=True
        )
        events = [event async for event in stream]
    assert isinstance(whole, Transcription)
    assert whole.logprobs is not None
    assert "".join(logprob.token or "" for logprob in whole.logprobs) == whole.text
    *deltas, done = events
    assert isinstance(done, TranscriptionTextDoneEvent)
    assert all(map(nothing_extra, [whole, *events]))
    pieces = [
        logprob.token
        for event in deltas
        if isinstance(event, TranscriptionTextDeltaEvent)
        for logprob in event.logprobs or ()
    ]
    assert pieces == [logprob.token for logprob in done.logprobs or ()]
    assert "".join(piece or "" for piece in pieces) == done.text


async def test_gpt_transcribe_says_what_is_spoken():
    async with openai_client(app()) as client:
        answer = await client.audio.transcriptions.create(
            model="gpt-transcribe", file=SECOND, languages=["en", "ko"], keywords=["Dragoman"]
        )
        stream = await client.audio.transcriptions.create(
            model="gpt-transcribe", file=SECOND, stream=True
        )
        *_, done = [event async for event in stream]
    assert isinstance(answer, Transcription)
    assert nothing_extra(answer)
    assert [language.code for language in answer.languages or ()] == ["en"]
    assert isinstance(done, TranscriptionTextDoneEvent)
    assert [language.code for language in done.languages or ()] == ["en"]


async def test_whisper_1_ignores_stream():
    answer = await transcribed(app(), SECOND, stream="true")
    assert answer.headers["content-type"] == "application/json"
    assert "text" in answer.json()


async def test_other_names_stream_and_the_pieces_are_the_whole():
    async with openai_client(app()) as client:
        stream = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=SECOND, stream=True
        )
        events = [event async for event in stream]
        whole = await client.audio.transcriptions.create(model="gpt-4o-transcribe", file=SECOND)
    *deltas, done = events
    assert isinstance(done, TranscriptionTextDoneEvent)
    pieces = [event.delta for event in deltas if isinstance(event, TranscriptionTextDeltaEvent)]
    assert len(pieces) == len(deltas)
    assert all(map(nothing_extra, events))
    assert isinstance(whole, Transcription)
    assert "".join(pieces) == done.text == whole.text
    assert done.usage is not None
    assert done.usage.total_tokens == done.usage.input_tokens + done.usage.output_tokens


async def test_a_failure_in_mid_stream_is_told_in_the_stream():
    async with openai_client(app(Breaks())) as client:
        stream = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=SECOND, stream=True
        )
        with pytest.raises(openai.APIError, match="broken"):
            _ = [event async for event in stream]


@pytest.mark.parametrize("stream", [True, False])
async def test_a_mistake_has_its_own_status_streamed_or_not(stream: bool):
    async with openai_client(app()) as client:
        with pytest.raises(openai.BadRequestError) as caught:
            await client.audio.transcriptions.create(
                model="gpt-4o-transcribe", file=b"no sound", stream=stream
            )
    assert (caught.value.param, caught.value.code) == ("file", "invalid_value")


async def test_an_unknown_model_is_a_404():
    async with openai_client(app()) as client:
        with pytest.raises(openai.NotFoundError) as caught:
            await client.audio.transcriptions.create(model="no-such-stt", file=SECOND)
    assert caught.value.code == "model_not_found"


# What follows hears.


@pytest.fixture(scope="module")
def real(weights: Callable[[str], Path]) -> Starlette:
    spec = EngineSpec("whisper-ct2", str(weights("whisper-base")))
    return app(whisper_ct2.load(spec))


@pytest.mark.model
async def test_korean_speech_is_written_down(real: Starlette):
    async with openai_client(real) as client:
        answer = await client.audio.transcriptions.create(model="whisper-1", file=SPEECH)
    assert isinstance(answer, Transcription)
    assert re.fullmatch(GREETING, answer.text)


@pytest.mark.model
async def test_words_are_in_order_and_inside_the_sound(real: Starlette):
    async with openai_client(real) as client:
        answer = await client.audio.transcriptions.create(
            model="whisper-1",
            file=SPEECH,
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
        )
    assert isinstance(answer, TranscriptionVerbose)
    assert (answer.language, answer.duration) == ("korean", 1.776)
    assert answer.words is not None
    assert re.fullmatch(GREETING, " ".join(word.word for word in answer.words))
    assert len(answer.words) == 2
    moments = [moment for word in answer.words for moment in (word.start, word.end)]
    assert all(a <= b for a, b in pairwise([0.0, *moments, answer.duration]))
    assert all(word.end - word.start > 0.2 for word in answer.words)
    (segment,) = answer.segments or []
    assert (segment.id, segment.seek) == (0, 0)
    assert re.fullmatch(f" {GREETING}", segment.text)
    assert (segment.start, segment.end) == (moments[0], moments[-1])
    assert segment.avg_logprob < 0
    assert segment.no_speech_prob < 0.5


@pytest.mark.model
@pytest.mark.parametrize(("form", "mark"), [("srt", ","), ("vtt", "[.]")])
async def test_subtitles_have_the_times_of_the_speech(form: str, mark: str, real: Starlette):
    answer = await transcribed(real, SPEECH, response_format=form)
    cue = rf"00:00:00{mark}000 --> 00:00:01{mark}(\d+)\n{GREETING}\n\n$"
    match = re.search(cue, answer.text)
    assert match is not None
    assert 400 < int(match[1]) <= 776


@pytest.mark.model
@pytest.mark.parametrize("sound", ["silence", "noise", "hum", "chords"])
async def test_where_nobody_speaks_there_is_no_text(sound: str, real: Starlette):
    noise = np.random.default_rng(1).normal(0, 0.1, 15 * 16_000).clip(-1, 1)
    chords = sum(tone(15, hertz=hertz) for hertz in (262, 330, 392)) / 3
    sounds = {"silence": 0 * noise, "noise": noise, "hum": tone(15, hertz=50), "chords": chords}
    async with openai_client(real) as client:
        answer = await client.audio.transcriptions.create(
            model="whisper-1", file=wav(np.asarray(sounds[sound]))
        )
    assert isinstance(answer, Transcription)
    assert answer.text == ""


@pytest.mark.model
async def test_a_language_that_the_model_does_not_know_is_refused(weights: Callable[[str], Path]):
    spec = EngineSpec("whisper-ct2", str(weights("whisper-tiny.en")))
    async with openai_client(app(whisper_ct2.load(spec))) as client:
        with pytest.raises(openai.BadRequestError) as caught:
            await client.audio.transcriptions.create(model="whisper-1", file=SPEECH, language="ko")
    assert (caught.value.param, caught.value.code) == ("language", "unsupported_language")


@pytest.mark.model
async def test_the_tokens_of_korean_have_log_probabilities(real: Starlette):
    async with openai_client(real) as client:
        answer = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=SPEECH, include=["logprobs"]
        )
    assert isinstance(answer, Transcription)
    logprobs = answer.logprobs or []
    data = bytes(int(byte) for logprob in logprobs for byte in logprob.bytes or ())
    assert data.decode() == answer.text
    values = {logprob.logprob for logprob in logprobs}
    assert len(values) > 3
    assert all(value is not None and value <= 0 for value in values)


@pytest.mark.model
async def test_nothing_is_heard_where_the_threshold_is_not_reached(real: Starlette):
    async with openai_client(real) as client:
        answers = [
            await client.audio.transcriptions.create(
                model="gpt-4o-transcribe",
                file=SPEECH,
                chunking_strategy={"type": "server_vad", "threshold": threshold},
            )
            for threshold in (0.3, 1.0)
        ]
    heard, nothing = (answer.text for answer in answers)
    assert re.fullmatch(GREETING, heard)
    assert nothing == ""


@pytest.mark.model
async def test_what_was_written_down_is_told(real: Starlette):
    answer = await transcribed(real, SPEECH, response_format="verbose_json")
    coverage = answer.json()["x_coverage"]
    assert coverage["audio"] == 1.776
    assert 1.0 < coverage["speech"] == coverage["decoded"] <= 1.776
    assert coverage["gaps"] == []


@pytest.mark.model
async def test_the_prompt_is_counted(real: Starlette):
    async with openai_client(real) as client:
        answer = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=SPEECH, prompt="반갑습니다"
        )
    assert isinstance(answer, Transcription)
    assert "반갑습니다" in answer.text
    assert answer.usage is not None
    assert answer.usage.type == "tokens"
    assert answer.usage.input_token_details is not None
    assert answer.usage.input_token_details.text_tokens
