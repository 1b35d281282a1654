"""The bodies of `/v1/audio/…`: JSON for speech and voices, forms for recordings."""

from collections.abc import Mapping

from dragoman.domain.languages import LANGUAGES
from dragoman.wire.audio import chunking, known_speakers, own_fields, translation, voices
from dragoman.wire.audio import transcription as transcriptions
from dragoman.wire.audio.flags import POLICIES
from dragoman.wire.audio.speech import LONGEST, ONLY_IN_EVENTS, SpeechCall
from dragoman.wire.openapi.chat_body import MODEL
from dragoman.wire.openapi.shapes import (
    BOOLEAN,
    Schema,
    array,
    at_most_one,
    closed,
    described,
    either,
    enum,
    integer,
    needs,
    number,
    ruled,
    string,
)

FILE = described(
    {"type": "string", "contentMediaType": "application/octet-stream"},
    "A file of sound or video in any format that FFmpeg reads, with its name.",
)
LANGUAGE = described(enum(*sorted(LANGUAGES)), "ISO-639-1.")
SPEECH: Mapping[str, Schema] = {
    "model": MODEL,
    "input": described(
        string(LONGEST, 1, pattern=r"\S"), f"The text, of at most {LONGEST} code points."
    ),
    "voice": described(
        either(string(shortest=1), closed({"id": string()}, "id")),
        "A name, a blend of names, or the id of a voice that was made: `GET /v1/audio/voices`.",
    ),
    "instructions": string(LONGEST),
    "response_format": enum("mp3", "opus", "aac", "flac", "wav", "pcm"),
    "speed": number(0.25, 4),
    "stream_format": described(
        enum("sse", "audio"), "`sse`: server-sent events; not with `tts-1` and `tts-1-hd`."
    ),
    "x_language": described(string(35, 1), "BCP 47."),
    "x_word_times": described(BOOLEAN, "Only with `stream_format` `sse`."),
    "x_captions": described(enum("srt", "vtt"), "Only with `stream_format` `sse`."),
    "x_verify": described(BOOLEAN, "Whether a recogniser listens to the answer."),
    "x_dry_run": described(BOOLEAN, "Whether to say only what the request would take."),
}
OWN: Mapping[str, Schema] = {
    "x_dry_run": SPEECH["x_dry_run"],
    "x_flags": described(enum(*POLICIES), "What becomes of doubtful segments."),
    "x_max_line_chars": described(
        integer(*own_fields.LINE_CHARS), "Only with `response_format` `srt` and `vtt`."
    ),
    "x_max_chars_per_second": described(
        number(*own_fields.CHARS_PER_SECOND), "Only with `x_max_line_chars`."
    ),
    "x_progress": described(
        BOOLEAN, "Events report each segment as it is written; the last one has the answer."
    ),
    "x_track": described(
        integer(1, own_fields.MOST_TRACKS), "Which of the file's sound tracks, from 1."
    ),
}
RECORDING: Mapping[str, Schema] = {
    "file": FILE,
    "model": MODEL,
    "prompt": string(),
    "temperature": number(0, 1),
    "response_format": enum(*transcriptions.FORMATS),
}
TRANSCRIPTION: Mapping[str, Schema] = {
    **RECORDING,
    "language": LANGUAGE,
    "chunking_strategy": either(
        {"const": "auto"},
        closed(
            {
                "type": {"const": "server_vad"},
                "prefix_padding_ms": integer(0, chunking.LONGEST_MS),
                "silence_duration_ms": integer(0, chunking.LONGEST_MS),
                "threshold": number(0, 1),
            },
            "type",
        ),
    ),
    "include": array(enum(*transcriptions.INCLUDABLE)),
    "keywords": array(string(shortest=1)),
    "known_speaker_names": array(string(shortest=1), 0, known_speakers.MOST),
    "known_speaker_references": array(
        described(string(shortest=1), "A data URL of sound, 2 to 10 seconds."),
        0,
        known_speakers.MOST,
    ),
    "languages": array(LANGUAGE),
    "timestamp_granularities": described(
        array(enum(*transcriptions.GRANULARITIES)), "Only with `response_format` `verbose_json`."
    ),
    "stream": described(BOOLEAN, "Without effect with `whisper-1`, which answers whole."),
}
TRANSLATION: Mapping[str, Schema] = {
    **RECORDING,
    "response_format": enum(*transcriptions.WHISPER_FORMATS),
    "x_to_language": described(LANGUAGE, "ISO-639-1; English where it is not said."),
    "x_translate_by": enum(*translation.WAYS),
}


def speech_body() -> Schema:
    """The body of `POST /v1/audio/speech`."""
    properties = {name: SPEECH[name] for name in SpeechCall.model_fields}
    return ruled(
        closed(properties, "model", "input", "voice", title="Speech request"),
        *(needs(name, "stream_format", {"const": "sse"}) for name in ONLY_IN_EVENTS),
        either(
            {"properties": {"x_dry_run": {"enum": [False, None]}}},
            {"properties": {"stream_format": {"enum": ["audio", None]}}},
        ),
    )


def transcription_form() -> Schema:
    """The form of `POST /v1/audio/transcriptions`."""
    tables = (*transcriptions.SERVED, *transcriptions.ALSO_SERVED, *own_fields.OUR_OWN, "stream")
    form = _form({**TRANSCRIPTION, **OWN}, tables, title="Transcription form")
    return ruled(
        form,
        *form["allOf"],
        at_most_one("language", "languages"),
        needs("known_speaker_names", "known_speaker_references"),
        needs("known_speaker_references", "known_speaker_names"),
        needs("timestamp_granularities", "response_format", {"const": "verbose_json"}),
    )


def translation_form() -> Schema:
    """The form of `POST /v1/audio/translations`."""
    tables = (*translation.SERVED, *translation.EXTENSIONS)
    return _form({**TRANSLATION, **OWN}, tables, title="Translation form")


def _form(schemas: Mapping[str, Schema], names: tuple[str, ...], title: str) -> Schema:
    """A form; an empty field is the same as an absent one."""
    return {
        "type": "object",
        "properties": {name: schemas[name] for name in names},
        "required": ["file", "model"],
        "title": title,
        "additionalProperties": False,
        "allOf": [
            needs("x_max_line_chars", "response_format", {"enum": ["srt", "vtt"]}),
            needs("x_max_chars_per_second", "x_max_line_chars"),
        ],
    }


def voice_body() -> Schema:
    """The JSON body of `POST /v1/audio/voices`."""
    return closed(
        {
            "type": enum("x_blend"),
            "name": string(256, 1),
            "x_blend": described(
                string(512, 1), "Built-in voices with weights, as `af_bella(2)+af_sky(1)`."
            ),
        },
        *("name", "x_blend"),
        title="Voice request",
    )


def consent_form() -> Schema:
    """The form of `POST /v1/audio/voice_consents`."""
    return {
        "type": "object",
        "properties": {
            "name": string(256, 1),
            "language": string(35, pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"),
            "recording": {
                **FILE,
                "description": f"Sound, at most {voices.MAX_RECORDING // 2**20} MiB.",
            },
        },
        "required": ["name", "language", "recording"],
        "additionalProperties": False,
    }


def consent_name_body() -> Schema:
    """The body of `POST /v1/audio/voice_consents/{name}`."""
    return closed({"name": string(256, 1)}, "name")
