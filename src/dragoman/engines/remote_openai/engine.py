"""The engine: posts a request to an upstream and emits what comes back."""

import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import islice

import httpx2

from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    ServiceError,
)
from dragoman.engines.remote_openai.answer import Answer
from dragoman.engines.remote_openai.body import body, continued
from dragoman.engines.remote_openai.chunks import chunks
from dragoman.engines.remote_openai.circuit import Clock
from dragoman.engines.remote_openai.line import Line
from dragoman.engines.remote_openai.prefixes import blocks
from dragoman.engines.remote_openai.refusal import refusal, wait_s
from dragoman.engines.remote_openai.settings import Settings
from dragoman.engines.remote_openai.upstreams import Attempt, Upstreams

REFUSAL_PIECES = 16
"""How much of a refusal is read, in pieces of 4 KiB: the rest says nothing more."""
PIECE = 4096
MAX_BROKEN = 2
"""The upstreams that may break under one request: it may be what breaks them."""


class RemoteOpenAI:
    """See `domain.engine.BlockingEngine`."""

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        self._settings = settings
        headers = {"Accept": "text/event-stream", "Content-Type": "application/json"}
        if key := settings.key():
            headers["Authorization"] = f"Bearer {key}"
        self._client = httpx2.Client(
            headers=headers,
            timeout=httpx2.Timeout(settings.timeout_s, connect=settings.connect_timeout_s),
            # A connection a request: hanging up is how the upstream learns to stop.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )
        self._upstreams = Upstreams([address.rstrip("/") for address in settings.addresses], clock)

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._settings.concurrency

    def gauges(self) -> Mapping[str, float]:
        """See `domain.engine.Gauged`."""
        return {} if self._upstreams.is_lone else {"upstreams_in_use": self._upstreams.in_use()}

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: it cannot be passed on, or the upstream says that it is wrong.
            Overloaded: the upstreams have too much to do.
            EngineUnavailable: no upstream is there, or none lets us in.
            EngineFailed: it broke.
        """
        text, model = request.continuation, self._settings.model
        path = "chat/completions" if text is None else "completions"
        said = body(request, model) if text is None else continued(request, text, model)
        content = json.dumps(said).encode()
        prompt = () if self._upstreams.is_lone else blocks(said)
        failures: dict[int, ServiceError] = {}
        while attempt := self._upstreams.begin(prompt, failures):
            relay = Relay(outlet, attempt.answer)
            try:
                with attempt:
                    self._post(attempt, path, content, Answer(request), relay)
            except (EngineUnavailable, Overloaded, EngineFailed) as error:
                failures[attempt.upstream.bit] = error
                broken = [each for each in failures.values() if isinstance(each, EngineFailed)]
                if relay.has_begun or len(broken) == MAX_BROKEN:
                    raise
            else:
                return
        raise self._telling(failures)

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self._client.close()

    def _telling(self, failures: Mapping[int, ServiceError]) -> ServiceError:
        """Of the reasons why nobody answers, the one that tells the caller most."""
        if self._upstreams.is_lone:
            return next(iter(failures.values()))
        if not failures:
            return self._upstreams.unavailable()
        errors = sorted(failures.values(), key=lambda error: not isinstance(error, Overloaded))
        errors[0].retry_s = self._upstreams.unavailable().retry_s
        return errors[0]

    def _post(
        self, attempt: Attempt, path: str, content: bytes, answer: Answer, relay: "Relay"
    ) -> None:
        line = Line()
        try:
            with line.watched(relay):
                self._ask(f"{attempt.upstream.address}/{path}", content, line, answer, relay)
        except (httpx2.HTTPError, ServiceError) as error:
            if relay.stopped:
                raise Stopped from error
            if isinstance(error, ServiceError):
                raise
            if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                raise EngineUnavailable("The upstream cannot be reached.") from error
            raise EngineFailed(f"The upstream broke off: {type(error).__name__}.") from error

    def _ask(self, url: str, content: bytes, line: Line, answer: Answer, relay: "Relay") -> None:
        asked = self._client.stream("POST", url, content=content, extensions={"trace": line.trace})
        with asked as response:
            if response.status_code != HTTPStatus.OK:
                data = b"".join(islice(response.iter_bytes(PIECE), REFUSAL_PIECES))
                raise refusal(response.status_code, data, wait_s(response.headers))
            for chunk in chunks(response.iter_bytes()):
                for event in answer.events(chunk):
                    relay.emit(event)
        relay.emit(answer.end())


class Relay:
    """An outlet that tells `begin` of its first event: from then on no other upstream may go on."""

    def __init__(self, outlet: Outlet[ChatEvent], begin: Callable[[], None]) -> None:
        self._outlet = outlet
        self._begin = begin
        self.has_begun = False

    def emit(self, event: ChatEvent) -> None:
        """See `Outlet.emit`."""
        if not self.has_begun:
            self.has_begun = True
            self._begin()
        self._outlet.emit(event)

    @property
    def stopped(self) -> bool:
        """See `Outlet.stopped`."""
        return self._outlet.stopped
