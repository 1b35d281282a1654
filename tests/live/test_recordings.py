"""Transcriptions and translations: the fields of their pages, with real weights."""

import base64
import io
import os
from pathlib import Path
from typing import Any, cast

import numpy as np
import openai
import pysubs2
import pytest
from faster_whisper import decode_audio
from openai import BadRequestError, OpenAI
from openai.types.audio import TranscriptionTextDeltaEvent, TranscriptionVerbose

from live_server import Server
from sounds import encoded, film, tone, tracks, wav, white

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning"),  # translations, by OpenAI
]

GREETING = (Path(__file__).parents[2] / "examples/data/speech.mp3").read_bytes()
TALE = (
    "The ferry leaves the harbor before sunrise. My grandmother keeps her letters in a wooden "
    "chest. Please turn off the lights when you go upstairs. He painted the ceiling by himself. "
    "The children walk along the river every Sunday morning. She opened the window and listened "
    "to the rain. Nobody in the village remembers the old bridge. We bought bread, cheese and "
    "apples at the market. The train arrives at the station in the evening."
)
TEXT = "The ferry leaves the harbor before sunrise. Doctor Shobhan Nguyen met the captain."


@pytest.fixture(scope="module")
def tale(client: OpenAI) -> bytes:
    return client.audio.speech.create(
        model="tts-1", voice="nova", input=TEXT, response_format="wav"
    ).content


def write_down(client: OpenAI, data: bytes, **fields: object) -> Any:
    asked: dict[str, Any] = {"model": "whisper-1", "file": ("a.wav", data), **fields}
    create: Any = client.audio.transcriptions.create
    return create(**asked)


def test_any_sound_file_or_video_is_heard_whatever_its_name(client: OpenAI, tale: bytes):
    samples = np.frombuffer(tale[44:], "<i2") / 32768
    for container, codec, video in (("matroska", "flac", False), ("mp4", "aac", True)):
        data = encoded(samples, container, codec, 24_000, video=video)
        assert "before sunrise" in write_down(client, data, file=("a.mp3", data)).text


def test_the_track_with_sound_is_heard_or_the_one_that_is_chosen(client: OpenAI, tale: bytes):
    samples = np.repeat(np.frombuffer(tale[44:], "<i2") / 32768, 2)
    create = client.audio.transcriptions.with_raw_response.create
    data = film([np.zeros(len(samples)), samples], 1)
    heard = create(model="whisper-1", file=("a.mkv", data))
    assert "before sunrise" in heard.parse().text
    assert heard.headers["x-audio"] == "track=2, tracks=2, channels=1"
    silent = create(model="whisper-1", file=("a.mkv", data), extra_body={"x_track": "1"})
    assert silent.parse().text == ""
    with pytest.raises(BadRequestError) as caught:
        write_down(client, data, extra_body={"x_track": "3"})
    assert caught.value.param == "x_track"
    ways: Any = client.audio.translations
    english = ways.create(model="whisper-1", file=("a.mkv", data), extra_body={"x_track": "2"})
    assert "sunrise" in english.text


def test_a_hole_in_a_recording_costs_no_word_and_keeps_the_times(client: OpenAI, tale: bytes):
    samples = np.repeat(np.frombuffer(tale[44:], "<i2") / 32768, 2)
    fields: dict[str, Any] = {"response_format": "verbose_json", "language": "en"}
    whole = write_down(client, tale, **fields)
    # The clock jumps in the middle of the file: that is made to be between the two sentences.
    seam = round(48_000 * (whole.segments[0].end + whole.segments[1].start) / 2)
    before, after = max(0, len(samples) - 2 * seam), max(0, 2 * seam - len(samples))
    padded = np.pad(samples, (before, after))
    holed = write_down(client, encoded(padded, "webm", "libopus", gap_s=20.0), **fields)
    added_s = 20 + before / 48_000
    assert holed.duration == pytest.approx(len(padded) / 48_000 + 20, abs=0.1)
    assert "before sunrise" in holed.text
    assert len(holed.text.split()) == len(whole.text.split())
    later_s = holed.segments[-1].start - whole.segments[-1].start
    assert later_s == pytest.approx(added_s, abs=0.3)


def test_stereo_with_a_cable_the_wrong_way_round_is_heard(client: OpenAI, tale: bytes):
    samples = np.frombuffer(tale[44:], "<i2") / 32768
    create = client.audio.transcriptions.with_raw_response.create
    heard = create(model="whisper-1", file=("a.wav", tracks([samples, -samples], 24_000)))
    assert "before sunrise" in heard.parse().text
    assert "channels=2, mix=sum, alone=" in heard.headers["x-audio"]


def test_words_segments_and_coverage_are_told(client: OpenAI, tale: bytes):
    answer = cast(
        "TranscriptionVerbose",
        write_down(
            client,
            tale,
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
            language="en",
        ),
    )
    assert answer.language == "english"
    assert answer.words is not None
    assert answer.segments is not None
    ends = [time for word in answer.words for time in (word.start, word.end)]
    assert ends == sorted(ends)
    assert ends[-1] <= answer.duration
    sure = [(word.model_extra or {})["x_probability"] for word in answer.words]
    assert 0 <= min(sure) < max(sure) <= 1
    extra = answer.model_extra or {}
    assert extra["x_coverage"]["gaps"] == []
    raw = client.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=("a.wav", tale)
    )
    assert "x-coverage" in raw.headers


@pytest.mark.parametrize(
    ("voice", "said", "words"),
    [
        ("nova", "The total is $1,234.56, which is 50% more than in May.", ["$1,234.56,", "50%"]),
        ("nova", "The train leaves at 10:30 a.m. tomorrow, said the man.", ["a.m."]),
        ("nova", "Bonjour, aujourd'hui c'est l'anniversaire de ma mère.", ["c'est"]),
    ],
)
def test_each_written_word_is_one_word(client: OpenAI, voice: str, said: str, words: list[str]):
    sound = client.audio.speech.create(
        model="tts-1", voice=voice, input=said, response_format="wav"
    ).content
    answer = write_down(
        client, sound, response_format="verbose_json", timestamp_granularities=["word"]
    )
    found = [word.word for word in answer.words]
    assert found == answer.text.split()
    assert set(words) <= set(found)
    subtitles = write_down(
        client, sound, response_format="srt", extra_body={"x_max_line_chars": 16}
    )
    lines = [line for line in subtitles.splitlines() if line and "-->" not in line]
    shown = " ".join(line for line in lines if not line.isdecimal())
    assert shown.split() == found


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_have_lines_of_the_width_that_was_asked(client: OpenAI, tale: bytes, form: str):
    text = cast(
        "str",
        write_down(
            client,
            tale,
            response_format=form,
            extra_body={"x_max_line_chars": 20, "x_max_chars_per_second": 15},
        ),
    )
    cues = pysubs2.SSAFile.from_string(text, format_=form)
    lines = [line for cue in cues for line in cue.plaintext.split("\n")]
    assert max(map(len, lines)) <= 20
    assert "ferry" in " ".join(lines)


def test_plain_text_is_the_text_alone(client: OpenAI, tale: bytes):
    text = cast("str", write_down(client, tale, response_format="text"))
    assert text.strip() == write_down(client, tale).text.strip()


def test_names_are_written_as_keywords_and_prompt_have_them(client: OpenAI, tale: bytes):
    for fields in (
        {"extra_body": {"keywords": ["Shobhan Nguyen"], "languages": ["en"]}},
        {"prompt": "Shobhan Nguyen", "language": "en"},
    ):
        assert "Nguyen" in write_down(client, tale, model="gpt-transcribe", **fields).text


def test_log_probabilities_join_to_the_text(client: OpenAI, tale: bytes):
    answer = write_down(client, tale, model="gpt-4o-transcribe", include=["logprobs"])
    assert answer.logprobs
    data = b"".join(bytes(map(int, token.bytes or [])) for token in answer.logprobs)
    assert data.decode().strip() == answer.text.strip()
    assert all(token.logprob <= 0 for token in answer.logprobs)


def test_a_detector_may_be_set_and_a_temperature(client: OpenAI, tale: bytes):
    answer = write_down(
        client,
        tale,
        temperature=0.2,
        chunking_strategy={"type": "server_vad", "threshold": 0.6, "silence_duration_ms": 400},
    )
    assert "before sunrise" in answer.text


@pytest.mark.parametrize("sound", [tone(3), white(3), np.zeros(48_000)], ids=["tone", "noise", "0"])
def test_nothing_is_invented_over_silence_and_noise(client: OpenAI, sound: Any):
    assert write_down(client, wav(sound)).text == ""


@pytest.fixture(scope="module")
def backwards() -> bytes:
    """Real speech, played backwards: what is written down of it is doubtful."""
    sound: Any = decode_audio(io.BytesIO(GREETING))
    return wav(sound[::-1].astype(np.float64))


def test_doubtful_text_is_kept_marked_or_dropped_in_every_format(client: OpenAI, backwards: bytes):
    fields: dict[str, Any] = {"language": "de", "model": "whisper-base"}

    def written(policy: str, form: str, **more: Any) -> Any:
        return write_down(
            client,
            backwards,
            **{**fields, **more},
            response_format=form,
            extra_body={"x_flags": policy},
        )

    kept = written("keep", "verbose_json")
    assert kept.segments
    assert all(segment.model_extra["x_flags"] for segment in kept.segments)
    assert "[?" not in kept.text
    for form in ("srt", "diarized_json"):  # the others are rendered alike, tests/api
        marked, dropped = written("mark", form), written("drop", form)
        text = marked if isinstance(marked, str) else marked.text
        assert "[? " in text
        assert "]" in text
        bare = dropped if isinstance(dropped, str) else dropped.text
        assert bare.strip() in ("", "WEBVTT")
    marked, dropped = (list(written(policy, "json", stream=True)) for policy in ("mark", "drop"))
    assert marked[0].delta.startswith("[? ")
    assert marked[0].model_extra["x_flags"]
    assert [(event.type, event.text) for event in dropped] == [("transcript.text.done", "")]
    assert dropped[0].usage.output_tokens == 0
    ways: Any = client.audio.translations.with_raw_response
    english = ways.create(
        model="whisper-1", file=("a.wav", backwards), extra_body={"x_flags": "drop"}
    )
    assert (english.parse().text == "") == ("dropped" in english.headers["x-coverage"])
    with pytest.raises(BadRequestError) as caught:
        written("hide", "json")
    assert caught.value.param == "x_flags"


def test_a_known_speaker_has_its_name(client: OpenAI, tale: bytes):
    reference = "data:audio/wav;base64," + base64.b64encode(tale).decode()
    answer = write_down(
        client,
        tale,
        model="gpt-4o-transcribe-diarize",
        response_format="diarized_json",
        known_speaker_names=["Kim"],
        known_speaker_references=[reference],
    )
    assert {segment.speaker for segment in answer.segments} == {"Kim"}


def test_of_half_a_minute_text_is_read_while_the_rest_is_heard(client: OpenAI, server: Server):
    long = client.audio.speech.create(
        model="tts-1", voice="nova", input=TALE, response_format="wav"
    ).content
    write_down(client, long, model="gpt-4o-transcribe")  # the engine is loaded
    before_s = worked_s(server)
    stream = write_down(client, long, model="gpt-4o-transcribe", stream=True)
    with stream:
        events = iter(stream)
        first = next(events)
        then_s = worked_s(server)
        rest = list(events)
    whole_s, by_then_s = worked_s(server) - before_s, then_s - before_s
    assert isinstance(first, TranscriptionTextDeltaEvent)
    *deltas, done = rest
    assert len(deltas) >= 3
    assert done.text == first.delta + "".join(event.delta for event in deltas)
    assert words(done.text) == words(TALE)
    assert by_then_s < 0.75 * whole_s


def test_a_recording_that_goes_on_in_another_language_is_written_in_both(client: OpenAI):
    spanish = (
        "Usted tiene dos mensajes nuevos en su buzón. Por favor, marque el número de su casa. "
        "La reunión de mañana empieza a las nueve en la oficina del tercer piso. "
        "Si necesita ayuda, espere en la línea y le atenderemos muy pronto."
    )
    parts = [
        client.audio.speech.create(
            model="tts-1", voice="nova", input=text, response_format="pcm"
        ).content
        for text in (TALE, spanish)
    ]
    samples = np.frombuffer(b"".join(parts), "<i2") / 32768
    heard = write_down(client, tracks([samples], 24_000), response_format="verbose_json")
    assert heard.language == "english"
    assert "sunday morning" in heard.text.lower()
    assert "tercer piso" in heard.text.lower()


def worked_s(server: Server) -> float:
    """Seconds of a processor that the recogniser's process took so far."""
    stat = Path(f"/proc/{server.pid_of('whisper-base')}/stat")
    if not stat.exists():
        pytest.skip("only Linux tells how long another process worked")
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def words(text: str) -> list[str]:
    return "".join(sign for sign in text.lower() if sign.isalpha() or sign == " ").split()


def test_whisper_1_answers_whole_where_a_stream_is_asked(client: OpenAI, tale: bytes):
    answer = client.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=("a.wav", tale), extra_body={"stream": "true"}
    )
    assert "application/json" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "fields",
    [
        {"language": "xx"},
        {"model": "gpt-transcribe", "response_format": "srt"},
        {"model": "whisper-1", "response_format": "diarized_json"},
        {"extra_body": {"hotwords": "x"}},
        {"temperature": 2},
        {"file": ("a.wav", b"no sound at all")},
        {"model": "gpt-4o-transcribe-diarize", "prompt": "x"},
    ],
)
def test_what_is_not_served_is_refused_by_name(
    client: OpenAI, tale: bytes, fields: dict[str, object]
):
    with pytest.raises(BadRequestError):
        write_down(client, tale, **fields)


def test_a_body_beyond_the_limit_is_refused_while_it_arrives(client: OpenAI):
    with pytest.raises(openai.APIStatusError) as refused:
        write_down(client, bytes(26_300_000))
    assert refused.value.status_code == 413


@pytest.mark.parametrize(
    ("way", "translated_by"), [("auto", "chat"), ("chat", "chat"), ("recogniser", "recogniser")]
)
def test_korean_is_translated_by_whom_the_caller_chooses(
    client: OpenAI, way: str, translated_by: str
):
    answer = client.audio.translations.with_raw_response.create(
        model="whisper-1", file=("a.mp3", GREETING), extra_body={"x_translate_by": way}
    )
    assert translated_by in answer.headers["x-translated-by"]
    assert answer.parse().text.isascii()


def test_english_stays_as_it_is_and_subtitles_are_translated(client: OpenAI, tale: bytes):
    answer = client.audio.translations.with_raw_response.create(
        model="whisper-1", file=("a.wav", tale), prompt="Shobhan Nguyen", temperature=0
    )
    assert answer.headers["x-translated-by"] == "as_spoken"
    srt = client.audio.translations.with_raw_response.create(
        model="whisper-1",
        file=("a.mp3", GREETING),
        response_format="srt",
        extra_body={"x_max_line_chars": 20},
    )
    cues = pysubs2.SSAFile.from_string(srt.text, format_="srt")
    assert max(len(line) for cue in cues for line in cue.plaintext.split("\n")) <= 20


@pytest.mark.parametrize(
    ("code", "told"), [("English", "invalid_language_format"), ("sw", "unsupported_language")]
)
def test_a_language_that_is_not_there_is_refused(client: OpenAI, code: str, told: str):
    with pytest.raises(BadRequestError) as refused:
        client.audio.translations.with_raw_response.create(
            model="whisper-1", file=io.BytesIO(GREETING), extra_body={"x_to_language": code}
        )
    assert refused.value.code == told
