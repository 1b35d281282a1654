"""A network that goes nowhere, and a name server that changes its mind."""

from collections.abc import Iterable

import httpcore2


class Network(httpcore2.AsyncNetworkBackend):
    """Connects to nothing, and remembers what it was asked to connect to."""

    def __init__(self, deaf: tuple[str, ...] = ()) -> None:
        self.deaf = deaf
        self.connected: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.connected.append((host, port))
        if host in self.deaf:
            raise httpcore2.ConnectError
        return httpcore2.AsyncMockStream([])


class Names:
    """A name server whose answers change from question to question."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0)
