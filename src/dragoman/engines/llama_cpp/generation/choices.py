"""The choices that one call of the library decodes, turned into events as they come."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    FinishReason,
    TextDelta,
    TokenLogprob,
)
from dragoman.domain.conversation import JsonSchema
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.constraints import guided
from dragoman.engines.llama_cpp.constraints.validity import is_valid
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.decoding.text_stream import StopSequences, with_top
from dragoman.engines.llama_cpp.generation.loop_detection import LoopDetector
from dragoman.engines.llama_cpp.tools.answer_forms import Form


@dataclass(frozen=True, slots=True)
class Written:
    """Tokens of answers: all, of the prompt in the cache, tried, and taken of those."""

    decoded: int
    cached: int
    drafted: int
    accepted: int


def ensure_valid(text: str, schema: JsonSchema | None) -> None:
    """See that JSON is what its schema says.

    Raises:
        EngineFailed: it is not, though it was decoded under the schema.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise EngineFailed(f"the answer is not JSON: {error}") from error
    if schema is not None and not is_valid(value, schema, schema):
        raise EngineFailed("the answer is not valid under its schema")


class TextChoices:
    """Choices `numbers` of a request, as text or JSON; the library counts them from 0."""

    def __init__(
        self,
        request: ChatRequest,
        form: Form,
        numbers: Sequence[int],
        outlet: Outlet[ChatEvent],
        need: Callable[[int], None],
        *,
        ends_loops: bool = True,
    ) -> None:
        self._form = form
        self._numbers = numbers
        self._outlet = outlet
        self._need = need
        self._continued = request.continuation is not None
        self._top = top = request.top_logprobs
        self._folds = [StopSequences(number, request.stop, top) for number in numbers]
        said = [message.text for message in request.messages]
        self._loops = [LoopDetector(said) for _ in numbers] if ends_loops else []
        self._texts = [""] * len(numbers)
        self._ends: list[TokenLogprob | None] = [None] * len(numbers)
        """The control tokens that came last."""
        self._open = set(range(len(numbers)))
        self._decoded = [0] * len(numbers)
        self._drafted = [(0, 0)] * len(numbers)
        self.cached = 0
        """Prompt tokens that needed no work."""

    @property
    def decoded(self) -> int:
        """Tokens of all choices."""
        return sum(self._decoded)

    @property
    def over(self) -> bool:
        """Whether every choice has ended."""
        return not self._open

    @property
    def drafted(self) -> tuple[int, int]:
        """Tokens of all choices that were tried, and how many of them were taken."""
        return sum(all_ for all_, _ in self._drafted), sum(
            accepted for _, accepted in self._drafted
        )

    def on_chunk(self, chunk: CompletionChunk) -> bool:
        """Emit what is new; True: no more is needed.

        Raises:
            Stopped: nobody listens.
        """
        if self._outlet.stopped:
            raise Stopped
        at = chunk.choice
        self.cached = max(self.cached, chunk.cached)
        if at not in self._open:
            return False
        self._decoded[at] = max(self._decoded[at], chunk.decoded)
        self._drafted[at] = max(self._drafted[at], (chunk.drafted, chunk.accepted))
        self._need(self.decoded)
        if chunk.token and not (chunk.text or chunk.token.data):
            self._ends[at] = chunk.token
        fold = self._folds[at]
        self._emit(at, fold.feed(chunk.text, chunk.token))
        if fold.stopped:
            self._finish(at, "stop")
        elif chunk.end:
            self._emit(at, fold.finish())
            self._tell_end(at)
            self._finish(at, "length" if chunk.end == "length" else "stop")
        elif self._loops and self._loops[at].feed(chunk.text):
            self._emit(at, fold.finish())
            self._finish(at, "length", circling=True)
        return not self._open

    def on_later(self, chunk: CompletionChunk, before: int) -> bool:
        """Emit what is new where another wrote `before` tokens of the only choice; see `on_chunk`.

        They are of the prompt for the one who goes on, so what it had in its cache is not counted.
        """
        return self.on_chunk(replace(chunk, decoded=before + chunk.decoded, cached=0))

    def is_stopped(self) -> bool:
        """Whether nobody listens."""
        return self._outlet.stopped

    def check(self) -> None:
        """Check, when the library is done, that it finished every choice.

        Raises:
            EngineFailed: it left a choice unfinished.
            Stopped: nobody listens.
        """
        if self._outlet.stopped:
            raise Stopped
        if self._open:
            raise EngineFailed("llama.cpp ended before the answer did")

    def _emit(self, at: int, events: Sequence[ChatEvent]) -> None:
        for event in events:
            if isinstance(event, TextDelta):
                self._texts[at] += event.text
            self._outlet.emit(event)

    def _tell_end(self, at: int) -> None:
        """Tell how likely the end of a continued text was, though it has no text itself.

        Who adds up log-probabilities of a prompt counts on one more token after it.
        """
        token = with_top(self._ends[at], self._top) if self._continued else None
        if token is not None:
            self._outlet.emit(TextDelta(self._numbers[at], "", (token,)))

    def _finish(self, at: int, reason: FinishReason, *, circling: bool = False) -> None:
        whole = reason != "length" and not self._folds[at].stopped
        if self._form.kind == "json" and whole:
            ensure_valid(self._texts[at], self._form.schema)
        if self._form.rules and whole:
            guided.ensure_followed(self._texts[at], self._form.rules)
        self._open.discard(at)
        self._outlet.emit(ChoiceFinished(self._numbers[at], reason, circling))
