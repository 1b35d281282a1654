"""Transports of httpx2 that lead into the application instead of onto a network."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import CancelledError, Future
from typing import TypeVar, cast

import anyio.to_thread
import httpx2
from typing_extensions import override

from dragoman.embedded.exchange import BrokenOff, Exchange, Receiving
from dragoman.embedded.host import Host

Value = TypeVar("Value")

CLIENT = ("127.0.0.1", 0)
"""Whoever asks is on this machine."""


class Transport(httpx2.BaseTransport):
    """Leads into the application of `host`, which ends with the transport."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as soon as there is a head; closing the response hangs up."""
        timeout_s = _read_timeout_s(request)
        exchange = self._host.begin(scope_of(request), _pulled(request))
        try:
            head = _result(exchange.head(), timeout_s)
        except BaseException:
            exchange.hang_up()
            raise
        stream = _Pieces(exchange, timeout_s)
        return httpx2.Response(head["status"], headers=head["headers"], stream=stream)

    @override
    def close(self) -> None:
        """End the application."""
        self._host.stop()


class _Pieces(httpx2.SyncByteStream):
    def __init__(self, exchange: Exchange, timeout_s: float | None) -> None:
        self._exchange = exchange
        self._timeout_s = timeout_s

    @override
    def __iter__(self) -> Iterator[bytes]:
        while (piece := _result(self._exchange.piece(), self._timeout_s)) is not None:
            yield piece

    @override
    def close(self) -> None:
        self._exchange.hang_up()


class AsyncTransport(httpx2.AsyncBaseTransport):
    """`Transport`, for clients on asyncio; the application keeps to its own thread."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as soon as there is a head; closing the response, or a cancel, hangs up."""
        timeout_s = _read_timeout_s(request)
        exchange = self._host.begin(scope_of(request), _once(await request.aread()))
        try:
            head = await _awaited(exchange.head(), timeout_s)
        except BaseException:
            exchange.leave_soon()
            raise
        stream = _AsyncPieces(exchange, timeout_s)
        return httpx2.Response(head["status"], headers=head["headers"], stream=stream)

    @override
    async def aclose(self) -> None:
        """End the application."""
        await anyio.to_thread.run_sync(self._host.stop)


class _AsyncPieces(httpx2.AsyncByteStream):
    def __init__(self, exchange: Exchange, timeout_s: float | None) -> None:
        self._exchange = exchange
        self._timeout_s = timeout_s

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await _awaited(self._exchange.piece(), self._timeout_s)) is not None:
            yield piece

    @override
    async def aclose(self) -> None:
        self._exchange.leave_soon()


def _result(future: "Future[Value]", timeout_s: float | None) -> Value:
    try:
        return future.result(timeout_s)
    except TimeoutError as error:
        raise httpx2.ReadTimeout(f"no answer within {timeout_s:g} s") from error
    except (BrokenOff, CancelledError) as error:
        raise httpx2.RemoteProtocolError(str(error) or "the client was closed") from error


async def _awaited(future: "Future[Value]", timeout_s: float | None) -> Value:
    try:
        return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)
    except TimeoutError as error:
        raise httpx2.ReadTimeout(f"no answer within {timeout_s:g} s") from error
    except BrokenOff as error:
        raise httpx2.RemoteProtocolError(str(error)) from error


def _pulled(request: httpx2.Request) -> Receiving:
    """The body as it is read from its file, in a thread: a film need not fit into memory."""
    pieces = iter(cast("httpx2.SyncByteStream", request.stream))

    async def receive() -> bytes | None:
        return await anyio.to_thread.run_sync(next, pieces, None)

    return receive


def _once(body: bytes) -> Receiving:
    """The whole body, then its end."""
    pieces = iter([body])

    async def receive() -> bytes | None:
        return next(pieces, None)

    return receive


def _read_timeout_s(request: httpx2.Request) -> float | None:
    timeouts = cast("dict[str, float | None]", request.extensions.get("timeout", {}))
    return timeouts.get("read")


def scope_of(request: httpx2.Request) -> dict[str, object]:
    """Return the ASGI scope of a request of the client library."""
    path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": path,
        "root_path": "",
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": CLIENT,
        "server": ("localhost", 80),
        "state": {},
    }
