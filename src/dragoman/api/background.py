"""Responses that are made while nobody waits for them."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import TaskGroup

from dragoman.domain.errors import EngineUnavailable, Overloaded
from dragoman.wire.responses.bodies import Unfinished

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]

MOST = 16
"""Responses under way or waiting; each may hold as much as a request may have."""
AT_ONCE = 2
"""That are made together: other slots are for those who wait for their answers."""


@dataclass(slots=True)
class _Job:
    last: Callable[[], None]
    status: Unfinished = "queued"
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    ended: anyio.Event = field(default_factory=anyio.Event)


class Background:
    """Works that go on after their requests were answered, by the ids of their responses.

    What becomes of one is what it keeps itself; none goes on when the server stops.
    """

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._turns = anyio.CapacityLimiter(AT_ONCE)
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

    def check(self) -> None:
        """See that one more can be taken.

        Raises:
            Overloaded: there are too many.
            EngineUnavailable: the server does not run.
        """
        if self._tasks is None:
            raise EngineUnavailable("Nothing runs in the background now: the server stops.")
        if len(self._jobs) >= MOST:
            raise Overloaded(
                f"{MOST} responses are made in the background or wait for it, and no more are "
                "taken. Please try again later."
            )

    def begin(self, response: str, work: Work, cancelled: Work, ended: Callable[[], None]) -> None:
        """Do `work` when it is its turn; `cancelled` follows where `cancel` ended it.

        `ended` is the last thing that is called, whatever became of it.

        Raises:
            Overloaded, EngineUnavailable: see `check`.
        """
        self.check()
        if self._tasks is not None:
            job = self._jobs[response] = _Job(ended)
            self._tasks.start_soon(self._do, response, job, work, cancelled)

    def status(self, response: str) -> Unfinished | None:
        """How far it is; None: it is not made here now."""
        job = self._jobs.get(response)
        return job.status if job else None

    async def cancel(self, response: str) -> None:
        """End its work, if there is any, and wait until what became of it is kept."""
        job = self._jobs.get(response)
        if job is not None:
            job.scope.cancel()
            await job.ended.wait()

    async def _do(self, response: str, job: _Job, work: Work, cancelled: Work) -> None:
        try:
            with job.scope:
                async with self._turns:
                    job.status = "in_progress"
                    await work()
            # Until this is done, the response is under way for all who ask, and is not deleted.
            if job.scope.cancelled_caught:
                await cancelled()
        except Exception:  # the outermost handler of what nobody waits for
            log.exception("response %s broke in the background", response)
        finally:
            del self._jobs[response]
            job.last()
            job.ended.set()
