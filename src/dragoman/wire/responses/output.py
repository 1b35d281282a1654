"""Items of the output while they are written, and the events that tell of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from dragoman.domain.chat import TokenLogprob, ToolCallStarted
from dragoman.wire.chat.logprobs import ContentLogprob, logprobs
from dragoman.wire.responses import events
from dragoman.wire.responses.bodies import (
    CustomToolCall,
    FunctionCall,
    Message,
    OutputItem,
    OutputText,
    Reasoning,
    ReasoningText,
    Status,
    SummaryText,
)
from dragoman.wire.responses.events import Event
from dragoman.wire.responses.tools import Origin


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an item in the output, and its id."""

    index: int
    id: str


class Growing(Protocol):
    """An item that is being written."""

    def item(self, status: Status) -> OutputItem:
        """The item as far as it has come."""
        ...

    def opening(self) -> Iterator[Event]:
        """The events before its first piece, besides the one of the item itself."""
        ...

    def piece(self, text: str, tokens: tuple[TokenLogprob, ...]) -> events.Delta:
        """The event of one more piece."""
        ...

    def closing(self) -> Iterator[Event]:
        """The events after its last piece, besides the one of the item itself."""
        ...


class Speech:
    """A message of one text."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._pieces: list[str] = []
        self._tokens: list[TokenLogprob] = []

    def item(self, status: Status) -> Message:
        """See `Growing.item`."""
        content = [self._text()] if self._pieces or status != "in_progress" else []
        return Message(id=self._place.id, status=status, content=content)

    def opening(self) -> Iterator[Event]:
        """See `Growing.opening`."""
        yield self._part("added", OutputText(text=""))

    def piece(self, text: str, tokens: tuple[TokenLogprob, ...]) -> events.Delta:
        """See `Growing.piece`."""
        self._pieces.append(text)
        self._tokens.extend(tokens)
        return events.TextDelta(
            item_id=self._place.id,
            output_index=self._place.index,
            delta=text,
            logprobs=events.drawn(tokens),
        )

    def closing(self) -> Iterator[Event]:
        """See `Growing.closing`."""
        whole = self._text()
        yield events.TextDone(
            item_id=self._place.id,
            output_index=self._place.index,
            text=whole.text,
            logprobs=events.drawn(self._tokens),
        )
        yield self._part("done", whole)

    def _text(self) -> OutputText:
        scores: list[ContentLogprob] = logprobs(self._tokens).content
        return OutputText(text="".join(self._pieces), logprobs=scores)

    def _part(self, step: Literal["added", "done"], part: OutputText) -> Event:
        return events.PartEvent(
            type=f"response.content_part.{step}",
            item_id=self._place.id,
            output_index=self._place.index,
            part=part,
        )


class Thought:
    """A thought; where a summary is wanted, the whole thought stands there.

    Nobody here writes a shorter one.
    """

    def __init__(self, place: Place, *, summarised: bool) -> None:
        self._place = place
        self._summarised = summarised
        self._pieces: list[str] = []

    def item(self, status: Status) -> Reasoning:
        """See `Growing.item`."""
        text = "".join(self._pieces)
        summary = [SummaryText(text=text)] if text and self._summarised else []
        content = [ReasoningText(text=text)] if text and not self._summarised else []
        return Reasoning(id=self._place.id, status=status, summary=summary, content=content)

    def opening(self) -> Iterator[Event]:
        """See `Growing.opening`."""
        yield self._part("added", "")

    def piece(self, text: str, tokens: tuple[TokenLogprob, ...]) -> events.Delta:
        """See `Growing.piece`."""
        del tokens  # thoughts have none
        self._pieces.append(text)
        kind = events.SummaryDelta if self._summarised else events.ThoughtDelta
        return kind(item_id=self._place.id, output_index=self._place.index, delta=text)

    def closing(self) -> Iterator[Event]:
        """See `Growing.closing`."""
        text = "".join(self._pieces)
        kind = events.SummaryDone if self._summarised else events.ThoughtDone
        yield kind(item_id=self._place.id, output_index=self._place.index, text=text)
        yield self._part("done", text)

    def _part(self, step: Literal["added", "done"], text: str) -> Event:
        if self._summarised:
            return events.SummaryPart(
                type=f"response.reasoning_summary_part.{step}",
                item_id=self._place.id,
                output_index=self._place.index,
                part=SummaryText(text=text),
            )
        return events.PartEvent(
            type=f"response.content_part.{step}",
            item_id=self._place.id,
            output_index=self._place.index,
            part=ReasoningText(text=text),
        )


class Calling:
    """A call of a function or of a custom tool; `origin` has the name that the caller gave it."""

    def __init__(self, place: Place, call: ToolCallStarted, origin: Origin) -> None:
        self._place = place
        self._call = call
        self._origin = origin
        self._pieces: list[str] = []

    def item(self, status: Status) -> FunctionCall | CustomToolCall:
        """See `Growing.item`."""
        given = "".join(self._pieces)
        origin = self._origin
        if self._call.custom:
            return CustomToolCall(
                id=self._place.id,
                status=status,
                call_id=self._call.id,
                name=origin.name,
                namespace=origin.namespace,
                input=given,
            )
        return FunctionCall(
            id=self._place.id,
            status=status,
            call_id=self._call.id,
            name=origin.name,
            namespace=origin.namespace,
            arguments=given,
        )

    def opening(self) -> Iterator[Event]:
        """See `Growing.opening`."""
        yield from ()

    def piece(self, text: str, tokens: tuple[TokenLogprob, ...]) -> events.Delta:
        """See `Growing.piece`."""
        del tokens  # those of calls are not shown
        self._pieces.append(text)
        kind = events.InputDelta if self._call.custom else events.ArgumentsDelta
        return kind(item_id=self._place.id, output_index=self._place.index, delta=text)

    def closing(self) -> Iterator[Event]:
        """See `Growing.closing`."""
        given = "".join(self._pieces)
        if self._call.custom:
            yield events.InputDone(
                item_id=self._place.id, output_index=self._place.index, input=given
            )
        else:
            yield events.ArgumentsDone(
                item_id=self._place.id,
                output_index=self._place.index,
                name=self._origin.name,
                arguments=given,
            )
