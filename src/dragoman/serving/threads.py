"""A bridge from blocking engines to async streams: a thread a request, a queue, a way to stop."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Generic, TypeVar

import anyio

from dragoman.domain.engine import BlockingEngine, Stopped
from dragoman.domain.errors import EngineFailed, ServiceError

log = logging.getLogger(__name__)

Request = TypeVar("Request")
Event = TypeVar("Event")

QUEUE = 64
"""Events that may wait for a slow consumer before the engine has to wait."""


class _Handover:
    """The way from the threads of an engine to the event loop, which is woken once for all.

    To wake it for each event would be a system call an event: with hundreds of streams, a third
    of what a token costs.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._acts = deque[Callable[[], object]]()
        self._awake = False

    def have(self, act: Callable[[], object]) -> None:
        """Have the loop do it, after all that it was given before; from any thread."""
        self._acts.append(act)
        if not self._awake:
            self._awake = True
            self.loop.call_soon_threadsafe(self._do_all)

    def _do_all(self) -> None:
        # First this: whoever has seen it before has added its act before, too.
        self._awake = False
        while self._acts:
            self._acts.popleft()()


class _Run(Generic[Event]):
    """One request on its thread; also the engine's `Outlet`, its end of the queue."""

    def __init__(self, handover: _Handover) -> None:
        self._handover = handover
        self.events = asyncio.Queue[Event | None]()
        """What the engine emitted; None is the end."""
        self._room = threading.Semaphore(QUEUE)
        self._stopped = False
        self._beat = time.monotonic()
        self._longest_s = 0.0
        self._blocked = False
        """Whether it is the consumer that lets the engine wait."""
        self.done = asyncio.Event()
        self.failure: ServiceError | None = None

    @property
    def stopped(self) -> bool:
        self._live()
        return self._stopped

    def _live(self) -> None:
        """The engine shows that it lives."""
        now = time.monotonic()
        self._longest_s = max(self._longest_s, now - self._beat)
        self._beat = now

    def stuck(self, stop_s: float, hang_s: float) -> str | None:
        """Why the engine seems to hang; None: it does not."""
        if self._blocked:
            return None
        silent_s = time.monotonic() - self._beat
        # Who took long between two signs of life before may take as long again.
        usual_s = 4 * self._longest_s
        if self._stopped and silent_s > max(stop_s, usual_s):
            return f"an engine did not stop for {silent_s:.0f} s when it was told to"
        if silent_s > max(hang_s, usual_s):
            return f"an engine gave no sign of life for {silent_s:.0f} s"
        return None

    def stop(self) -> None:
        if not self._stopped:
            self._beat = max(self._beat, time.monotonic())  # from now on it has to stop
        self._stopped = True
        self._room.release(QUEUE)

    def emit(self, event: Event) -> None:
        self._live()
        if not self._stopped:
            self._blocked = True
            self._room.acquire()
            self._blocked = False
            self._live()
        if self._stopped:
            raise Stopped
        # Handed over without an answer: to wait for one would be two more changes of threads a
        # token, while the engine computes on every core.
        self._handover.have(lambda: self._put(event))

    def consumed(self) -> None:
        """The consumer has an event: there is room for another."""
        self._room.release()

    def _put(self, event: Event) -> None:
        if not self._stopped:
            self.events.put_nowait(event)

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
            self._handover.have(self._end)

    def _end(self) -> None:
        self.events.put_nowait(None)
        self.done.set()


class Hosted(Generic[Request, Event]):
    """A `BlockingEngine`, run on threads of this process, as an `Engine`."""

    def __init__(self, engine: BlockingEngine[Request, Event]) -> None:
        self.engine = engine
        self._runs = set[_Run[Event]]()
        self._threads = anyio.CapacityLimiter(engine.concurrency)
        self._handover: _Handover | None = None

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`; waits while `concurrency` requests are running.

        The stream is over when the engine has really stopped. It holds no task group open
        while it is suspended: whoever consumes it may do so from several tasks, and inside
        cancel scopes of their own.
        """
        place = object()
        await self._threads.acquire_on_behalf_of(place)
        try:
            run = _Run[Event](self._way())
            self._runs.add(run)
            threading.Thread(target=run.work, args=(self.engine, request), daemon=True).start()
            try:
                while (event := await run.events.get()) is not None:
                    run.consumed()
                    yield event
            finally:
                run.stop()
                with anyio.CancelScope(shield=True):
                    await run.done.wait()
                self._runs.discard(run)
        finally:
            self._threads.release_on_behalf_of(place)
        if run.failure:
            raise run.failure

    def _way(self) -> _Handover:
        """The way to the loop that runs now: an application may outlive one (test clients)."""
        if self._handover is None or self._handover.loop is not asyncio.get_running_loop():
            self._handover = _Handover()
        return self._handover

    def stuck(self, stop_s: float, hang_s: float) -> str | None:
        """The reason why a request seems to hang in the engine; None: none does.

        An engine has `stop_s` seconds to end what nobody waits for, and `hang_s` seconds between
        two signs of life: an event, or a look at `Outlet.stopped`.
        """
        reasons = (run.stuck(stop_s, hang_s) for run in self._runs)
        return next((reason for reason in reasons if reason), None)

    def statistics(self) -> anyio.CapacityLimiterStatistics:
        """How many requests run and wait."""
        return self._threads.statistics()
