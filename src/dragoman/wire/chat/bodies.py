"""`chat.completion` and `chat.completion.chunk`, as the official client reads them.

Written with `exclude_unset`: a field without a value has no key, a field set to None is null.
"""

from typing import Literal

from pydantic import BaseModel, Field

from dragoman.wire.chat.consensus import Consensus
from dragoman.wire.chat.logprobs import Logprobs
from dragoman.wire.chat.tools import FinishReason
from dragoman.wire.chat.usage import CompletionUsage


class Function(BaseModel):
    """The name of a called function, and its arguments: JSON as text."""

    name: str
    arguments: str


class Custom(BaseModel):
    """The name of a called custom tool, and its input: any text."""

    name: str
    input: str


class ToolCall(BaseModel):
    """A whole call of a function."""

    id: str
    type: Literal["function"]
    function: Function


class CustomToolCall(BaseModel):
    """A whole call of a custom tool."""

    id: str
    type: Literal["custom"]
    custom: Custom


class Audio(BaseModel):
    """A spoken answer: the sound in base64, and its transcript."""

    id: str
    data: str
    expires_at: int
    transcript: str


class AnswerMessage(BaseModel):
    """The message that the model wrote."""

    role: Literal["assistant"]
    content: str | None
    refusal: None
    annotations: list[object]
    tool_calls: list[ToolCall | CustomToolCall] = []
    function_call: Function | None = None
    audio: Audio | None = None
    reasoning_content: str = ""


class Choice(BaseModel):
    """One of the n answers."""

    index: int
    message: AnswerMessage
    logprobs: Logprobs | None
    finish_reason: FinishReason


class Completion(BaseModel):
    """A whole answer, `chat.completion`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsage
    service_tier: str
    system_fingerprint: str
    metadata: dict[str, str] = {}
    x_consensus: Consensus | None = None


class FunctionDelta(BaseModel):
    """A piece of a call; its name comes once, with empty arguments."""

    name: str = ""
    arguments: str


class CustomDelta(BaseModel):
    """A piece of a custom tool's call; its name comes once, with an empty input."""

    name: str = ""
    input: str


class ToolCallDelta(BaseModel):
    """A piece of the call number `index`; id, type and name come once."""

    index: int
    id: str = ""
    type: Literal["function", "custom"] = "function"
    function: FunctionDelta | None = None
    custom: CustomDelta | None = None


class AudioDelta(BaseModel):
    """A piece of a spoken answer; only the last says when it expires."""

    id: str = ""
    data: str = ""
    transcript: str = ""
    expires_at: int = 0


class Delta(BaseModel):
    """The new text, call or sound of one choice."""

    role: Literal["assistant"] = "assistant"
    content: str | None = None
    refusal: None = None
    # A default that is a list would be copied for each piece.
    tool_calls: list[ToolCallDelta] = Field(default_factory=list[ToolCallDelta])
    function_call: FunctionDelta | None = None
    audio: AudioDelta | None = None
    reasoning_content: str = ""


class ChunkChoice(BaseModel):
    """A piece of one choice."""

    index: int
    delta: Delta
    logprobs: Logprobs | None
    finish_reason: FinishReason | None = None


class PromptProgress(BaseModel):
    """The progress of the prompt, in llama.cpp's words; `processed` counts the cached tokens."""

    total: int
    cache: int
    processed: int
    time_ms: int


class Chunk(BaseModel):
    """A piece of an answer, `chat.completion.chunk`, with one choice or none."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    service_tier: str
    system_fingerprint: str
    choices: list[ChunkChoice]
    usage: CompletionUsage | None = None
    obfuscation: str = ""
    prompt_progress: PromptProgress | None = None
