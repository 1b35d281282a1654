"""The writer of a stream's events from engine events; the whole answer is what they come to."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChoiceFinished,
    EffortIgnored,
    Estimate,
    FinishReason,
    LimitTooLow,
    PromptProgress,
    PromptShown,
    SchemaLoosened,
    TextDelta,
    ThoughtDelta,
    Tokenised,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
    VoiceDelta,
    VoiceEnded,
    VoiceStarted,
)
from dragoman.domain.errors import EngineFailed
from dragoman.wire.chat.chunks import BLOCK
from dragoman.wire.chat.head import Stamp
from dragoman.wire.errors import ErrorBody
from dragoman.wire.responses import events
from dragoman.wire.responses.bodies import (
    Compaction,
    Echo,
    Failure,
    Incomplete,
    OutputItem,
    Response,
    ResponseStatus,
    Status,
    usage,
)
from dragoman.wire.responses.compaction import sealed
from dragoman.wire.responses.events import Event
from dragoman.wire.responses.ids import item_id
from dragoman.wire.responses.output import Calling, Growing, Place, Speech, Thought
from dragoman.wire.responses.tools import Origin


@dataclass(frozen=True, slots=True)
class Style:
    """The style in which a stream is written."""

    tools: Mapping[str, Origin]
    """A map from the names by which the model knows tools to the names that the caller gave
    them."""
    summarised: bool
    """Whether thoughts are shown as a summary."""
    obfuscated: bool
    """Whether the stream hides how long its pieces are."""
    compacting: bool = False
    """Whether the text is the summary of a conversation."""


class ResponseWriter:
    """Turns the events of one answer into those of a stream, in OpenAI's order."""

    def __init__(
        self,
        echo: Echo,
        style: Style,
        stamp: Stamp,
        clock: Callable[[], float],
        *,
        background: bool = False,
    ) -> None:
        """`clock` gives Unix seconds; `background`: nobody waits for the answer."""
        self._background = background
        self._echo = echo
        self._style = style
        self._stamp = stamp
        self._clock = clock
        self._number = 0
        self._begun = False
        self.pieces: list[list[tuple[int, int]]] = []
        """The pieces of each item: the characters and the log-probabilities of each piece."""
        self.waits = 0
        """How often, after the first time, the stream said that the response is in progress."""
        self._done: list[OutputItem] = []
        self._open: Growing | None = None
        self._summary: list[str] = []
        self._calls = -1
        """The number of the latest call."""
        self._reason: FinishReason | None = None
        self._usage: Usage | None = None
        self._completed_at = 0

    def write(self, event: ChatEvent) -> Iterator[Event]:
        """The events that this event brings, with their numbers; often none."""
        for each in self._events(event):
            yield self._numbered(each)

    def last(self) -> Event:
        """Build the event that holds the answer.

        Raises:
            EngineFailed: the answer is not whole.
        """
        response = self.response()
        return self._numbered(
            events.Lifecycle(type=f"response.{response.status}", response=response)
        )

    def wait(self) -> Iterator[Event]:
        """Build an event that says, before the first item, that the response is being made."""
        if self._begun and not self.pieces:
            self.waits += 1
            yield self._numbered(self._in_progress())
        for each in self._begin():
            yield self._numbered(each)

    def failed(self, error: ErrorBody) -> Iterator[Event]:
        """Build the event that ends a broken stream."""
        for each in self._begin():
            yield self._numbered(each)
        response = self.broken(error)
        yield self._numbered(events.Lifecycle(type="response.failed", response=response))
        details = events.ErrorDetails(**error.model_dump())
        yield self._numbered(
            events.ErrorEvent(
                code=error.code or error.type,
                message=error.message,
                param=error.param,
                error=details,
            )
        )

    def broken(self, error: ErrorBody) -> Response:
        """Build the answer as far as it came."""
        response = self._response("failed")
        response.error = Failure(code=error.code or error.type, message=error.message)
        return response

    def queued(self) -> Response:
        """Build the answer before any work on it."""
        return self._response("queued")

    def response(self) -> Response:
        """Build the whole answer.

        Raises:
            EngineFailed: events are missing; half an answer is not given as a whole one.
        """
        if self._usage is None or self._reason is None:
            raise EngineFailed("The engine stopped before its answer was whole.")
        response = self._response("incomplete" if self._reason == "length" else "completed")
        response.usage = usage(self._usage)
        if self._reason == "length":
            response.incomplete_details = Incomplete(reason="max_output_tokens")
        else:
            response.completed_at = self._completed_at
        return response

    def _events(self, event: ChatEvent) -> Iterator[Event]:
        match event:
            case TextDelta(_, text) if self._style.compacting:
                self._summary.append(text)
            case TextDelta(_, text, tokens):
                yield from self._speak()
                yield from self._piece(text, tokens)
            case ThoughtDelta(_, text):
                yield from self._think()
                yield from self._piece(text)
            case ToolCallStarted():
                yield from self._call_begins(event)
            case ToolCallDelta(_, index, arguments):
                if index != self._calls or not isinstance(self._open, Calling):
                    raise EngineFailed("The engine went on with a call that had ended.")
                yield from self._piece(arguments)
            case ChoiceFinished(_, reason):
                yield from self._finish(reason)
            case ChatFinished(counts):
                self._usage = counts
                self._completed_at = int(self._clock())
            case _:
                _check_told_elsewhere(event)

    def _speak(self) -> Iterator[Event]:
        if not isinstance(self._open, Speech):
            yield from self._open_next(Speech(self._place("msg")))

    def _think(self) -> Iterator[Event]:
        if not isinstance(self._open, Thought):
            thought = Thought(self._place("rs"), summarised=self._style.summarised)
            yield from self._open_next(thought)

    def _call_begins(self, event: ToolCallStarted) -> Iterator[Event]:
        origin = self._style.tools.get(event.name) or Origin("", event.name)
        place = self._place("ctc" if event.custom else "fc")
        self._calls = event.index
        yield from self._open_next(Calling(place, event, origin))

    def _compacted(self) -> Iterator[Event]:
        yield from self._begin()
        yield from self._close("completed")
        summary = "".join(self._summary)
        item = Compaction(id=self._place("cmp").id, encrypted_content=sealed(summary))
        self.pieces.append([])
        yield self._item("response.output_item.added", item)
        yield self._item("response.output_item.done", item)
        self._done.append(item)

    def _finish(self, reason: FinishReason) -> Iterator[Event]:
        self._reason = reason
        if self._style.compacting:
            # A summary that is cut short is one all the same.
            self._reason = "stop"
            yield from self._compacted()
            return
        if reason != "length" and self._open is None:
            yield from self._speak()  # nothing at all came: an empty message
        yield from self._close("incomplete" if reason == "length" else "completed")
        yield from self._begin()

    def _begin(self) -> Iterator[Event]:
        if not self._begun:
            self._begun = True
            begun = self._response("in_progress")
            yield events.Lifecycle(type="response.created", response=begun)
            yield self._in_progress()

    def _in_progress(self) -> Event:
        return events.Lifecycle(type="response.in_progress", response=self._response("in_progress"))

    def _open_next(self, item: Growing) -> Iterator[Event]:
        yield from self._begin()
        yield from self._close("completed")
        self._open = item
        self.pieces.append([])
        yield self._item("response.output_item.added", item.item("in_progress"))
        yield from item.opening()

    def _piece(self, text: str, tokens: tuple[TokenLogprob, ...] = ()) -> Iterator[Event]:
        if self._open is None:
            return
        delta = self._open.piece(text, tokens)
        self.pieces[-1].append((len(text), len(tokens)))
        if self._style.obfuscated:
            delta.obfuscation = secrets.token_urlsafe(BLOCK)[: BLOCK - len(text) % BLOCK]
        yield delta

    def _close(self, status: Status) -> Iterator[Event]:
        if self._open is None:
            return
        item = self._open
        yield from item.closing()
        whole = item.item(status)
        yield self._item("response.output_item.done", whole)
        self._open = None
        self._done.append(whole)

    def _item(self, kind: str, item: OutputItem) -> Event:
        return events.ItemEvent(type=kind, output_index=len(self._done), item=item)

    def _place(self, prefix: str) -> Place:
        # An item that is still open will be done first.
        index = len(self._done) + (self._open is not None)
        return Place(index, item_id(prefix, self._stamp.id, index))

    def _response(self, status: ResponseStatus) -> Response:
        output = list(self._done)
        if self._open is not None and status == "failed":
            output.append(self._open.item("incomplete"))
        return Response(
            **dict(self._echo),
            id=self._stamp.id,
            created_at=self._stamp.created,
            status=status,
            background=self._background,
            output=output,
        )

    def _numbered(self, event: Event) -> Event:
        event.sequence_number = self._number
        self._number += 1
        return event


def _check_told_elsewhere(
    event: EffortIgnored
    | SchemaLoosened
    | LimitTooLow
    | PromptProgress
    | Estimate
    | PromptShown
    | Tokenised
    | VoiceStarted
    | VoiceDelta
    | VoiceEnded,
) -> None:
    """What is no part of the answer is told in a header, or was never wanted."""
    if not isinstance(event, LimitTooLow | EffortIgnored | SchemaLoosened | PromptProgress):
        raise EngineFailed("The engine did something else than it was asked to.")
