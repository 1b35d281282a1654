"""From an image URL to bytes that begin like a picture."""

import logging
from typing import Final, Literal, TypeAlias
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import anyio
import anyio.to_thread
import httpcore2

from dragoman.images import refusals
from dragoman.images.connections import CheckedBackend
from dragoman.images.data_url import is_data_url, read_data_url
from dragoman.images.policy import FetchPolicy
from dragoman.images.target import Target, parse_url

logger = logging.getLogger(__name__)

_AT_ONCE = 24
"""Connections that are open at the same time."""
_AT_ONE_HOST = 2
"""Those of them to one host: one that is slow leaves the others' free."""
_MOVED = (301, 302, 303, 307, 308)

Format: TypeAlias = Literal["png", "jpeg", "gif", "webp"]


class NotFetched(Exception):
    """A picture did not come; the reason is for the log, not for the caller."""


_FAILURES: Final = (
    NotFetched,
    TimeoutError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
)


class UrlFetcher:
    """See `domain.picture.Fetcher`; one for the whole server."""

    def __init__(self, policy: FetchPolicy, backend: CheckedBackend | None = None) -> None:
        self._policy = policy
        # No proxy is asked: it would connect to addresses that were never checked here.
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpcore2.default_ssl_context(),
            network_backend=backend or CheckedBackend(policy),
            max_connections=_AT_ONCE,
            max_keepalive_connections=0,
        )
        self._hosts = WeakValueDictionary[str, anyio.Semaphore]()

    async def fetch(self, url: str) -> bytes:
        """See `domain.picture.Fetcher.fetch`."""
        if is_data_url(url):
            most = self._policy.most_bytes
            data = await anyio.to_thread.run_sync(lambda: read_data_url(url, most_bytes=most))
        else:
            data = await self._download(url)
        if sniff(data) is None:
            raise refusals.unsupported()
        return data

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def _download(self, url: str) -> bytes:
        target = parse_url(url)
        if target is None:
            raise refusals.malformed()
        if self._policy.mode == "off":
            raise refusals.switched_off()
        try:
            with anyio.fail_after(self._policy.deadline_s):
                return await self._follow(url, target)
        except _FAILURES as error:
            logger.info("an image was not downloaded: %s: %s", type(error).__name__, error)
            raise refusals.unreachable(url) from error

    async def _follow(self, url: str, target: Target) -> bytes:
        for _ in range(self._policy.most_redirects + 1):
            async with (
                self._hosts.setdefault(target.host, anyio.Semaphore(_AT_ONE_HOST)),
                self._pool.stream("GET", target.url(), headers=_headers(target)) as response,
            ):
                if response.status not in _MOVED:
                    return await self._body(response)
                url = urljoin(url, _header(response, b"location"))
            moved = parse_url(url)
            if moved is None:
                raise NotFetched("a redirect to something that is not fetched")
            target = moved
        raise NotFetched("too many redirects")

    async def _body(self, response: httpcore2.Response) -> bytes:
        if response.status != 200:
            raise NotFetched(f"status {response.status}")
        announced = _header(response, b"content-length")
        if announced.isdecimal() and int(announced) > self._policy.most_bytes:
            raise refusals.too_large(self._policy.most_bytes)
        data = bytearray()
        async for piece in response.aiter_stream():
            data += piece
            if len(data) > self._policy.most_bytes:
                raise refusals.too_large(self._policy.most_bytes)
        return bytes(data)


def sniff(data: bytes) -> Format | None:
    """Return the format that `data` begins as, whatever it is called; None: none that is taken."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None


def _headers(target: Target) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", target.authority.encode()),
        (b"Accept", b"image/png, image/jpeg, image/gif, image/webp"),
        (b"Accept-Encoding", b"identity"),  # a small answer shall not grow while it is unpacked
        (b"User-Agent", b"Dragoman"),
    ]


def _header(response: httpcore2.Response, name: bytes) -> str:
    """Return the first header of that name, or an empty text."""
    values = (value for key, value in response.headers if key.lower() == name)
    return next(values, b"").decode("latin-1").strip()
