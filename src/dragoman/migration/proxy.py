"""The recorder: passes requests on to an upstream and answers back, as if it were not there."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import anyio
import httpx2
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dragoman.migration.keeping import Keeper, RawHeaders, Traffic
from dragoman.migration.listening import problem
from dragoman.wire.errors import SERVER_ERROR

CONNECT_S = 30.0
"""The seconds that the upstream has to take a connection."""
BASE = "/v1"
"""The path below which programs reach the upstream."""

HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"te"),
        *(b"proxy-authorization", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)
"""Headers of one connection, which are not passed on. Source: RFC 9110, 7.6.1."""

OWN = frozenset({b"host", b"expect", b"accept-encoding"})
"""Headers of requests that are written anew; what is not compressed can be read by people."""


class _Left(Exception):
    """The program hung up in the middle of its request."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where requests go."""

    url: httpx2.URL
    key: str | None
    """The key to send in the place of the programs' own; None: theirs."""
    timeout_s: float
    """The longest silence of an answer."""


class Proxy:
    """An ASGI application that passes everything below `/v1` on to `upstream`."""

    def __init__(self, upstream: Upstream, keeper: Keeper) -> None:
        self._upstream = upstream
        self._keeper = keeper
        self._client = httpx2.AsyncClient(
            trust_env=not _is_here(upstream.url), limits=httpx2.Limits(max_connections=None)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; what became of it is kept when it has ended."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        if scope["type"] != "http":
            return
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw_path.decode("latin-1")
        if not path.startswith(f"{BASE}/") or ".." in scope["path"].split("/"):
            refusal = problem(404, f"The base URL of this recorder ends with {BASE}; got {path}.")
            await refusal(scope, receive, send)
            return
        traffic = Traffic(
            scope["method"],
            path.removeprefix(BASE),
            scope["query_string"],
            scope["headers"],
            self._upstream.key,
            self._keeper.kept(),
            self._keeper.kept(),
        )
        passage = _Passage(traffic, receive, send)
        failure = await passage.run(self._client, self._upstream)
        if failure is not None:
            await failure(scope, receive, send)
        if traffic.status is None:
            traffic.upload.free()
            return
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(self._keeper.keep, traffic)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Close the connections to the upstream when the server ends."""
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await self._client.aclose()
        await send({"type": "lifespan.shutdown.complete"})


class _Passage:
    """One request on its way."""

    def __init__(self, traffic: Traffic, receive: Receive, send: Send) -> None:
        self._traffic = traffic
        self._receive = receive
        self._send = send
        self._began_at = anyio.current_time()
        self._sent = anyio.Event()
        """The body has been read; what is received from here on is the hang-up."""

    async def run(self, client: httpx2.AsyncClient, upstream: Upstream) -> Response | None:
        """Pass it on; returns the answer where the upstream gave none."""
        failure: Response | None = None
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch, tasks.cancel_scope.cancel)
                failure = await self._pass_on(client, upstream)
                tasks.cancel_scope.cancel()
        except* _Left:
            self._traffic.end = "client left"
        self._traffic.seconds = anyio.current_time() - self._began_at
        return failure

    async def _watch(self, cancel: Callable[[], None]) -> None:
        """Give up when the program has: that ends the upstream's work, too."""
        await self._sent.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._traffic.end != "whole":
            self._traffic.end = "client left"
        cancel()

    async def _pass_on(self, client: httpx2.AsyncClient, upstream: Upstream) -> Response | None:
        request = self._request(upstream)
        try:
            response = await client.send(request, stream=True)
        except httpx2.TimeoutException:
            return problem(
                504,
                f"{_place(upstream)} did not answer within {upstream.timeout_s:g} s.",
                SERVER_ERROR,
                code="upstream_timeout",
            )
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            why = str(error) or type(error).__name__
            return problem(
                502,
                f"{_place(upstream)} cannot be reached: {why}",
                SERVER_ERROR,
                code="upstream_unreachable",
            )
        try:
            await self._pass_back(response)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()
        return None

    def _request(self, upstream: Upstream) -> httpx2.Request:
        traffic = self._traffic
        target = upstream.url.raw_path.rstrip(b"/") + traffic.path.encode("latin-1")
        if traffic.query:
            target += b"?" + traffic.query
        headers = [(name, value) for name, value in _end_to_end(traffic.headers) if name not in OWN]
        if upstream.key is not None:
            headers = [(name, value) for name, value in headers if name != b"authorization"]
            headers.append((b"authorization", f"Bearer {upstream.key}".encode()))
        headers.append((b"accept-encoding", b"identity"))
        timeout = httpx2.Timeout(upstream.timeout_s, connect=CONNECT_S, pool=CONNECT_S)
        return httpx2.Request(
            traffic.method,
            upstream.url.copy_with(raw_path=target),
            headers=headers,
            content=self._upload() if self._has_body() else None,
            extensions={"timeout": timeout.as_dict()},
        )

    def _has_body(self) -> bool:
        traffic = self._traffic
        length = traffic.header(traffic.headers, b"content-length")
        chunked = traffic.header(traffic.headers, b"transfer-encoding")
        if chunked or length not in ("", "0"):
            return True
        self._sent.set()
        return False

    async def _upload(self) -> AsyncGenerator[bytes, None]:
        """The body, as it comes."""
        more = True
        try:
            while more:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise _Left
                data, more = message.get("body", b""), message.get("more_body", False)
                self._traffic.upload.add(0.0, data)
                if data:
                    yield data
        finally:
            self._sent.set()

    async def _pass_back(self, response: httpx2.Response) -> None:
        """The answer, each piece as it comes; where it breaks off, ours does."""
        traffic = self._traffic
        traffic.status = response.status_code
        traffic.answer_headers = response.headers.raw
        headers = list(_end_to_end(response.headers.raw))
        head = {"type": "http.response.start", "status": response.status_code, "headers": headers}
        await self._send(head)
        try:
            async for piece in response.aiter_raw():
                traffic.download.add(anyio.current_time() - self._began_at, piece)
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        except httpx2.TransportError:
            return  # uvicorn closes the connection of an answer that is not whole
        if traffic.end != "client left":
            traffic.end = "whole"
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _end_to_end(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """Give the headers that are passed on, their names in lower case."""
    lower = [(name.lower(), value) for name, value in headers]
    named = {
        word.strip().lower()
        for name, value in lower
        if name == b"connection"
        for word in value.split(b",")
    }
    return [(name, value) for name, value in lower if name not in HOP_BY_HOP | named]


def _is_here(url: httpx2.URL) -> bool:
    """Whether the upstream is this machine, which no proxy of the environment leads to."""
    return url.host in ("localhost", "127.0.0.1", "::1")


def _place(upstream: Upstream) -> str:
    """The upstream for people, without a password."""
    return f"{upstream.url.scheme}://{upstream.url.netloc.decode()}"
