"""From blocking engine code to an async stream: a thread a request, a queue, a way to stop."""

import asyncio
import logging
import math
import threading
from collections.abc import AsyncGenerator
from typing import Generic, TypeVar

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from dragoman.domain.engine import BlockingEngine, Stopped
from dragoman.domain.errors import EngineFailed, ServiceError

log = logging.getLogger(__name__)

Request = TypeVar("Request")
Event = TypeVar("Event")

QUEUE = 64
"""Events that may wait for a slow consumer before the engine has to wait."""


class _Run(Generic[Event]):
    """One request on its thread; also the engine's `Outlet`, its end of the queue."""

    def __init__(self, queue: MemoryObjectSendStream[Event]) -> None:
        self._queue = queue
        self._loop = asyncio.get_running_loop()
        self._room = threading.Semaphore(QUEUE)
        self._stopped = False
        self.done = anyio.Event()
        self.failure: ServiceError | None = None

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        self._stopped = True
        self._room.release(QUEUE)

    def emit(self, event: Event) -> None:
        if not self._stopped:
            self._room.acquire()
        if self._stopped:
            raise Stopped
        # Handed over without an answer: to wait for one would be two more changes of threads a
        # token, while the engine computes on every core.
        self._loop.call_soon_threadsafe(self._put, event)

    def consumed(self) -> None:
        """The consumer has an event: there is room for another."""
        self._room.release()

    def _put(self, event: Event) -> None:
        if not self._stopped:
            self._queue.send_nowait(event)

    def work(self, engine: BlockingEngine[Request, Event], request: Request) -> None:
        try:
            engine.run(request, self)
        except Stopped:
            pass
        except ServiceError as error:
            self.failure = error
        except BaseException as error:  # a panic in a library written in Rust is no Exception
            log.exception("an engine failed")
            self.failure = EngineFailed(f"{type(error).__name__} in the engine")
            self.failure.__cause__ = error
        finally:
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._queue.close()
        self.done.set()


class Hosted(Generic[Request, Event]):
    """A `BlockingEngine`, run on threads of this process, as an `Engine`."""

    def __init__(self, engine: BlockingEngine[Request, Event]) -> None:
        self.engine = engine
        self._threads = anyio.CapacityLimiter(engine.concurrency)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`; waits while `concurrency` requests are running.

        Over when the engine has really stopped. It holds no task group open while it is suspended:
        whoever consumes it may do so from several tasks, and inside cancel scopes of their own.
        """
        place = object()
        await self._threads.acquire_on_behalf_of(place)
        try:
            send, receive = anyio.create_memory_object_stream[Event](math.inf)
            run = _Run(send)
            threading.Thread(target=run.work, args=(self.engine, request), daemon=True).start()
            try:
                async for event in receive:
                    run.consumed()
                    yield event
            finally:
                run.stop()
                receive.close()
                with anyio.CancelScope(shield=True):
                    await run.done.wait()
        finally:
            self._threads.release_on_behalf_of(place)
        if run.failure:
            raise run.failure

    def statistics(self) -> anyio.CapacityLimiterStatistics:
        """How many requests run and wait."""
        return self._threads.statistics()
