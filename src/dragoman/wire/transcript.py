"""What `/v1/audio/transcriptions` and `/v1/audio/translations` answer."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from dragoman.domain import languages
from dragoman.domain import transcription as domain
from dragoman.wire.transcription import Asked

TOKENS_PER_S = 10
"""What a second of sound counts where usage is in tokens, as with OpenAI's own models."""


class InputTokens(BaseModel):
    """What was heard and what was in the prompt."""

    text_tokens: int
    audio_tokens: int


class TokenUsage(BaseModel):
    """Usage of the `gpt-…` names."""

    type: Literal["tokens"] = "tokens"
    input_tokens: int
    input_token_details: InputTokens
    output_tokens: int
    total_tokens: int


class DurationUsage(BaseModel):
    """Usage of all other names: whole seconds, rounded up."""

    type: Literal["duration"] = "duration"
    seconds: int


class Json(BaseModel):
    """`response_format=json`."""

    text: str
    usage: TokenUsage | DurationUsage | None = None


class Segment(BaseModel):
    """A piece of the transcript with what the decoder thought of it; seconds."""

    id: int
    seek: int
    start: float
    end: float
    text: str
    tokens: list[int]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float


class Word(BaseModel):
    """A word; seconds."""

    word: str
    start: float
    end: float


class VerboseJson(BaseModel):
    """`response_format=verbose_json`."""

    task: Literal["transcribe", "translate"]
    language: str
    duration: float
    text: str
    segments: list[Segment] | None = None
    words: list[Word] | None = None
    usage: DurationUsage | None = None


class Delta(BaseModel):
    """A piece of the text as it is recognised."""

    type: Literal["transcript.text.delta"] = "transcript.text.delta"
    delta: str


class Done(BaseModel):
    """The last event: the whole text."""

    type: Literal["transcript.text.done"] = "transcript.text.done"
    text: str
    usage: TokenUsage | DurationUsage


@dataclass(frozen=True, slots=True)
class Transcript:
    """A recogniser's events, folded."""

    duration_s: float
    language: str
    segments: tuple[domain.Segment, ...]
    prompt_tokens: int = 0

    @property
    def text(self) -> str:
        """Everything that was said."""
        return "".join(segment.text for segment in self.segments).strip()


def fold(events: Iterable[domain.TranscriptionEvent], duration_s: float) -> Transcript:
    """All events of one recording."""
    language, prompt_tokens, segments = "", 0, list[domain.Segment]()
    for event in events:
        match event:
            case domain.LanguageFound():
                language = event.language
            case domain.Segment():
                segments.append(event)
            case domain.TranscriptionFinished():
                prompt_tokens = event.prompt_tokens
    return Transcript(duration_s, language, tuple(segments), prompt_tokens)


def json(asked: Asked, transcript: Transcript) -> Json:
    """The short answer; translations have no usage."""
    if asked.task == "translate":
        return Json(text=transcript.text)
    return Json(text=transcript.text, usage=usage(asked, transcript))


def verbose_json(asked: Asked, transcript: Transcript) -> VerboseJson:
    """The long answer: segments, words or both, as asked; a translation is English."""
    translated = asked.task == "translate"
    answer = VerboseJson(
        task=asked.task,
        language=languages.name("en" if translated else transcript.language),
        duration=round(transcript.duration_s, 3),
        text=transcript.text,
    )
    if "segment" in asked.granularities:
        answer.segments = [_segment(segment) for segment in transcript.segments]
    if "word" in asked.granularities:
        answer.words = [
            Word(word=word.text, start=word.start_s, end=word.end_s)
            for segment in transcript.segments
            for word in segment.words
        ]
    if not translated:
        answer.usage = _seconds(transcript)
    return answer


def text(transcript: Transcript) -> str:
    """`response_format=text`."""
    return transcript.text + "\n"


def delta(segment: domain.Segment, *, first: bool) -> Delta:
    """One segment's text; all of them joined are the text of `done`."""
    return Delta(type="transcript.text.delta", delta=_piece(segment.text, first=first))


def done(asked: Asked, transcript: Transcript) -> Done:
    """The end of the stream."""
    return Done(
        type="transcript.text.done",
        text="".join(
            _piece(segment.text, first=number == 0)
            for number, segment in enumerate(transcript.segments)
        ),
        usage=usage(asked, transcript),
    )


def usage(asked: Asked, transcript: Transcript) -> TokenUsage | DurationUsage:
    """In tokens or in seconds, by the model's name."""
    if not asked.counts_tokens:
        return _seconds(transcript)
    audio = math.ceil(transcript.duration_s * TOKENS_PER_S)
    heard = InputTokens(text_tokens=transcript.prompt_tokens, audio_tokens=audio)
    total = transcript.prompt_tokens + audio
    output = sum(len(segment.tokens) for segment in transcript.segments)
    return TokenUsage(
        type="tokens",
        input_tokens=total,
        input_token_details=heard,
        output_tokens=output,
        total_tokens=total + output,
    )


def _seconds(transcript: Transcript) -> DurationUsage:
    return DurationUsage(type="duration", seconds=math.ceil(transcript.duration_s))


def _piece(said: str, *, first: bool) -> str:
    return said.lstrip() if first else said


def _segment(segment: domain.Segment) -> Segment:
    return Segment(
        id=segment.index,
        seek=segment.seek,
        start=segment.start_s,
        end=segment.end_s,
        text=segment.text,
        tokens=list(segment.tokens),
        temperature=segment.temperature,
        avg_logprob=segment.avg_logprob,
        compression_ratio=segment.compression_ratio,
        no_speech_prob=segment.no_speech_prob,
    )
