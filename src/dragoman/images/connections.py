"""The only way out: a name is resolved once, and only a checked address is connected to.

TLS still checks the certificate against the name in the URL. As the address that is connected to is
the one that was checked, a name that changes its address in between (DNS rebinding) gains nothing.
"""

import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias, cast

import anyio
import httpcore2

from dragoman.images.addresses import Address, is_never, is_public, parse
from dragoman.images.policy import FetchPolicy

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Host name and port → addresses as text."""

_TRIED = 3
"""Addresses of one name that are tried, one after the other."""
_WEB = (80, 443)
"""The ports below 1024 that may be connected to at public addresses."""


class AddressRefused(httpcore2.ConnectError):
    """The policy forbids a connection to this address or port."""


async def resolve(host: str, port: int) -> list[str]:
    """Ask the operating system for addresses, on a thread of the event loop's pool."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """The network as the policy shows it: connections are made to checked addresses only."""

    def __init__(
        self,
        policy: FetchPolicy,
        resolver: Resolver = resolve,
        network: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolver
        # cast: the library defines the class twice, once for when anyio is missing
        self._network = network or cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a checked address of `host`.

        Raises:
            AddressRefused: one of its addresses, or the port, is not allowed.
            httpcore2.ConnectError: it has no address, or none that answers.
        """
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("no such host") from error
        if not addresses or not all(self._allowed(host, port, each) for each in addresses):
            raise AddressRefused("not allowed")
        failure: httpcore2.ConnectError | None = None
        for address in addresses[:_TRIED]:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore2.ConnectError as error:
                failure = error
        raise failure or httpcore2.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - httpcore's signature
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the same
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: pictures do not come from sockets of this machine."""
        raise AddressRefused("not allowed")

    async def sleep(self, seconds: float) -> None:
        """See httpcore."""
        await anyio.sleep(seconds)

    def _allowed(self, host: str, port: int, text: str) -> bool:
        try:
            address = parse(text)
        except ValueError:
            return False
        if host.lower().rstrip(".") in self._policy.hosts or self._in_network(address):
            return True
        if self._policy.mode == "on":
            return not is_never(address)
        return is_public(address) and (port in _WEB or port >= 1024)

    def _in_network(self, address: Address) -> bool:
        return any(address in network for network in self._policy.networks)
