"""The one way out: to the server that was named and nowhere else, counted and bounded."""

from collections.abc import AsyncGenerator, AsyncIterator

import httpx2
from typing_extensions import override

from dragoman.conformance.check import Differs

LARGEST_ANSWER = 16 * 1024**2
CONNECT_S = 10.0
_ONE_EACH = httpx2.Limits(max_keepalive_connections=0)
"""A connection for each request, so that a fault costs the next check nothing."""


class Elsewhere(Exception):
    """A request would have gone to another server."""


class Gate(httpx2.AsyncBaseTransport):
    """A transport that speaks to one origin; `requests` counts what went out.

    The kit's own requests and those of the official client go through it alike.
    """

    def __init__(self, base_url: httpx2.URL) -> None:
        self._origin = (base_url.scheme, base_url.host, base_url.port)
        self._path = base_url.path.rstrip("/") + "/"
        self._inner = httpx2.AsyncHTTPTransport(limits=_ONE_EACH)
        self.requests = 0

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request.

        Raises:
            Elsewhere: it is for another server, or another path than those below the base URL.
            Differs: the answer is compressed, which nobody asked for, or says that it is too long.
        """
        url = request.url
        outside = (url.scheme, url.host, url.port) != self._origin
        if outside or not url.path.startswith(self._path):
            raise Elsewhere(f"{url.scheme}://{url.host}")
        self.requests += 1
        response = await self._inner.handle_async_request(request)
        try:
            _admit(response)
        except Differs:
            await response.aclose()
            raise
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(stream)
        return response

    @override
    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    """A body that fails where it becomes too long."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces, as they come."""
        size = 0
        pieces = aiter(self._inner)
        try:
            async for piece in pieces:
                size += len(piece)
                if size > LARGEST_ANSWER:
                    raise Differs(f"the answer is longer than {LARGEST_ANSWER // 1024**2} MiB")
                yield piece
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()

    @override
    async def aclose(self) -> None:
        """Close the connection of a body that was not read to its end."""
        await self._inner.aclose()


def _admit(response: httpx2.Response) -> None:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Differs("the answer is compressed, though accept-encoding is identity")
    length = response.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 15 or int(length) > LARGEST_ANSWER):
        raise Differs(f"content-length says {length[:15]} bytes")
