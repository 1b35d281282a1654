"""What comes back of a recording: OpenAI's transcript, checked as it is read, and its events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from dragoman.domain import languages
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.domain.transcription import (
    LanguageFound,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Word,
)

CODES: Mapping[str, str] = MappingProxyType(
    {name: code for code, name in languages.LANGUAGES.items()}
)
"""The code of each language by its English name, which `verbose_json` has."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with its times."""

    word: str
    start: float
    end: float
    x_probability: float | None = None
    """What another Dragoman tells besides."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment; servers tell more or fewer of the decoder's figures."""

    start: float
    end: float
    text: str
    seek: int | None = None
    tokens: tuple[int, ...] | None = None
    temperature: float | None = None
    avg_logprob: float | None = None
    compression_ratio: float | None = None
    no_speech_prob: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of `json` or `verbose_json`."""

    text: str
    language: str | None = None
    segments: tuple[Piece, ...] | None = None
    words: tuple[Spoken, ...] | None = None


def read(data: bytes) -> Answer:
    """Return the answer in `data`.

    Raises:
        EngineFailed: it is none.
    """
    try:
        return msgspec.json.decode(data, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EngineFailed("The upstream sent what is no transcript.") from error


def events(answer: Answer, request: TranscriptionRequest) -> Iterator[TranscriptionEvent]:
    """Yield the events that an answer stands for.

    Raises:
        RequestInvalid: the request needs times that the answer does not have.
    """
    if request.timed and answer.segments is None and answer.text.strip():
        raise no_times("response_format", "segments")
    if request.words and answer.words is None and answer.text.strip():
        raise no_times("timestamp_granularities", "words")
    yield _language(answer, request)
    pieces = _pieces(answer, request)
    words = _shared(answer.words or (), pieces) if request.words else [()] * len(pieces)
    for number, (piece, own) in enumerate(zip(pieces, words, strict=True)):
        yield Segment(
            index=number,
            seek=piece.seek,
            start_s=piece.start,
            end_s=piece.end,
            text=piece.text,
            tokens=piece.tokens or (),
            temperature=piece.temperature,
            avg_logprob=piece.avg_logprob,
            compression_ratio=piece.compression_ratio,
            no_speech_prob=piece.no_speech_prob,
            words=own,
        )
    yield TranscriptionFinished(None)


def no_times(param: str, what: str) -> RequestInvalid:
    """The error for times that the upstream does not give."""
    return RequestInvalid(
        f"This model gives no times of {what}.", param=param, code="unsupported_value"
    )


def _language(answer: Answer, request: TranscriptionRequest) -> LanguageFound:
    if request.task == "translate":
        return LanguageFound("", 0.0)  # the answer's language is that of the translation
    name = (answer.language or "").lower()
    code = CODES.get(name, name if name in languages.LANGUAGES else None)
    language = request.language or code
    return LanguageFound(language, None) if language else LanguageFound("", 0.0)


def _pieces(answer: Answer, request: TranscriptionRequest) -> Sequence[Piece]:
    """The segments, whose texts join to the text; or the text as one, where it has no times."""
    text = answer.text.strip()
    if answer.segments is None:
        return [Piece(0.0, request.recording.duration_s, f" {text}")] if text else []
    pieces = [piece for piece in answer.segments if piece.text.strip()]
    if "".join(piece.text for piece in pieces).strip() == text:
        return pieces
    # Some servers strip each text: the space between two is put back.
    return [replace(piece, text=f" {piece.text.strip()}") for piece in pieces]


def _shared(words: Sequence[Spoken], pieces: Sequence[Piece]) -> list[tuple[Word, ...]]:
    """The words of each segment, by their middles; what comes after all of them is the last's."""
    shares: list[list[Word]] = [[] for _ in pieces]
    number = 0
    for word in words:
        middle_s = (word.start + word.end) / 2
        while number < len(pieces) - 1 and middle_s >= pieces[number].end:
            number += 1
        if shares:
            shares[number].append(Word(word.word.strip(), word.start, word.end, word.x_probability))
    return [tuple(share) for share in shares]
