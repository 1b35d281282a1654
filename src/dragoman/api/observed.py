"""Observations of an answer's events, for log and metrics: tokens, seconds of sound, times."""

import time
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Protocol, TypeVar

from starlette.types import Scope

from dragoman.api.inferences import Inference, Inferences
from dragoman.domain.chat import (
    ChatFinished,
    ChoiceFinished,
    FinishReason,
    TextDelta,
    ThoughtDelta,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
    VoiceDelta,
)
from dragoman.domain.engine import Engine
from dragoman.domain.speech import Sound, SpeechFinished
from dragoman.domain.transcription import Segment
from dragoman.wire.telemetry import Attributes, of_request

Request = TypeVar("Request")
Event = TypeVar("Event")

TOKENS = (TextDelta, ThoughtDelta, ToolCallStarted, ToolCallDelta)
"""Events that bring tokens, most of them one."""
MOST_GAPS = 512
"""Pauses between tokens that are remembered of one answer, the first ones."""


@dataclass(slots=True)
class Observation:
    """The observation of one request's work; times are seconds from its beginning."""

    began: float = field(default_factory=time.perf_counter)
    model: str | None = None
    """The id of the model that answers; None: no model was found."""
    usage: Usage = field(default_factory=lambda: Usage(0, 0))
    uncounted: int = 0
    """Events with tokens since the engine last counted; of an answer that was left, all it had."""
    first_s: float | None = None
    """The first token, the first segment, or the first piece of sound."""
    answer_first_s: float | None = None
    """The same of the newest answer: some requests have several, one after the other."""
    first_sound_s: float | None = None
    last_token_s: float | None = None
    recording_s: float | None = None
    """The length of the sound that was sent."""
    spoken_s: float | None = None
    """The length of the sound that was made."""
    gaps: list[float] = field(default_factory=list[float])
    """The first pauses between two events with tokens of one choice, in seconds."""
    finished: list[FinishReason] = field(default_factory=list[FinishReason])
    """Why each choice ended."""
    inferences: Inferences | None = None
    """Each answer by itself; None: the request is not traced."""
    _last_of: dict[int, float] = field(default_factory=dict[int, float])

    def see(self, event: object) -> None:
        """Take note of an event of the answer."""
        if isinstance(event, TOKENS):
            now = self.since()
            self._begin_answer(now)
            self.last_token_s = now
            self.uncounted += 1
            before = self._last_of.get(event.choice)
            if before is not None and len(self.gaps) < MOST_GAPS:
                self.gaps.append(now - before)
            self._last_of[event.choice] = now
        elif isinstance(event, Sound | VoiceDelta):
            now = self.since()
            self._begin_answer(now)
            self.first_sound_s = now if self.first_sound_s is None else self.first_sound_s
        elif isinstance(event, Segment):
            self._begin_answer(self.since())
        elif isinstance(event, ChoiceFinished):
            self.finished.append(event.reason)
        elif isinstance(event, ChatFinished):
            self.usage = self.usage.plus(event.usage)
            self.uncounted = 0
        elif isinstance(event, SpeechFinished):
            self.spoken_s = (self.spoken_s or 0.0) + event.duration_s

    def trace(self) -> None:
        """Keep each answer by itself, too."""
        self.inferences = Inferences(self.began)

    def inference(self, request: object) -> AbstractContextManager[object]:
        """Return the context in which the engine's answer to `request` is to be seen."""
        if self.inferences is None or (attributes := of_request(request)) is None:
            return nullcontext()
        return _Answer(self, self.inferences, attributes)

    def since(self) -> float:
        """Return the seconds since the request began."""
        return time.perf_counter() - self.began

    def _begin_answer(self, now: float) -> None:
        if self.answer_first_s is None:
            self.answer_first_s = now
            self.first_s = now if self.first_s is None else self.first_s


class _Answer:
    """What an observation gains inside the context is one answer, added to `inferences`."""

    def __init__(self, seen: Observation, inferences: Inferences, request: Attributes) -> None:
        self._seen = seen
        self._inferences = inferences
        self._request = request
        self._began_s = seen.since()
        self._usage = seen.usage
        self._finished = len(seen.finished)
        self._spoken_s = seen.spoken_s or 0.0

    def __enter__(self) -> None:
        self._seen.answer_first_s = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        seen = self._seen
        failed = kind is not None and issubclass(kind, Exception)  # the others: nobody wants it
        self._inferences.answers.append(
            Inference(
                request=self._request,
                model=seen.model or "",
                began_s=self._began_s,
                ended_s=seen.since(),
                first_s=seen.answer_first_s,
                usage=seen.usage.minus(self._usage),
                finished=tuple(seen.finished[self._finished :]),
                spoken_s=(seen.spoken_s or 0.0) - self._spoken_s,
                failure=kind.__name__ if kind is not None and failed else "",
            )
        )


class Observed(Generic[Request, Event]):
    """See `domain.engine.Engine`: `engine`, whose events `observation` sees go by."""

    def __init__(self, engine: Engine[Request, Event], observation: Observation) -> None:
        self._engine = engine
        self._observation = observation

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`."""
        observation = self._observation
        with observation.inference(request):
            async with aclosing(self._engine.stream(request)) as events:
                async for event in events:
                    observation.see(event)
                    yield event


@dataclass(frozen=True, slots=True)
class Served:
    """One request that has ended, as the log and the metrics tell of it."""

    endpoint: str
    """The path of the route, never what a caller wrote: `other` where there is none.

    What was made in the background has `background`.
    """
    status: int
    outcome: str
    """`ok`, `refused` (the caller's fault), `overloaded`, `failed` (ours) or `left`."""
    key: str
    """The name of the caller's key; empty: none was needed, or none fitted."""
    seconds: float
    work: Observation
    failure: str = ""
    """The kind of failure: the name of its class; empty: there was none."""


class Tracing(Protocol):
    """Whoever makes traces of requests."""

    def begin(self, scope: Scope) -> None:
        """A request begins."""
        ...

    def end(self, scope: Scope, served: Served) -> None:
        """A request has ended, or work in the background."""
        ...


class Meter(Protocol):
    """Whoever counts requests."""

    def count(self, served: Served) -> None:
        """A request has ended, whatever became of it."""
        ...


OBSERVATION = "observation"
"""The place, in a request's state, of its `Observation`."""


def observation_of(scope: Scope) -> Observation:
    """Return the observation of the request, which begins now if there is none yet."""
    state = scope.setdefault("state", {})
    return state.setdefault(OBSERVATION, Observation())


IN_BACKGROUND = "in_background"
"""Whether a request's work goes on after it was answered: a name in its state."""
BACKGROUND = "background"
"""The name of such work in the metrics, in place of a route's path."""


def in_background(scope: Scope) -> Scope:
    """Return what stands for the request of `scope` in work that goes on when it is answered.

    It has the same caller and the same id, and an observation of its own, which begins now: that of
    the request has been counted when the work ends.
    """
    observation = Observation()
    if observation_of(scope).inferences is not None:
        observation.trace()
    state = {**scope.get("state", {}), OBSERVATION: observation, IN_BACKGROUND: True}
    return {**scope, "state": state}


def is_in_background(scope: Scope) -> bool:
    """Return whether `scope` stands for work that nobody waits for."""
    return scope.get("state", {}).get(IN_BACKGROUND, False)


def endpoint_of(scope: Scope) -> str:
    """Return the path of the route that answered, as it stands in the code."""
    if is_in_background(scope):
        return BACKGROUND
    route = scope.get("route")
    return getattr(route, "path", "other")


def outcome_of(status: int, *, left: bool, failed: bool) -> str:
    """Return the word for how a request ended; `failed`: after its head, or before it."""
    if left:
        return "left"
    if status in (429, 503):
        return "overloaded"
    if status >= 500 or (failed and status < 400):
        return "failed"
    return "refused" if status >= 400 else "ok"
