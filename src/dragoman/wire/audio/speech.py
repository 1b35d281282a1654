"""OpenAI's speech: the request with its checks, and the events of `stream_format=sse`."""

import base64
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import (
    AudioFormat,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
    unknown_voice,
)
from dragoman.wire.audio.manners import LONGEST_PHRASE, MOST_PHRASES, Manners, manners
from dragoman.wire.faults import missing, unknown
from dragoman.wire.fields import Json, boolean, decimal, members, string, wrong_type

LONGEST = 4096
"""The most code points of the input."""
MEDIA_TYPES: Mapping[AudioFormat, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
OLDER_MODELS = frozenset(("tts-1", "tts-1-hd"))
OLDER_VOICES = ("nova", "shimmer", "echo", "onyx", "fable", "alloy", "ash", "sage", "coral")
VOICES = (*OLDER_VOICES, "ballad", "verse", "marin", "cedar")
"""The API's voices, in the order of its own messages."""
SLOWEST, FASTEST = 0.25, 4.0
TOKENS_PER_SECOND = 20
"""The tokens that a second of sound counts in `usage.output_tokens`, about as OpenAI counts."""

Captions: TypeAlias = Literal["srt", "vtt"]
ONLY_IN_EVENTS = ("x_word_times", "x_captions")
"""The extensions whose answer has no place in a sound file."""
NUMBERS = frozenset({"speed"})
SWITCHES = frozenset({"x_word_times", "x_verify", "x_dry_run"})
"""The fields that are true or false; every other one is a string, and a voice may be an object,
too."""
Voice: TypeAlias = Annotated[str, Field(min_length=1)]


class CustomVoice(BaseModel):
    """A custom voice, by the id that it got when it was made."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str


class SpeechCall(BaseModel):
    """The body of `POST /v1/audio/speech`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    model: str
    input: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    voice: Voice | CustomVoice
    instructions: Annotated[str, Field(max_length=LONGEST)] = ""
    response_format: AudioFormat = "mp3"
    speed: Annotated[float, Field(ge=0.25, le=4)] | None = None
    stream_format: Literal["sse", "audio"] = "audio"
    x_language: Annotated[str, Field(min_length=1, max_length=35)] | None = None
    x_word_times: bool = False
    x_captions: Captions | None = None
    x_verify: bool = False
    x_dry_run: bool = False

    @property
    def manners(self) -> Manners:
        """The wishes of `instructions`."""
        return manners(self.instructions)

    @property
    def ignored(self) -> tuple[str, ...]:
        """The fields that have no effect; of `instructions` the phrases, if others have one."""
        found = self.manners
        unheeded = found.unheeded
        language = self.x_language or found.language or "en"
        if found.accent and language != "en":
            unheeded += (f"an accent of English where the language is '{language}'",)
        if not unheeded:
            return ()
        if not found.heeded:
            return ("instructions",)
        phrases = unheeded[:MOST_PHRASES]
        return tuple(f"instructions ({phrase[:LONGEST_PHRASE]})" for phrase in phrases)

    def request(self, voice: str) -> SpeechRequest:
        """The request for the engine, with the engine's own name for the voice."""
        found = self.manners
        return SpeechRequest(
            text=self.input,
            voice=voice,
            format=self.response_format,
            speed=self._speed(found.rate),
            gain_db=found.gain_db,
            pauses=found.pauses,
            usual_language=found.language,
            accent=found.accent,
            language=self.x_language,
            words=self.x_word_times or self.x_captions is not None,
            verified=self.x_verify,
            dry_run=self.x_dry_run,
        )

    def _speed(self, rate: float) -> float | None:
        """`speed`, and faster or slower yet where `instructions` ask for that."""
        if self.speed is None and rate == 1.0:
            return None
        speed = 1.0 if self.speed is None else self.speed
        return min(max(speed * rate, SLOWEST), FASTEST)


def parse(body: Mapping[str, Any]) -> SpeechCall:
    """Read the request in a JSON object; null is the same as absent.

    Raises:
        RequestInvalid: with OpenAI's words for it, which this endpoint takes from pydantic where
            a value of the right type is out of bounds.
    """
    values = {name: value for name, value in body.items() if value is not None}
    if not values.get("model"):
        raise RequestInvalid("you must provide a model parameter")
    _check_fields(values, body)
    try:
        parsed = SpeechCall.model_validate(values)
    except ValidationError as error:
        raise RequestInvalid(_explained(error)) from None
    if not parsed.input.strip():
        raise RequestInvalid("There is nothing to say: the input is empty.", param="input")
    if parsed.model in OLDER_MODELS:
        _check_older(parsed)
    for name in ONLY_IN_EVENTS:
        if getattr(parsed, name) and parsed.stream_format != "sse":
            raise RequestInvalid(
                f"The '{name}' parameter is only allowed when 'stream_format' is 'sse'.", param=name
            )
    if parsed.x_dry_run and parsed.stream_format == "sse":
        raise RequestInvalid(
            "The 'x_dry_run' parameter is not allowed when 'stream_format' is 'sse'.",
            param="x_dry_run",
        )
    return parsed


def _check_fields(fields: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """Refuse fields that nobody knows, and values of another type than the field has."""
    for name in body:
        if name not in SpeechCall.model_fields:
            raise unknown(name[:100])
    for name, value in fields.items():
        _check_type(name, value)


def _check_type(name: str, value: Json) -> None:
    """Refuse a value of another JSON type than the field has."""
    if name in NUMBERS:
        decimal()(value, name)
    elif name in SWITCHES:
        boolean(value, name)
    elif name != "voice":
        string()(value, name)
    elif not isinstance(value, str):
        _check_voice(value)


def _check_voice(value: Json) -> None:
    """Refuse what is neither a name nor an object with an id."""
    if not isinstance(value, dict):
        raise wrong_type(value, "voice", "a string or an object")
    own = members(value, "voice")
    for name in own:
        if name != "id":
            raise unknown(f"voice.{name[:100]}")
    if own.get("id") is None:
        raise missing("voice.id")
    string()(own["id"], "voice.id")


def no_such_voice(name: str) -> RequestInvalid:
    """The error for an id of a voice that nobody made, or that was deleted."""
    return RequestInvalid(
        f"There is no voice with the id '{name[:100]}'.", param="voice", code="voice_not_found"
    )


def _explained(error: ValidationError) -> str:
    """The problems, without what the caller sent."""
    problems = [
        {
            "type": problem["type"],
            "loc": ("body", *problem["loc"]),
            "msg": problem["msg"],
            **({"ctx": problem["ctx"]} if "ctx" in problem else {}),
        }
        for problem in error.errors(include_url=False, include_input=False)
    ]
    return str(problems)


def _check_older(body: SpeechCall) -> None:
    """What `tts-1` and `tts-1-hd` do not know."""
    if isinstance(body.voice, str) and body.voice not in OLDER_VOICES:
        raise unknown_voice(OLDER_VOICES)
    if body.stream_format == "sse":
        raise RequestInvalid(
            "Unsupported value: 'stream_format' does not support 'sse' with this model. "
            "Supported values are: 'audio'.",
            param="stream_format",
            code="unsupported_value",
        )


class SpeechUsage(BaseModel):
    """The tokens that were read and spoken."""

    model_config = ConfigDict(frozen=True)

    input_tokens: int
    output_tokens: int
    total_tokens: int


class SpeechAudioDelta(BaseModel):
    """The event of a piece of the file, in base64."""

    model_config = ConfigDict(frozen=True)

    type: Literal["speech.audio.delta"]
    audio: str


class SpeechAudioWord(BaseModel):
    """The event of one word with its time; our own, for those who ask for it."""

    model_config = ConfigDict(frozen=True)

    type: Literal["speech.audio.word"]
    word: str
    offset: int
    """The place of the word's first code point in the input."""
    length: int
    start: float
    """The start of the word, in seconds from the beginning of the sound."""
    end: float


class SpeechAudioDone(BaseModel):
    """The last event of the stream."""

    model_config = ConfigDict(frozen=True)

    type: Literal["speech.audio.done"]
    usage: SpeechUsage
    x_captions: str | None = None
    """The whole file of captions, where it was asked for."""
    x_character_error_rate: float | None = None
    """The share of characters that a recogniser misheard, where it was asked to listen."""


def verdict(finished: SpeechFinished) -> Mapping[str, str]:
    """The headers of a file that was verified by a recogniser."""
    rate = finished.character_error_rate
    return {} if rate is None else {"x-character-error-rate": f"{rate:.4f}"}


def delta(data: bytes) -> SpeechAudioDelta:
    """Build the event for a piece of the encoded sound."""
    return SpeechAudioDelta(type="speech.audio.delta", audio=base64.b64encode(data).decode("ascii"))


def word(spoken: SpokenWord, text: str) -> SpeechAudioWord:
    """Build the event for one word of `text`."""
    return SpeechAudioWord(
        type="speech.audio.word",
        word=text[spoken.start : spoken.end],
        offset=spoken.start,
        length=spoken.end - spoken.start,
        start=round(spoken.start_s, 3),
        end=round(spoken.end_s, 3),
    )


def done(finished: SpeechFinished, captions: str | None = None) -> SpeechAudioDone:
    """Build the event for the end."""
    said = max(1, round(finished.duration_s * TOKENS_PER_SECOND))
    usage = SpeechUsage(
        input_tokens=finished.input_tokens,
        output_tokens=said,
        total_tokens=finished.input_tokens + said,
    )
    more: dict[str, Any] = {} if captions is None else {"x_captions": captions}
    if finished.character_error_rate is not None:
        more["x_character_error_rate"] = round(finished.character_error_rate, 4)
    return SpeechAudioDone(type="speech.audio.done", usage=usage, **more)
