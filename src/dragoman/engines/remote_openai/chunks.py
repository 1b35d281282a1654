"""What comes back: the parts of OpenAI's chunks that mean something here, checked as they are read.

Fields that servers leave out, or send as null, have None.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from dragoman.domain.errors import EngineFailed


@dataclass(frozen=True, slots=True)
class Function:
    """A piece of a call."""

    name: str | None = None
    arguments: str | None = None


@dataclass(frozen=True, slots=True)
class Custom:
    """A piece of a custom tool's call."""

    name: str | None = None
    input: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call in a delta."""

    index: int = 0
    id: str | None = None
    function: Function | None = None
    custom: Custom | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of one choice."""

    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    """What `reasoning_content` is called by newer servers."""
    tool_calls: tuple[Call, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One token, or one that could have been."""

    token: str
    logprob: float
    bytes: tuple[int, ...] | None = None
    top_logprobs: tuple["Entry", ...] | None = None


@dataclass(frozen=True, slots=True)
class Logprobs:
    """The log-probabilities of the delta beside them, or of the text of a continuation."""

    content: tuple[Entry, ...] | None = None
    tokens: tuple[str, ...] | None = None
    token_logprobs: tuple[float | None, ...] | None = None
    top_logprobs: tuple[dict[str, float] | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice in a chunk."""

    index: int = 0
    delta: Delta | None = None
    text: str | None = None
    """The text of a continuation, which has no delta."""
    logprobs: Logprobs | None = None
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Cached:
    """`prompt_tokens_details`."""

    cached_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """`completion_tokens_details`."""

    reasoning_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """`usage`."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: Cached | None = None
    completion_tokens_details: Spent | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """OpenAI's `error`; some servers give its status as `code`."""

    message: str = ""
    type: str | None = None
    param: str | None = None
    code: str | int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """One frame of the stream."""

    choices: tuple[Choice, ...] | None = None
    usage: Counts | None = None
    error: Trouble | str | None = None


def chunks(pieces: Iterable[bytes]) -> Iterator[Chunk]:
    """The stream's chunks, up to `[DONE]`.

    Raises:
        EngineFailed: a frame is none of OpenAI's.
    """
    for line in _lines(pieces):
        name, _, data = line.partition(b":")
        if name != b"data":
            continue
        if data.strip() == b"[DONE]":
            return
        try:
            yield msgspec.json.decode(data, type=Chunk)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise EngineFailed("The upstream sent what is no chunk of an answer.") from error


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    # Not the client's own lines: those also end at separators that JSON may hold.
    held: list[bytes] = []
    for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield b"".join([*held, line])
            held.clear()
        held.append(rest)
    yield b"".join(held)
