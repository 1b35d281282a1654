"""A chat engine that says what its script says, and keeps every rule of `BlockingEngine`."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    EffortIgnored,
    Estimate,
    FinishReason,
    JsonDocument,
    LimitTooLow,
    PromptProgress,
    TextDelta,
    ThoughtDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from dragoman.domain.continuation import PromptShown, PromptToken, Tokenised
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.fake.script import (
    Call,
    Circle,
    Fail,
    Said,
    Say,
    Script,
    Step,
    Think,
    Wait,
)
from dragoman.engines.fake.script import (
    said as prompt_of,
)

GLANCE_S = 0.005
"""How often a waiting engine looks whether somebody still listens."""


CONTEXT = 8_192
"""Tokens that it pretends to have room for."""
TOKEN_S = 0.001
"""Seconds that it pretends to need for a token."""


class FakeChat:
    """See `domain.engine.BlockingEngine`.

    Every piece of the script counts as one token, every word of the prompt too. `requests` holds
    what was asked; `stopped` is set when a request was given up half-way.
    """

    def __init__(
        self, script: Script | Sequence[Step], concurrency: int = 4, *, thinks: bool = False
    ) -> None:
        self._script = script
        self._thinks = thinks
        self._concurrency = concurrency
        self.requests: list[ChatRequest] = []
        self.started = threading.Event()
        self.stopped = threading.Event()
        self.closed = False

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._concurrency

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`: the choices take turns."""
        self.requests.append(request)
        ignored = not self._thinks and request.effort not in (None, "none", "minimal")
        if ignored and not request.effort_optional:
            raise RequestInvalid(
                "Unrecognized request argument supplied: reasoning_effort",
                param="reasoning_effort",
            )
        if ignored:
            outlet.emit(EffortIgnored())
        if request.dry_run or request.tokens_only:
            outlet.emit(_estimate(request) if request.dry_run else _tokenised(request))
            return
        _check_fits(request)
        self.started.set()
        self._announce(request, outlet)
        if request.continuation is not None and request.continuation.echo:
            outlet.emit(_shown(prompt_of(request), request.top_logprobs))
        said: list[str] = []
        thoughts = 0
        turns = [self._choice(request, number, outlet) for number in range(request.choices)]
        try:
            while turns:
                for turn in tuple(turns):
                    event = next(turn, None)
                    if event is None:
                        turns.remove(turn)
                        continue
                    thoughts += isinstance(event, ThoughtDelta)
                    if isinstance(event, TextDelta | ThoughtDelta | ToolCallDelta):
                        said.append(event.text if isinstance(event, TextDelta) else "")
                    outlet.emit(event)
        except Stopped:
            self.stopped.set()
            raise
        outlet.emit(ChatFinished(replace(_usage(request, said), reasoning_tokens=thoughts)))

    def _announce(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """What comes before the answer."""
        if request.progress:
            for read in (0, _words(request)):
                outlet.emit(PromptProgress(_words(request), 0, read, 0.0))
        if request.max_tokens is None or not isinstance(request.format, JsonDocument):
            return
        size = sum(isinstance(step, Say) for step in self._steps(request, 0))
        if size > request.max_tokens:
            outlet.emit(LimitTooLow(size))

    def _steps(self, request: ChatRequest, choice: int) -> Sequence[Step]:
        script = self._script
        return script(request, choice) if callable(script) else script

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self.closed = True

    def _choice(
        self, request: ChatRequest, number: int, outlet: Outlet[ChatEvent]
    ) -> Iterator[ChatEvent]:
        steps = self._steps(request, number)
        if request.effort == "none":
            steps = [step for step in steps if not isinstance(step, Think)]
        left = None if request.max_tokens is None else min(request.max_tokens, _room(request))
        calls = 0
        reason: FinishReason = "stop"
        for step in _until_stop(steps, request.stop):
            match step:
                case Wait(gate):
                    _wait(gate, outlet)
                case Fail(error):
                    raise error
                case Say(text) | Think(text):
                    if left == 0:
                        break
                    left = None if left is None else left - 1
                    if isinstance(step, Think):
                        yield ThoughtDelta(number, text)
                    else:
                        yield TextDelta(number, text, _logprobs(text, request.top_logprobs))
                case Call(name, arguments, custom):
                    yield ToolCallStarted(number, calls, f"call_{number}_{calls}", name, custom)
                    for piece in arguments:
                        logprobs = _logprobs(piece, request.top_logprobs)
                        yield ToolCallDelta(number, calls, piece, logprobs)
                    calls += 1
                    reason = "tool_calls"
        circling = Circle() in steps
        yield ChoiceFinished(number, "length" if circling or left == 0 else reason, circling)


def _until_stop(steps: Sequence[Step], stop: tuple[str, ...]) -> Iterator[Said]:
    """The steps before the first stop sequence, wherever pieces divide it."""
    text = "".join(step.text for step in steps if isinstance(step, Say))
    end = min((at for word in stop if (at := text.find(word)) >= 0), default=len(text))
    said = 0
    for step in steps:
        if isinstance(step, Circle):
            return
        if isinstance(step, Say):
            piece = step.text[: end - said]
            said += len(piece)
            if piece:
                yield Say(piece)
            if len(piece) < len(step.text):
                return
        else:
            yield step


def _estimate(request: ChatRequest) -> Estimate:
    words, room = _words(request), _room(request)
    most = min(room, request.max_tokens or room)
    return Estimate(words, most, CONTEXT, words <= CONTEXT, most * request.choices * TOKEN_S)


def _tokenised(request: ChatRequest) -> Tokenised:
    """Its tokens are characters."""
    text = prompt_of(request)
    return Tokenised(tuple(map(ord, text)), tuple(text), text, CONTEXT, end="\0")


def _shown(text: str, top: int | None) -> PromptShown:
    if top is None:
        return PromptShown(text)
    first, *rest = text or " "
    scores = (_logprobs(token, top)[0] for token in rest)
    tokens = (PromptToken(score.token, score.data, score.logprob, score.top) for score in scores)
    return PromptShown(text, (PromptToken(first, first.encode(), None), *tokens))


def _room(request: ChatRequest) -> int:
    return max(0, CONTEXT - _words(request))


def _check_fits(request: ChatRequest) -> None:
    if (words := _words(request)) > CONTEXT:
        raise RequestInvalid(
            f"This model's maximum context length is {CONTEXT} tokens. However, your messages "
            f"resulted in {words} tokens. Please reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )


def _wait(gate: threading.Event, outlet: Outlet[ChatEvent]) -> None:
    while not gate.wait(GLANCE_S):
        if outlet.stopped:
            raise Stopped


def _logprobs(token: str, top: int | None) -> tuple[TokenLogprob, ...]:
    if top is None:
        return ()
    others = (Alternative(f"{token}{i}", -0.5 - i, f"{token}{i}".encode()) for i in range(1, top))
    alternatives = (Alternative(token, -0.5, token.encode()), *others)[:top]
    return (TokenLogprob(token, -0.5, token.encode(), alternatives),)


def _usage(request: ChatRequest, pieces: Sequence[str]) -> Usage:
    """Count tokens; a prediction is accepted piece by piece, up to the first that differs."""
    predicted = (request.prediction or "").split()
    pairs = list(zip(pieces, predicted, strict=False))
    accepted = next((number for number, (a, b) in enumerate(pairs) if a.strip() != b), len(pairs))
    rejected = int(accepted < len(pairs))
    return Usage(
        _words(request),
        len(pieces) + rejected,
        accepted_prediction_tokens=accepted,
        rejected_prediction_tokens=rejected,
    )


def _words(request: ChatRequest) -> int:
    return len(prompt_of(request).split())
