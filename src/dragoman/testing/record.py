"""What was requested, as a test looks at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 64 * 1024**2
"""Bytes of a body that are kept; what comes after them is not looked at."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that reached the application."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the program sent
        """The body, where it is JSON.

        Raises:
            ValueError: it is not.
        """
        return json.loads(self.body)

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields of a form but its files; of several with one name the last."""
        return {
            name: content.decode() for name, filename, content in self._parts() if filename is None
        }

    @property
    def files(self) -> Mapping[str, tuple[str, bytes]]:
        """The files of a form: name of the field → name of the file, bytes."""
        return {
            name: (filename, content)
            for name, filename, content in self._parts()
            if filename is not None
        }

    def _parts(self) -> list[tuple[str, str | None, bytes]]:
        kind = self.headers.get("content-type", "")
        head = f"content-type: {kind}\r\n\r\n".encode()
        message = BytesParser(policy=policy.HTTP).parsebytes(head + self.body)
        parts: list[tuple[str, str | None, bytes]] = []
        for part in message.iter_parts():
            content = part.get_payload(decode=True)
            name = part.get_param("name", header="content-disposition")
            parts.append((str(name), part.get_filename(), bytes(content or b"")))
        return parts


class Recorder:
    """ASGI middleware: keeps every request in `requests`, in the order in which they are answered.

    A request is there before its client sees the answer, which may end a test.
    """

    def __init__(self, app: ASGIApp, requests: list[Requested]) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and keep what is read of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        is_noted = False

        def note() -> None:
            nonlocal is_noted
            if not is_noted:
                is_noted = True
                headers = {
                    name.decode("latin-1"): value.decode("latin-1")
                    for name, value in scope["headers"]
                }
                request = Requested(scope["method"], scope["path"], headers, bytes(body))
                self._requests.append(request)

        async def answer(message: Message) -> None:
            note()
            await send(message)

        async def kept() -> Message:
            message = await receive()
            if message["type"] == "http.request" and len(body) < LONGEST:
                body.extend(message.get("body", b""))
            return message

        try:
            await self._app(scope, kept, answer)
        finally:
            note()  # where its client left before there was an answer
