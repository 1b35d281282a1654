"""Speaking, without HTTP: what a speech engine is given and what it gives back."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.domain.engine import Kind
from dragoman.domain.errors import RequestInvalid

Accent: TypeAlias = Literal["us", "gb"]
"""An accent of English."""
AudioFormat: TypeAlias = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """A voice of an engine, for those who choose one."""

    name: str
    same_as: str | None
    """The other name of the same voice: the API's, or the engine's own."""
    about: str


PART = re.compile(
    r"\s*(?P<name>[\w-]+)\s*(?:\(\s*(?P<weight>[0-9]{1,4}(?:\.[0-9]{1,4})?)\s*\)\s*)?"
)
MAX_PARTS = 8
"""How many voices one blend may have."""


def blend(name: str, voices: Collection[str]) -> tuple[tuple[str, float], ...]:
    """The parts of a blend of `voices` and their weights: "af_bella(2)+af_sky(1)".

    A single voice is a blend of one part. Voices of every language and sex may be mixed. This is
    the one rule for what the engine speaks and what is kept as a voice of one's own.

    Raises:
        RequestInvalid: `name` is not written so, or a part is none of `voices`, which are listed.
    """
    matches = [PART.fullmatch(part) for part in name.split("+")]
    parts = [(part["name"], float(part["weight"] or 1)) for part in matches if part]
    is_whole = len(parts) == len(matches) <= MAX_PARTS
    if not is_whole or any(part not in voices or not weight for part, weight in parts):
        raise unknown_voice(voices)
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """Phonemes that a caller gives for `text[start:end]`."""

    start: int
    end: int
    phonemes: str


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """Everything a speech engine needs."""

    text: str
    voice: str
    """The API's name or the engine's own; a blend, "af_bella(2)+af_sky(1)", where it can."""
    format: AudioFormat = "mp3"
    """The format of the sound; `pcm` is mono, signed 16-bit little-endian, 24 kHz."""
    speed: float | None = None
    """0.25 … 4: how much faster than usual; the pitch stays. None: the caller did not say."""
    language: str | None = None
    """The language of the text (ISO-639-1); None: it is found from script and words."""
    usual_language: str | None = None
    """The language of a text that does not show its own; None: English."""
    accent: Accent | None = None
    """How English is read; None: as the voice does."""
    plain: bool = False
    """Whether nothing in the text is markup: else what is markup is not said."""
    pronunciations: tuple[Pronunciation, ...] = ()
    """The phonemes of some words of a plain text."""
    gain_db: float = 0.0
    """How much louder than usual the sound is, in decibels."""
    pauses: float = 1.0
    """How many times as long as usual the pauses are."""
    words: bool = False
    """Whether there is a `SpokenWord` for each word."""
    verified: bool = False
    """Whether to listen to what was spoken, and repeat what was not understood: a skill."""
    dry_run: bool = False
    """Whether the only event is an estimate, and nothing is spoken."""

    @property
    def rate(self) -> float:
        """How many times as fast as usual the text is spoken: 1 where `speed` is not given."""
        return 1.0 if self.speed is None else self.speed


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of the encoded stream, never empty; the pieces joined are one valid file."""

    data: bytes


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """The time of a word in the sound; it comes before the sound, and only if `words` is set."""

    start: int
    """The word is `text[start:end]` of the request, in code points."""
    end: int
    start_s: float
    """The start of the word, in seconds from the beginning of the sound."""
    end_s: float


@dataclass(frozen=True, slots=True)
class SpeechFinished:
    """Always the last event, exactly once."""

    duration_s: float
    """The length of the sound in seconds."""
    input_tokens: int
    """The number of phoneme symbols that were spoken, which `usage` counts."""
    character_error_rate: float | None = None
    """The share of characters that a recogniser misheard; None: none listened."""


@dataclass(frozen=True, slots=True)
class SpeechEstimate:
    """The estimate of a request: the one event of a dry run."""

    input_tokens: int
    """The number of phoneme symbols, counted like in `SpeechFinished`."""


SpeechEvent: TypeAlias = Sound | SpokenWord | SpeechFinished | SpeechEstimate

SPEECH: Kind[SpeechRequest, SpeechEvent] = Kind(
    "speech", SpeechRequest, (Sound, SpokenWord, SpeechFinished, SpeechEstimate)
)


def unknown_voice(names: Iterable[str]) -> RequestInvalid:
    """Return the error for a voice that is none of `names`, in OpenAI's words."""
    *most, last = (f"'{name}'" for name in names)
    expected = f"{', '.join(most)} or {last}"
    problem = {
        "type": "enum",
        "loc": ("body", "voice"),
        "msg": f"Input should be {expected}",
        "ctx": {"expected": expected},
    }
    return RequestInvalid(str([problem]))
