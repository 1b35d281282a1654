"""The events of a stream of responses, by their names."""

from collections.abc import Iterable
from typing import TypeAlias

from pydantic import BaseModel, Field

from dragoman.domain.chat import TokenLogprob
from dragoman.wire.chat.logprobs import logprobs
from dragoman.wire.responses.bodies import (
    OutputItem,
    OutputText,
    ReasoningText,
    Response,
    SummaryText,
)

Part: TypeAlias = OutputText | ReasoningText


class Event(BaseModel):
    """One event; whoever sends it gives it its number."""

    type: str
    sequence_number: int = 0


class Lifecycle(Event):
    """The event of a response, as far as the response has come."""

    response: Response


class ItemEvent(Event):
    """The event that an item begins or is whole."""

    output_index: int
    item: OutputItem


class InItem(Event):
    """An event about something in an item."""

    item_id: str
    output_index: int


class PartEvent(InItem):
    """The event that a part of a message or thought begins or is whole."""

    content_index: int = 0
    part: Part


class SummaryPart(InItem):
    """The event that a part of a summary begins or is whole."""

    summary_index: int = 0
    part: SummaryText


class Likely(BaseModel):
    """A token and its natural log-probability."""

    token: str
    logprob: float


class Drawn(Likely):
    """A token that was drawn, with the likeliest at its place."""

    top_logprobs: list[Likely]


class Delta(InItem):
    """The event of a piece; `obfuscation` hides how long the piece is."""

    delta: str
    obfuscation: str | None = Field(default=None, exclude_if=lambda value: value is None)


class TextDelta(Delta):
    """The event of a piece of a message's text."""

    type: str = "response.output_text.delta"
    content_index: int = 0
    logprobs: list[Drawn] = []


class ThoughtDelta(Delta):
    """The event of a piece of a thought."""

    type: str = "response.reasoning_text.delta"
    content_index: int = 0


class SummaryDelta(Delta):
    """The event of a piece of a thought, where a summary is wanted."""

    type: str = "response.reasoning_summary_text.delta"
    summary_index: int = 0


class ArgumentsDelta(Delta):
    """The event of a piece of a call's arguments."""

    type: str = "response.function_call_arguments.delta"


class InputDelta(Delta):
    """The event of a piece of a custom tool's input."""

    type: str = "response.custom_tool_call_input.delta"


class TextDone(InItem):
    """The event of a message's whole text."""

    type: str = "response.output_text.done"
    content_index: int = 0
    text: str
    logprobs: list[Drawn] = []


class ThoughtDone(InItem):
    """The event of a whole thought."""

    type: str = "response.reasoning_text.done"
    content_index: int = 0
    text: str


class SummaryDone(InItem):
    """The event of a whole thought, where a summary is wanted."""

    type: str = "response.reasoning_summary_text.done"
    summary_index: int = 0
    text: str


class ArgumentsDone(InItem):
    """The event of a call's arguments; release 2 of the official client needs the name, too."""

    type: str = "response.function_call_arguments.done"
    name: str
    arguments: str


class InputDone(InItem):
    """The event of a custom tool's whole input."""

    type: str = "response.custom_tool_call_input.done"
    input: str


class ErrorDetails(BaseModel):
    """An error as other endpoints have it: the official client raises an event that holds one."""

    type: str
    code: str | None
    message: str
    param: str | None


class ErrorEvent(Event):
    """The event that ends a broken stream."""

    type: str = "error"
    code: str | None
    message: str
    param: str | None
    error: ErrorDetails


def drawn(tokens: Iterable[TokenLogprob]) -> list[Drawn]:
    """Build log-probabilities, without the bytes that only whole texts have."""
    return [
        Drawn(
            token=token.token,
            logprob=token.logprob,
            top_logprobs=[Likely(token=t.token, logprob=t.logprob) for t in token.top_logprobs],
        )
        for token in logprobs(tokens).content
    ]
