"""The front door and the demonstration's application in this process, without a socket."""

import asyncio
import contextlib
import http.client
import io
import json
import logging
import time
from collections.abc import AsyncGenerator
from typing import Any, cast

import anyio
import anyio.lowlevel
import uvicorn
from typing_extensions import override
from uvicorn.server import ServerState

from dragoman.api.draining import Draining
from dragoman.serving.demo import demo_app
from dragoman.serving.front_door import FrontDoor, Limits, Visitors
from dragoman.serving.settings import Settings

PATIENCE_S = 20.0
MOST_CPU_S = 5.0
"""Processor seconds that one answer may cost."""
ENVELOPE = {"message", "type", "param", "code"}


class _Wire(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 5), "sockname": ("127.0.0.1", 80)})
        self.written = bytearray()
        self.closed = False

    @override
    def write(self, data: Any) -> None:
        if not self.closed:
            self.written += data

    @override
    def close(self) -> None:
        self.closed = True

    @override
    def abort(self) -> None:
        self.closed = True

    @override
    def is_closing(self) -> bool:
        return self.closed

    @override
    def get_write_buffer_size(self) -> int:
        return 0

    @override
    def pause_reading(self) -> None: ...

    @override
    def resume_reading(self) -> None: ...


class _Errors(logging.Handler):
    """Keeps what is logged as an error, with the last line of its trace."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()[:60]} {self.format(record)[-600:]}")


class Doorway:
    """Answers the bytes of connections, one after another."""

    def __init__(self, config: uvicorn.Config, errors: _Errors) -> None:
        self._config = config
        self._errors = errors
        self._state = ServerState()
        self._visitors = Visitors()

    async def fault(self, request: bytes) -> str | None:
        """What is wrong with the answer to `request`, if anything is."""
        self._errors.lines.clear()
        began = time.thread_time()
        answer, hung_up = await self.answer(request)
        cpu_s = time.thread_time() - began
        if self._errors.lines:
            return self._errors.lines[0]
        if self._state.tasks:
            return "no end"
        if cpu_s > MOST_CPU_S:
            return f"more than {MOST_CPU_S:g} s of processor time"
        return None if hung_up and not answer else wrong(answer, request)

    async def answer(self, request: bytes) -> tuple[bytes, bool]:
        """The bytes of the answer, and whether `request` lacks its end, and was left."""
        door, wire = FrontDoor(Limits(), self._visitors, self._config, self._state, {}), _Wire()
        door.connection_made(wire)
        for at in range(0, len(request), 65_536):
            door.data_received(request[at : at + 65_536])
        # What lacks its end is left, as a client does that gives up.
        hung_up = not wire.closed and (door._in_head or door._in_body)
        if hung_up:
            for _ in range(20):
                await anyio.lowlevel.checkpoint()
            door.connection_lost(None)
        until = time.monotonic() + PATIENCE_S
        while self._state.tasks and time.monotonic() < until:
            await asyncio.wait(set(self._state.tasks), timeout=1)
            await anyio.lowlevel.checkpoint()
        if not hung_up:
            door.connection_lost(None)
        return bytes(wire.written), hung_up


class _Read:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def wrong(answer: bytes, request: bytes) -> str | None:
    """What is wrong with the first answer in `answer`."""
    method = "HEAD" if request[:5] == b"HEAD " else None
    response = http.client.HTTPResponse(cast("Any", _Read(answer)), method=method)
    try:
        response.begin()
        body = response.read()
    except (http.client.HTTPException, ValueError, ConnectionError) as error:
        return f"no HTTP: {error!r} {answer[:200]!r}"
    if response.status >= 500 and response.status != 503:
        return f"status {response.status}: {body[:300]!r}"
    if (
        "text/event-stream" in (response.getheader("content-type") or "")
        and b"server_error" in body
    ):
        return f"failed stream: {body[-300:]!r}"
    if response.status < 400 or method == "HEAD":
        return None
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return f"{response.status} without an envelope: {body[:200]!r}"
    return None if set(error) == ENVELOPE and error["message"] else f"another envelope: {error}"


@contextlib.asynccontextmanager
async def doorway() -> AsyncGenerator[Doorway, None]:
    """Such a doorway, from the application's start to its end."""
    settings, errors = Settings(key_file=None), _Errors()
    app = demo_app(settings, Draining())
    config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
    config.load()
    logging.getLogger().addHandler(errors)
    try:
        async with app.router.lifespan_context(app):
            yield Doorway(config, errors)
    finally:
        logging.getLogger().removeHandler(errors)
