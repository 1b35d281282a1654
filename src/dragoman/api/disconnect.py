"""Stop working when the client hangs up.

A server cancels neither a handler that has not answered yet nor, by itself, every stream; so the
work is raced against the disconnect message.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import anyio
from starlette.requests import Request

T = TypeVar("T")


class HungUp(Exception):
    """The client left before the answer was whole; there is nobody to tell."""


async def unless_hung_up(
    request: Request,
    work: Callable[[], Awaitable[T]],
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> T:
    """The result of `work()`, which is cancelled as soon as the client hangs up.

    The body of `request` must have been read: what follows it is the disconnect. `work` runs in
    the calling task, so whatever it opens it also closes before this returns. `beside` runs as
    long as `work` does, and may end both by an error.

    Raises:
        HungUp: the client left first.
        ShuttingDown: the server stops first; `request.receive` says so.
        Exception: whatever `work` raises, as it raised it.
    """
    try:
        async with anyio.create_task_group() as tasks:

            async def watch() -> None:
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                tasks.cancel_scope.cancel()

            tasks.start_soon(watch)
            if beside:
                tasks.start_soon(beside)
            result = await work()
            tasks.cancel_scope.cancel()
            return result
    except BaseExceptionGroup as group:
        # What `work` or `beside` raised, or the watcher at the end of the server.
        raise group.exceptions[0] from group.exceptions[0].__cause__
    raise HungUp
