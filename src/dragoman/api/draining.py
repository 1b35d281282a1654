"""The end of the server: requests under way get their grace, then each is told why it ends."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.domain.errors import ShuttingDown


class Draining:
    """Whether the server is about to stop, and whether its requests must end now.

    All of it happens in one event loop, but for `begin`, which a signal handler may call.
    """

    def __init__(self) -> None:
        self.begun = False
        self._over = False
        self._waiting = set[anyio.CancelScope]()

    def begin(self) -> None:
        """No further requests are welcome; those under way go on."""
        self.begun = True

    def end(self) -> None:
        """Every request that waits for its client, now or later, fails with `ShuttingDown`."""
        self.begun = self._over = True
        for scope in tuple(self._waiting):
            scope.cancel()

    async def receive(self, receive: Receive) -> Message:
        """The next message from the client.

        Raises:
            ShuttingDown: the grace is over.
        """
        if not self._over:
            with anyio.CancelScope() as scope:
                self._waiting.add(scope)
                try:
                    return await receive()
                finally:
                    self._waiting.discard(scope)
        raise ShuttingDown("The server is shutting down. Please try again later.")


class Drained:
    """ASGI middleware: whoever waits for the client also waits for the end of the server.

    That is enough to end all work: a body is read from the client, and while an answer is made
    `unless_hung_up` waits for the client to leave.
    """

    def __init__(self, app: ASGIApp, draining: Draining) -> None:
        self._app = app
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""

        async def received() -> Message:
            return await self._draining.receive(receive)

        await self._app(scope, received if scope["type"] == "http" else receive, send)
