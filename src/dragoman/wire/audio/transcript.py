"""The answers of `/v1/audio/transcriptions` and `/v1/audio/translations`."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel

from dragoman.domain import languages
from dragoman.domain import transcription as domain
from dragoman.wire.audio.flags import Flag, flags
from dragoman.wire.audio.transcription import TranscriptionCall

TOKENS_PER_S = 10
"""The tokens that a second of sound counts where usage is in tokens, as with OpenAI's own
models."""


class InputTokens(BaseModel):
    """The tokens of the recording and of the prompt."""

    text_tokens: int
    audio_tokens: int


class TokenUsage(BaseModel):
    """The usage, in tokens, of the `gpt-…` names."""

    type: Literal["tokens"] = "tokens"
    input_tokens: int
    input_token_details: InputTokens
    output_tokens: int
    total_tokens: int


class DurationUsage(BaseModel):
    """The usage of all other names: whole seconds, rounded up."""

    type: Literal["duration"] = "duration"
    seconds: int


class Logprob(BaseModel):
    """A token of the text: its text, its bytes, and the natural logarithm of its probability."""

    token: str
    logprob: float
    bytes: list[int]


class Language(BaseModel):
    """A language that is spoken in the recording."""

    code: str


class Json(BaseModel):
    """The answer of `response_format=json`."""

    text: str
    logprobs: list[Logprob] | None = None
    languages: list[Language] | None = None
    usage: TokenUsage | DurationUsage | None = None


class Segment(BaseModel):
    """A segment, times in seconds, with the decoder's figures; absent: it does not tell them."""

    id: int
    seek: int | None = None
    start: float
    end: float
    text: str
    tokens: list[int]
    temperature: float | None = None
    avg_logprob: float | None = None
    compression_ratio: float | None = None
    no_speech_prob: float | None = None
    x_flags: list[Flag] | None = None
    """The flags that say why the text may be wrong; absent where there are none."""
    x_translated_by: domain.Translated | None = None
    """The way in which the text was translated; of translations only."""


class Word(BaseModel):
    """A word with its times in seconds."""

    word: str
    start: float
    end: float
    x_probability: float | None = None
    """How probable its tokens are, on average, 0 … 1; absent where the recogniser tells none."""
    x_flags: list[Flag] | None = None
    """The flags of the word's segment, where they are to be marked."""


class Gap(BaseModel):
    """A stretch of speech without text; times in seconds."""

    start: float
    end: float


class Coverage(BaseModel):
    """The coverage: how much of a recording was written down, in seconds."""

    audio: float
    speech: float
    decoded: float
    gaps: list[Gap]
    dropped: list[Gap] | None = None
    """The seconds of doubtful text that was left out; absent where none was."""
    missing: float | None = None
    """The seconds that the file promises beyond `audio`; absent where there are none."""


class VerboseJson(BaseModel):
    """The answer of `response_format=verbose_json`."""

    task: Literal["transcribe", "translate"]
    language: str
    duration: float
    text: str
    segments: list[Segment] | None = None
    words: list[Word] | None = None
    x_coverage: Coverage | None = None
    x_spoken_language: str | None = None
    """The language of the recording, by its full name; of translations only."""
    x_translated_by: list[domain.Translated] | None = None
    """The ways in which the segments were translated; of translations only."""
    usage: DurationUsage | None = None


class Delta(BaseModel):
    """The event of a piece of the text, as it is recognised."""

    type: Literal["transcript.text.delta"] = "transcript.text.delta"
    delta: str
    logprobs: list[Logprob] | None = None
    segment_id: str | None = None
    """The id of the segment, where speakers are told apart."""
    x_flags: list[Flag] | None = None
    """The flags that say why the text may be wrong, where that is to be marked."""


class Done(BaseModel):
    """The last event, with the whole text."""

    type: Literal["transcript.text.done"] = "transcript.text.done"
    text: str
    logprobs: list[Logprob] | None = None
    languages: list[Language] | None = None
    usage: TokenUsage
    """The usage in tokens, whatever the model: clients know no other in a stream."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A recogniser's events, folded to one transcript."""

    duration_s: float
    language: str
    segments: tuple[domain.Segment, ...]
    prompt_tokens: int = 0
    language_probability: float | None = 1.0
    speech_s: float | None = 0.0
    gaps: tuple[tuple[float, float], ...] = ()
    missing_s: float = 0.0
    dropped: tuple[tuple[float, float], ...] = ()
    """The doubtful segments that were left out."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(segment.text for segment in self.segments).strip()


def fold(
    events: Iterable[domain.TranscriptionEvent], duration_s: float, missing_s: float = 0.0
) -> Transcript:
    """Fold all events of one recording; `missing_s`: what its file promises beyond them."""
    language = domain.LanguageFound("", 0.0)
    segments: list[domain.Segment] = []
    end = domain.TranscriptionFinished(0.0)
    for event in events:
        match event:
            case domain.LanguageFound():
                language = event
            case domain.Segment():
                segments.append(event)
            case domain.TranscriptionFinished():
                end = event
    return Transcript(
        duration_s=duration_s,
        language=language.language,
        segments=tuple(segments),
        prompt_tokens=end.prompt_tokens,
        language_probability=language.probability,
        speech_s=end.speech_s,
        gaps=end.gaps,
        missing_s=missing_s,
    )


def coverage(transcript: Transcript) -> Coverage | None:
    """Work out how much of the recording was written down; None: nobody knows where speech is."""
    if transcript.speech_s is None:
        return None
    lost_s = sum(b - a for a, b in (*transcript.gaps, *transcript.dropped))
    told = Coverage(
        audio=round(transcript.duration_s, 3),
        speech=round(transcript.speech_s, 3),
        decoded=round(max(0.0, transcript.speech_s - lost_s), 3),
        gaps=_gaps(transcript.gaps),
    )
    if transcript.dropped:
        told.dropped = _gaps(transcript.dropped)
    if transcript.missing_s > 0:
        told.missing = round(transcript.missing_s, 3)
    return told


def _gaps(times: Iterable[tuple[float, float]]) -> list[Gap]:
    return [Gap(start=round(a, 3), end=round(b, 3)) for a, b in times]


def coverage_header(transcript: Transcript) -> str | None:
    """The coverage in one line: a dictionary of RFC 8941, with numbers of gaps, dropped texts."""
    if (told := coverage(transcript)) is None:
        return None
    dropped = "" if told.dropped is None else f", dropped={len(told.dropped)}"
    missing = "" if told.missing is None else f", missing={told.missing:.3f}"
    return (
        f"audio={told.audio:.3f}, speech={told.speech:.3f}, decoded={told.decoded:.3f}, "
        f"gaps={len(told.gaps)}{dropped}{missing}"
    )


def translated_by(transcript: Transcript) -> Sequence[domain.Translated]:
    """The ways in which the segments were translated, each once, in order; none of silence."""
    ways: dict[domain.Translated, None] = {}
    for segment in transcript.segments:
        if segment.translated is not None:
            ways[segment.translated] = None
    return list(ways)


def json(call: TranscriptionCall, transcript: Transcript) -> Json:
    """Build the short answer; translations have no usage."""
    if call.task == "translate":
        return Json(text=transcript.text)
    answer = Json(text=transcript.text, usage=usage(call, transcript))
    if call.logprobs:
        answer.logprobs = _all_logprobs(transcript)
    if call.tells_languages:
        answer.languages = _languages(transcript)
    return answer


def verbose_json(call: TranscriptionCall, transcript: Transcript) -> VerboseJson:
    """Build the long answer: segments, words or both, as the request says."""
    translated = call.task == "translate"
    answer = VerboseJson(
        task=call.task,
        language=languages.name(call.into if translated else transcript.language),
        duration=round(transcript.duration_s, 3),
        text=transcript.text,
    )
    if "segment" in call.granularities:
        answer.segments = [_segment(segment) for segment in transcript.segments]
    if "word" in call.granularities:
        answer.words = [word for segment in transcript.segments for word in _words(call, segment)]
    if covered := coverage(transcript):
        answer.x_coverage = covered
    if translated:
        answer.x_spoken_language = languages.name(transcript.language)
        answer.x_translated_by = list(translated_by(transcript))
    else:
        answer.usage = _seconds(transcript)
    return answer


def text(transcript: Transcript) -> str:
    """Build the answer of `response_format=text`."""
    return transcript.text + "\n"


def delta(call: TranscriptionCall, segment: domain.Segment, *, first: bool) -> Delta:
    """Build the event of one segment's text; all of them joined are the text of `done`."""
    event = Delta(type="transcript.text.delta", delta=_piece(segment.text, first=first))
    if call.logprobs:
        event.logprobs = _logprobs(segment, first=first)
    if call.flagged == "mark" and (doubts := flags(segment)):
        event.x_flags = doubts
    return event


def done(call: TranscriptionCall, transcript: Transcript) -> Done:
    """Build the event at the end of the stream."""
    event = Done(
        type="transcript.text.done",
        text="".join(
            _piece(segment.text, first=number == 0)
            for number, segment in enumerate(transcript.segments)
        ),
        usage=_tokens(transcript),
    )
    if call.logprobs:
        event.logprobs = _all_logprobs(transcript)
    if call.tells_languages:
        event.languages = _languages(transcript)
    return event


def usage(call: TranscriptionCall, transcript: Transcript) -> TokenUsage | DurationUsage:
    """The usage in tokens or in seconds, by the model's name."""
    return _tokens(transcript) if call.counts_tokens else _seconds(transcript)


def _tokens(transcript: Transcript) -> TokenUsage:
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


def _piece(text: str, *, first: bool) -> str:
    return text.lstrip() if first else text


def _languages(transcript: Transcript) -> list[Language]:
    """None where nobody speaks."""
    return [Language(code=transcript.language)] if transcript.language_probability != 0 else []


def _all_logprobs(transcript: Transcript) -> list[Logprob]:
    return [
        token
        for number, segment in enumerate(transcript.segments)
        for token in _logprobs(segment, first=number == 0)
    ]


def _logprobs(segment: domain.Segment, *, first: bool) -> list[Logprob]:
    """Those of a segment's tokens; the space before the whole text is left out, as in the text."""
    tokens = list(segment.logprobs)
    if first:
        while tokens and not tokens[0].data.strip():
            del tokens[0]
        tokens[:1] = [replace(token, data=token.data.lstrip()) for token in tokens[:1]]
    return [
        Logprob(
            token=token.data.decode(errors="replace"),
            logprob=token.logprob,
            bytes=list(token.data),
        )
        for token in tokens
    ]


def _words(call: TranscriptionCall, segment: domain.Segment) -> Iterator[Word]:
    doubts = flags(segment) if call.flagged == "mark" else []
    for word in segment.words:
        answer = Word(word=word.text, start=word.start_s, end=word.end_s)
        if word.probability is not None:
            answer.x_probability = round(word.probability, 3)
        if doubts:
            answer.x_flags = doubts
        yield answer


def _segment(segment: domain.Segment) -> Segment:
    answer = Segment(
        id=segment.index,
        start=segment.start_s,
        end=segment.end_s,
        text=segment.text,
        tokens=list(segment.tokens),
    )
    for name in ("seek", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob"):
        if (figure := getattr(segment, name)) is not None:
            setattr(answer, name, figure)
    if doubts := flags(segment):
        answer.x_flags = doubts
    if segment.translated is not None:
        answer.x_translated_by = segment.translated
    return answer
