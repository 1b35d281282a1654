"""Observations of an answer's events, for log and metrics: tokens, seconds of sound, times."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from starlette.types import Scope

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
    _last_of: dict[int, float] = field(default_factory=dict[int, float])

    def see(self, event: object) -> None:
        """Take note of an event of the answer."""
        if isinstance(event, TOKENS):
            now = self._since()
            self.first_s = now if self.first_s is None else self.first_s
            self.last_token_s = now
            self.uncounted += 1
            before = self._last_of.get(event.choice)
            if before is not None and len(self.gaps) < MOST_GAPS:
                self.gaps.append(now - before)
            self._last_of[event.choice] = now
        elif isinstance(event, Sound | VoiceDelta):
            now = self._since()
            self.first_s = now if self.first_s is None else self.first_s
            self.first_sound_s = now if self.first_sound_s is None else self.first_sound_s
        elif isinstance(event, Segment):
            self.first_s = self._since() if self.first_s is None else self.first_s
        elif isinstance(event, ChoiceFinished):
            self.finished.append(event.reason)
        elif isinstance(event, ChatFinished):
            self.usage = self.usage.plus(event.usage)
            self.uncounted = 0
        elif isinstance(event, SpeechFinished):
            self.spoken_s = (self.spoken_s or 0.0) + event.duration_s

    def _since(self) -> float:
        return time.perf_counter() - self.began


class Observed(Generic[Request, Event]):
    """See `domain.engine.Engine`: `engine`, whose events `observation` sees go by."""

    def __init__(self, engine: Engine[Request, Event], observation: Observation) -> None:
        self._engine = engine
        self._observation = observation

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`."""
        async with aclosing(self._engine.stream(request)) as events:
            async for event in events:
                self._observation.see(event)
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
    state = {**scope.get("state", {}), OBSERVATION: Observation(), IN_BACKGROUND: True}
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
