"""Calls to the upstreams of one model: each goes to one, and until its first event to others."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Generic, TypeVar

import httpx2

from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    ServiceError,
)
from dragoman.engines.remote_openai.circuit import Clock
from dragoman.engines.remote_openai.line import Line
from dragoman.engines.remote_openai.prefixes import Blocks
from dragoman.engines.remote_openai.refusal import refusal, wait_s
from dragoman.engines.remote_openai.settings import Settings
from dragoman.engines.remote_openai.upstreams import Attempt, Upstreams

REFUSAL_PIECES = 16
"""How much of a refusal is read, in pieces of 4 KiB: the rest says nothing more."""
PIECE = 4096
MAX_BROKEN = 2
"""The upstreams that may break under one request: it may be what breaks them."""

Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted to an upstream, whichever it is."""

    path: str
    """The path below the upstream's address."""
    headers: Mapping[str, str]
    body: Callable[[], bytes | Iterable[bytes]]
    """Makes the body anew for each upstream."""
    prompt: Blocks = ()
    """The blocks by which an upstream is preferred that has read them."""


class Calls:
    """Sends the requests of one engine, and learns which upstreams answer."""

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        key = settings.key()
        self._client = httpx2.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(settings.timeout_s, connect=settings.connect_timeout_s),
            # A connection a request: hanging up is how the upstream learns to stop.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )
        self._upstreams = Upstreams([each.rstrip("/") for each in settings.addresses], clock)

    @property
    def is_lone(self) -> bool:
        """Whether there is one upstream only."""
        return self._upstreams.is_lone

    def gauges(self) -> Mapping[str, float]:
        """See `domain.engine.Gauged`."""
        return {} if self.is_lone else {"upstreams_in_use": self._upstreams.in_use()}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(
        self,
        post: Post,
        outlet: Outlet[Event],
        read: Callable[[httpx2.Response], Iterator[Event]],
    ) -> None:
        """Post a request and emit the events that `read` makes of the response.

        Raises:
            Stopped: nobody listens any more.
            RequestInvalid: the upstream says that it is wrong.
            Overloaded: the upstreams have too much to do.
            EngineUnavailable: no upstream is there, or none lets us in.
            EngineFailed: it broke.
        """
        failures: dict[int, ServiceError] = {}
        while attempt := self._upstreams.begin(post.prompt, failures):
            relay = Relay(outlet, attempt.answer)
            try:
                with attempt:
                    self._try(attempt, post, relay, read)
            except (EngineUnavailable, Overloaded, EngineFailed) as error:
                failures[attempt.upstream.bit] = error
                broken = [each for each in failures.values() if isinstance(each, EngineFailed)]
                if relay.has_begun or len(broken) == MAX_BROKEN:
                    raise
            else:
                return
        raise self._telling(failures)

    def _telling(self, failures: Mapping[int, ServiceError]) -> ServiceError:
        """Of the reasons why nobody answers, the one that tells the caller most."""
        if self.is_lone:
            return next(iter(failures.values()))
        if not failures:
            return self._upstreams.unavailable()
        errors = sorted(failures.values(), key=lambda error: not isinstance(error, Overloaded))
        if not isinstance(errors[0], EngineFailed):
            errors[0].retry_s = self._upstreams.unavailable().retry_s
        return errors[0]

    def _try(
        self,
        attempt: Attempt,
        post: Post,
        relay: "Relay[Event]",
        read: Callable[[httpx2.Response], Iterator[Event]],
    ) -> None:
        line = Line()
        url = f"{attempt.upstream.address}/{post.path}"
        try:
            with (
                line.watched(relay),
                self._client.stream(
                    "POST",
                    url,
                    headers=post.headers,
                    content=post.body(),
                    extensions={"trace": line.trace},
                ) as response,
            ):
                if response.status_code != HTTPStatus.OK:
                    data = b"".join(islice(response.iter_bytes(PIECE), REFUSAL_PIECES))
                    raise refusal(response.status_code, data, wait_s(response.headers))
                for event in read(response):
                    relay.emit(event)
        except (httpx2.HTTPError, ServiceError) as error:
            if relay.stopped:
                raise Stopped from error
            if isinstance(error, ServiceError):
                raise
            if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                raise EngineUnavailable("The upstream cannot be reached.") from error
            raise EngineFailed(f"The upstream broke off: {type(error).__name__}.") from error


class Relay(Generic[Event]):
    """An outlet that tells `begin` of its first event: from then on no other upstream may go on."""

    def __init__(self, outlet: Outlet[Event], begin: Callable[[], None]) -> None:
        self._outlet = outlet
        self._begin = begin
        self.has_begun = False

    def emit(self, event: Event) -> None:
        """See `Outlet.emit`."""
        if not self.has_begun:
            self.has_begun = True
            self._begin()
        self._outlet.emit(event)

    @property
    def stopped(self) -> bool:
        """See `Outlet.stopped`."""
        return self._outlet.stopped
