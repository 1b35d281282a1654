"""From blocking engine code to an async stream: a thread a request, a queue, a way to stop."""

from collections.abc import AsyncGenerator
from typing import Generic, TypeVar

import anyio
import anyio.from_thread
import anyio.to_thread
from anyio.streams.memory import MemoryObjectSendStream

from dragoman.domain.engine import BlockingEngine, Stopped
from dragoman.domain.errors import EngineFailed, ServiceError

Request = TypeVar("Request")
Event = TypeVar("Event")

QUEUE = 64
"""Events that may wait for a slow consumer before the engine has to wait."""


class _Outlet(Generic[Event]):
    """See `domain.engine.Outlet`: the engine thread's end of the queue."""

    def __init__(self, queue: MemoryObjectSendStream[Event]) -> None:
        self._queue = queue
        self._stopped = False

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        self._stopped = True

    def emit(self, event: Event) -> None:
        if self._stopped:
            raise Stopped
        try:
            anyio.from_thread.run(self._queue.send, event)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            self._stopped = True
            raise Stopped from None


class Hosted(Generic[Request, Event]):
    """A `BlockingEngine`, run on threads of this process, as an `Engine`."""

    def __init__(self, engine: BlockingEngine[Request, Event]) -> None:
        self.engine = engine
        self._threads = anyio.CapacityLimiter(engine.concurrency)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`; waits while `concurrency` requests are running."""
        send, receive = anyio.create_memory_object_stream[Event](QUEUE)
        outlet = _Outlet(send)
        failure: list[ServiceError] = []

        def work() -> None:
            try:
                self.engine.run(request, outlet)
            except Stopped:
                pass
            except ServiceError as error:
                failure.append(error)
            except Exception as error:  # noqa: BLE001 - the engine thread: style.md names this place
                failure.append(EngineFailed(f"{type(error).__name__}: {error}"))

        async def run() -> None:
            with send:
                await anyio.to_thread.run_sync(work, limiter=self._threads)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run)
            try:
                with receive:
                    async for event in receive:
                        yield event
            finally:
                outlet.stop()
        if failure:
            raise failure[0]

    def statistics(self) -> anyio.CapacityLimiterStatistics:
        """How many requests run and wait."""
        return self._threads.statistics()
