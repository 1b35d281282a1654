"""Responses that are made while nobody waits for them."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import anyio
from anyio.abc import TaskGroup
from starlette.types import Scope

from dragoman.api import errors
from dragoman.api.disconnect import HungUp
from dragoman.api.headers import Ended
from dragoman.api.inferences import gathering
from dragoman.api.observed import observation_of
from dragoman.domain.caller import caller
from dragoman.domain.errors import EngineFailed, EngineUnavailable, ServiceError, ShuttingDown
from dragoman.wire.responses.bodies import Unfinished

log = logging.getLogger(__name__)

MOST = 16
"""Responses under way or waiting; each may hold as much as a request may have."""
AT_ONCE = 2
"""That are made together: other slots are for those who wait for their answers."""

Room: TypeAlias = ExitStack
"""A place among those that are under way or wait; it is given back when the stack is closed."""


class Queue(Protocol):
    """The queue that shares the places between callers; see `serving.turns.Turns`."""

    def inside(self, caller: str) -> AbstractContextManager[None]:
        """Have room for a work of `caller`.

        Raises:
            Overloaded: there is none.
        """
        ...

    def turn(self, caller: str) -> AbstractAsyncContextManager[object]:
        """Wait for the turn of `caller`, and hold it inside."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A response to be made, and what is to be done about it."""

    response: str
    """Its id."""
    scope: Scope
    """The scope after its request was answered; see `observed.in_background`."""
    work: Callable[[], Awaitable[ServiceError | None]]
    """Makes and keeps the response; returns what went wrong, where that was kept."""
    cancelled: Callable[[], Awaitable[None]]
    """Follows where `Background.cancel` ended the work."""
    last: Callable[[], None]
    """Is called in the end, whatever became of it."""


@dataclass(slots=True)
class _UnderWay:
    job: Job
    room: Room
    status: Unfinished = "queued"
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    ended: anyio.Event = field(default_factory=anyio.Event)


class Background:
    """Works that go on after their requests were answered, by the ids of their responses.

    What becomes of one is what it keeps itself; none goes on when the server stops. `over` is told
    of each when it has ended, as of a request: what it used is its caller's.
    """

    def __init__(self, queue: Queue, over: Ended) -> None:
        self._queue = queue
        self._over = over
        self._jobs: dict[str, _UnderWay] = {}
        self._tasks: TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Take works; those under way are cancelled in the end."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            try:
                yield
            finally:
                self._tasks = None
                tasks.cancel_scope.cancel()

    @contextmanager
    def room(self) -> Generator[Room]:
        """Have room for one more of the caller's, which `begin` may take over.

        Raises:
            Overloaded: there are too many.
            EngineUnavailable: the server does not run.
        """
        self._check()
        with ExitStack() as room:
            room.enter_context(self._queue.inside(caller().name))
            yield room

    def begin(self, job: Job, room: Room) -> None:
        """Do the work of `job` when it is its caller's turn.

        Raises:
            EngineUnavailable: the server does not run any more.
        """
        tasks = self._check()
        under_way = self._jobs[job.response] = _UnderWay(job, room.pop_all())
        tasks.start_soon(self._do, under_way)

    def status(self, response: str) -> Unfinished | None:
        """How far it is; None: it is not made here now."""
        under_way = self._jobs.get(response)
        return under_way.status if under_way else None

    async def cancel(self, response: str) -> None:
        """End its work, if there is any, and wait until what became of it is kept."""
        under_way = self._jobs.get(response)
        if under_way is not None:
            under_way.scope.cancel()
            await under_way.ended.wait()

    def _check(self) -> TaskGroup:
        if self._tasks is None:
            raise EngineUnavailable("Nothing runs in the background now: the server stops.")
        return self._tasks

    async def _do(self, under_way: _UnderWay) -> None:
        job = under_way.job
        error: ServiceError | HungUp | None = ShuttingDown("The server stopped.")
        try:
            with under_way.scope, gathering(observation_of(job.scope).inferences):
                async with self._queue.turn(caller().name):
                    under_way.status = "in_progress"
                    error = await job.work()
            # Until this is done, the response is under way for all who ask, and is not deleted.
            if under_way.scope.cancelled_caught:
                error = HungUp()
                await job.cancelled()
        except Exception as broken:  # the outermost handler of what nobody waits for
            log.exception("response %s broke in the background", job.response)
            error = broken if isinstance(broken, ServiceError) else EngineFailed("see above")
        finally:
            del self._jobs[job.response]
            under_way.room.close()
            self._tell(job.scope, error)
            job.last()
            under_way.ended.set()

    def _tell(self, scope: Scope, error: ServiceError | HungUp | None) -> None:
        if error is not None:
            errors.note(scope, error)
        self._over(scope, 200 if error is None else errors.status_of(error))
