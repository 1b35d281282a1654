"""Hearing, without HTTP: what a recogniser is given and what it gives back."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.domain.engine import Kind

SAMPLE_RATE = 16_000
"""The sample rate of every recording, in Hz."""


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """An uploaded file, to be turned into samples."""

    source: str
    """Path of the upload, whatever its name or format."""
    target: str
    """Path to write: mono signed 16-bit little-endian samples at 16 kHz, no header."""
    longest_s: float
    """The longest sound that is decoded, in seconds; a longer one is refused."""
    track: int | None = None
    """Which of the file's sound tracks, from 1; None: the one that a player takes."""


Mix: TypeAlias = Literal["mono", "sum", "surround"]
"""How channels became one: there was one, all alike, or as a cinema's."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The track and channels that a recording was decoded from, and what was put right."""

    track: int = 1
    """Which of the file's sound tracks, from 1."""
    tracks: int = 1
    channels: int = 1
    mix: Mix = "mono"
    alone_s: float = 0.0
    """The seconds for which one channel was taken alone, as the sum would have lost it."""
    pauses_s: float = 0.0
    """Silence put in where the file's clock leaves room."""
    missing_s: float = 0.0
    """The seconds that the file says it has beyond what could be decoded."""
    unread: int = 0
    """Bytes after the sound that are none that could be decoded."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Decoded sound on disk: mono signed 16-bit little-endian samples at 16 kHz, no header."""

    path: str
    samples: int
    origin: Origin | None = None
    """The file that the recording was decoded from; None: we made it ourselves."""

    @property
    def duration_s(self) -> float:
        """The length of the recording in seconds."""
        return self.samples / SAMPLE_RATE

    @property
    def missing_s(self) -> float:
        """The seconds of sound that the file claims beyond `duration_s`."""
        return self.origin.missing_s if self.origin is not None else 0.0


Way: TypeAlias = Literal["chat", "recogniser"]
"""How speech becomes text of another language: heard, then translated by a chat model; or by the
recogniser itself, which knows English only."""

Translated: TypeAlias = Literal["chat", "recogniser", "as_spoken", "nobody"]
"""The way that a text came, or that it is what was said: rightly, or for want of a translation."""

AUDIO_CODEC: Kind[DecodeRequest, Recording] = Kind("audio-codec", DecodeRequest, (Recording,))


@dataclass(frozen=True, slots=True)
class Chunking:
    """The rules for what counts as speech, and when it is over."""

    threshold: float = 0.5
    """Probability of voice, 0 … 1, at which speech begins."""
    silence_s: float = 2.0
    """The seconds of quiet that end speech."""
    padding_s: float = 0.4
    """The seconds of sound before speech that belong to it."""


@dataclass(frozen=True, slots=True)
class KnownSpeaker:
    """Somebody whose voice is known: a name, and a recording in which nobody else speaks."""

    name: str
    recording: Recording


@dataclass(frozen=True, slots=True)
class TranscriptionRequest:
    """Everything a recogniser needs."""

    recording: Recording
    task: Literal["transcribe", "translate"] = "transcribe"
    into: str = "en"
    """ISO-639-1: what a translation is in; a recogniser by itself knows English only."""
    way: Way | None = None
    """How speech is translated; None: the better way for the language."""
    language: str | None = None
    """The language that is spoken (ISO-639-1); None: it is found out."""
    prompt: str | None = None
    temperature: float = 0.0
    """The temperature: 0 lets hotter ones follow where a text is doubtful; above 0, it is the only
    one."""
    words: bool = False
    """Whether segments carry word times."""
    logprobs: bool = False
    """Whether segments carry the log-probabilities of their tokens."""
    languages: tuple[str, ...] = ()
    """The only languages that may be spoken (ISO-639-1); empty: any."""
    keywords: tuple[str, ...] = ()
    """Names and words that may be said."""
    chunking: Chunking = Chunking()
    diarised: bool = False
    """Whether segments say who speaks: done by a skill, with another model."""
    known_speakers: tuple[KnownSpeaker, ...] = ()
    """The known speakers, where `diarised` is set."""
    timed: bool = True
    """Whether the times of segments matter; where not, a text without times will do."""
    streamed: bool = False
    """Whether somebody reads along: early text is then worth more work."""


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word, without surrounding space, in seconds from the start of the recording."""

    text: str
    start_s: float
    end_s: float
    probability: float | None = None
    """None: the recogniser does not say how sure it is."""


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token of the text: its bytes, perhaps half a character, and its natural `logprob` ≤ 0."""

    data: bytes
    logprob: float


@dataclass(frozen=True, slots=True)
class LanguageFound:
    """First event: what is spoken (ISO-639-1), and how sure that is.

    Where nobody speaks, or nobody knows what, the probability is 0; None: it is not known.
    """

    language: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the transcript, in order; `text` has Whisper's leading space.

    The decoder's own figures are None where a recogniser does not tell them.
    """

    index: int
    seek: int | None
    """Start of the decoded window, in frames of 10 ms."""
    start_s: float
    end_s: float
    text: str
    tokens: tuple[int, ...]
    temperature: float | None
    avg_logprob: float | None
    compression_ratio: float | None
    no_speech_prob: float | None
    words: tuple[Word, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()
    translated: Translated | None = None
    """How the text was translated; None: it is no translation, or nobody looked."""
    speaker: str | None = None
    """The speaker of the segment; None: the request did not ask for speakers."""


@dataclass(frozen=True, slots=True)
class TranscriptionFinished:
    """Always the last event, exactly once."""

    speech_s: float | None
    """Seconds in which somebody spoke, by the voice-activity detector; None: there was none."""
    prompt_tokens: int = 0
    """The number of tokens of the prompt and the keywords."""
    gaps: tuple[tuple[float, float], ...] = ()
    """The start and end, in seconds, of speech that was not understood."""


TranscriptionEvent: TypeAlias = LanguageFound | Segment | TranscriptionFinished

TRANSCRIPTION: Kind[TranscriptionRequest, TranscriptionEvent] = Kind(
    "transcription", TranscriptionRequest, (LanguageFound, Segment, TranscriptionFinished)
)
