"""`response` and the items of its output, as the official client reads them."""

from typing import Literal, TypeAlias

from pydantic import BaseModel, Field

from dragoman.domain.chat import Usage
from dragoman.wire.chat.logprobs import ContentLogprob
from dragoman.wire.fields import Json

Status: TypeAlias = Literal["in_progress", "completed", "incomplete"]
"""The status of an item."""
Unfinished: TypeAlias = Literal["queued", "in_progress"]
ResponseStatus: TypeAlias = Literal[
    "queued", "in_progress", "completed", "incomplete", "failed", "cancelled"
]


class OutputText(BaseModel):
    """The text of a message; `logprobs` is empty unless it is included."""

    type: Literal["output_text"] = "output_text"
    text: str
    annotations: list[object] = []
    logprobs: list[ContentLogprob] = []


class ReasoningText(BaseModel):
    """The text of a thought."""

    type: Literal["reasoning_text"] = "reasoning_text"
    text: str


class SummaryText(BaseModel):
    """The text of a thought, where a summary is wanted."""

    type: Literal["summary_text"] = "summary_text"
    text: str


class Message(BaseModel):
    """A message of the model's."""

    id: str
    type: Literal["message"] = "message"
    status: Status
    role: Literal["assistant"] = "assistant"
    content: list[OutputText]


class Reasoning(BaseModel):
    """A thought, as a whole or as its summary."""

    id: str
    type: Literal["reasoning"] = "reasoning"
    status: Status
    summary: list[SummaryText]
    content: list[ReasoningText]


class Call(BaseModel):
    """A call of a tool; `namespace` is that of the tool, where it has one."""

    namespace: str | None = Field(default=None, exclude_if=lambda value: value is None)


class FunctionCall(Call):
    """A call of a function; `arguments` is JSON as text."""

    id: str
    type: Literal["function_call"] = "function_call"
    status: Status
    call_id: str
    name: str
    arguments: str


class CustomToolCall(Call):
    """A call of a custom tool."""

    id: str
    type: Literal["custom_tool_call"] = "custom_tool_call"
    status: Status
    call_id: str
    name: str
    input: str


class Compaction(BaseModel):
    """A compacted conversation; see `wire.responses.compaction`."""

    id: str
    type: Literal["compaction"] = "compaction"
    encrypted_content: str


OutputItem: TypeAlias = Message | Reasoning | FunctionCall | CustomToolCall | Compaction


class InputDetails(BaseModel):
    """The details of the input's tokens."""

    cached_tokens: int
    cache_write_tokens: int = 0


class OutputDetails(BaseModel):
    """The details of the output's tokens."""

    reasoning_tokens: int


class ResponseUsage(BaseModel):
    """The token counts of a response."""

    input_tokens: int
    input_tokens_details: InputDetails
    output_tokens: int
    output_tokens_details: OutputDetails
    total_tokens: int


class Failure(BaseModel):
    """The reason why a response failed."""

    code: str
    message: str


class Incomplete(BaseModel):
    """The reason why a response ends early."""

    reason: Literal["max_output_tokens"]


class Echo(BaseModel):
    """The fields of its request that a response repeats."""

    model: str
    instructions: str | None
    max_output_tokens: int | None
    max_tool_calls: int | None
    metadata: dict[str, str]
    parallel_tool_calls: bool
    previous_response_id: str | None
    prompt_cache_key: str | None
    prompt_cache_retention: str | None
    reasoning: Json
    safety_identifier: str | None
    service_tier: str
    temperature: float
    text: Json
    tool_choice: Json
    tools: list[Json]
    top_logprobs: int
    top_p: float
    truncation: str
    user: str | None
    conversation: dict[str, str] | None = None
    """The id of the conversation; null in answers that were stored before there were any."""


class Response(Echo):
    """A response, whole or as far as it has come."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    completed_at: int | None = None
    status: ResponseStatus
    background: bool = False
    error: Failure | None = None
    incomplete_details: Incomplete | None = None
    output: list[OutputItem]
    usage: ResponseUsage | None = None


class InputTokens(BaseModel):
    """The number of tokens of a request."""

    object: Literal["response.input_tokens"] = "response.input_tokens"
    input_tokens: int


def usage(counts: Usage) -> ResponseUsage:
    """Build the usage from the engine's counts."""
    return ResponseUsage(
        input_tokens=counts.prompt_tokens,
        input_tokens_details=InputDetails(cached_tokens=counts.cached_tokens),
        output_tokens=counts.completion_tokens,
        output_tokens_details=OutputDetails(reasoning_tokens=counts.reasoning_tokens),
        total_tokens=counts.prompt_tokens + counts.completion_tokens,
    )
