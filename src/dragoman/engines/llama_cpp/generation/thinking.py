"""Models that think before they answer: how long, and where the answer begins.

A thought is decoded by itself, as free text, up to its closing mark or its budget; the answer then,
from the cached prompt with the closed thought after it. So formats, calls and stop sequences know
nothing of thoughts.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dragoman.domain.chat import ChatEvent, ChatRequest, Effort, TextDelta, ThoughtDelta
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.decoding.text_stream import StopSequences
from dragoman.engines.llama_cpp.prompt.rendering import TrustedText, UntrustedText
from dragoman.engines.llama_cpp.settings import Settings

BUDGETS: Mapping[Effort, int] = {
    "none": 0,
    "minimal": 128,
    "low": 512,
    "medium": 2_048,
    "high": 6_144,
    "xhigh": 16_384,
    "max": 2**31,
}
"""Tokens of thought, after which the answer begins."""
USUAL: Effort = "medium"
LARGEST_SHARE = 0.75
"""The share of the room that is left, where the request sets no limit: an answer must fit after a
thought."""
HARDLY_ANY = ("none", "minimal")


def asks_thought(request: ChatRequest) -> bool:
    """Whether the caller asks for more than hardly any thought."""
    return request.effort is not None and request.effort not in HARDLY_ANY


def budget(request: ChatRequest, settings: Settings, room: int) -> int:
    """The most tokens that a thought may have; 0: there is none.

    Raises:
        RequestInvalid: the model does not think, and is asked to.
    """
    if not settings.reasoning:
        if asks_thought(request) and not request.effort_optional:
            raise RequestInvalid(
                "Unrecognized request argument supplied: reasoning_effort",
                param="reasoning_effort",
            )
        return 0
    wanted = BUDGETS[request.effort or USUAL]
    most = room if request.max_tokens is not None else int(room * LARGEST_SHARE)
    return min(wanted, most)


class Thought:
    """One choice's thought, as it comes."""

    def __init__(
        self,
        choice: int,
        settings: Settings,
        outlet: Outlet[ChatEvent],
        need: Callable[[int], None],
        *,
        opened: bool,
    ) -> None:
        """`opened`: the prompt itself ends with the opening mark."""
        self._choice = choice
        self._outlet = outlet
        self._need = need
        self._fold = StopSequences(choice, (settings.thinking_end_tag,), None)
        self._begin = "" if opened else f"{settings.thinking_start_tag}\n"
        self._end = settings.thinking_end_tag
        self._text = ""
        self._ended = False
        self.decoded = 0
        self.cached = 0
        """Prompt tokens that needed no work."""

    @property
    def opening(self) -> tuple[TrustedText, ...]:
        """The start tag before the thinking, unless the prompt ends with it."""
        return (TrustedText(self._begin),) if self._begin else ()

    @property
    def written(self) -> tuple[TrustedText | UntrustedText, ...]:
        """All of it, closed, as it stands before the answer."""
        text = self._text.strip()
        closing = TrustedText(f"\n{self._end}\n\n")
        return (*self.opening, UntrustedText(text), closing) if text else (*self.opening, closing)

    def on_chunk(self, chunk: CompletionChunk) -> bool:
        """Emit what is new; True: it is over.

        Raises:
            Stopped: nobody listens.
        """
        if self._outlet.stopped:
            raise Stopped
        self.cached = max(self.cached, chunk.cached)
        self.decoded = max(self.decoded, chunk.decoded)
        self._need(self.decoded)
        events = list(self._fold.feed(chunk.text, chunk.token))
        if chunk.end:
            events += self._fold.finish()
        for event in events:
            if isinstance(event, TextDelta) and event.text:
                self._text += event.text
                self._outlet.emit(ThoughtDelta(self._choice, event.text))
        self._ended = self._ended or self._fold.stopped or bool(chunk.end)
        return self._fold.stopped

    def check(self) -> None:
        """Check, when the library is done, that it finished the thought.

        Raises:
            EngineFailed: it left the thought unfinished.
            Stopped: nobody listens.
        """
        if self._outlet.stopped:
            raise Stopped
        if not self._ended:
            raise EngineFailed("llama.cpp ended before the thought did")


def fields(answer_fields: Mapping[str, Any], tokens: int) -> dict[str, Any]:
    """The fields of an answer as those of a thought: nothing constrains it."""
    left_out = ("grammar", "n_probs")
    return {name: value for name, value in answer_fields.items() if name not in left_out} | {
        "n_predict": tokens
    }
