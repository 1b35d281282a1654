"""A thread in which an application lives: its event loop, its lifespan and its requests."""

import concurrent.futures
import threading
import weakref
from concurrent.futures import Future

import anyio
from anyio.from_thread import BlockingPortal
from starlette.applications import Starlette

from dragoman.embedded.exchange import Exchange, Receiving

STOP_S = 30.0
"""The seconds that requests have to end when the host stops, and the engines after them."""


class Stopped(RuntimeError):
    """The host runs no more: whoever had it has closed it."""


class Host:
    """Runs `app` until `stop`, or until Python ends.

    A thread of its own, because the application's engines outlive a caller's event loop (a notebook
    has one running already, pytest one a test), and because its caller may have none.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app
        started = Future[BlockingPortal]()
        thread = threading.Thread(
            target=anyio.run, args=(_live, app, started), name="dragoman", daemon=True
        )
        thread.start()
        self._portal = started.result()
        self._requests = set[Future[None]]()
        # Daemons are cut off at Python's end; the engines' processes are to be ended in order.
        self._end = weakref.finalize(self, _stop, self._portal, self._requests, thread)

    def begin(self, scope: dict[str, object], body: Receiving) -> Exchange:
        """Have the application answer one request.

        Raises:
            Stopped: it runs no more.
        """
        if not self._end.alive:
            raise Stopped("this client is closed: dragoman.connect() makes another")
        exchange = Exchange(self._portal, body)
        # What the application raises stays in the future: it has logged it and answered 500.
        request = self._portal.start_task_soon(exchange.serve, self._app, scope)
        self._requests.add(request)
        request.add_done_callback(self._requests.discard)
        return exchange

    def stop(self) -> None:
        """End the requests under way, then the application; a second time does nothing."""
        self._end()


async def _live(app: Starlette, started: "Future[BlockingPortal]") -> None:
    try:
        async with app.router.lifespan_context(app), BlockingPortal() as portal:
            started.set_result(portal)
            await portal.sleep_until_stopped()
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)  # raised where the host is made


def _stop(portal: BlockingPortal, requests: "set[Future[None]]", thread: threading.Thread) -> None:
    if threading.current_thread() is thread:
        # Python collects what is forgotten in whatever thread runs, and this one cannot wait for
        # its own end.
        threading.Thread(target=_stop, args=(portal, requests, thread), name="dragoman end").start()
        return
    under_way = list(requests)
    for request in under_way:
        request.cancel()
    concurrent.futures.wait(under_way, STOP_S)
    portal.call(portal.stop)
    thread.join(STOP_S)
