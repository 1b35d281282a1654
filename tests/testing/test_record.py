"""What the fixture `dragoman` keeps of requests, and when."""

from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from dragoman.testing.record import Recorder, Requested

SCOPE: Scope = {
    "type": "http",
    "method": "POST",
    "path": "/v1/chat/completions",
    "headers": [(b"authorization", b"Bearer key")],
}


async def through(app: "Echo", requests: list[Requested]) -> Sequence[int]:
    """Send a request in two parts; how many requests were kept at each part of the answer."""
    pieces = [b"Hello, ", b"world"]
    kept: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(_: Message) -> None:
        kept.append(len(requests))

    await Recorder(app, requests)(SCOPE, receive, send)
    return kept


class Echo:
    """Reads its request and answers in two parts, or ends before that."""

    def __init__(self, *, breaks: bool = False) -> None:
        self._breaks = breaks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
        if self._breaks:
            raise RuntimeError("the client left")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"Hi"})


async def test_a_request_is_kept_before_its_client_sees_the_answer() -> None:
    requests: list[Requested] = []
    assert await through(Echo(), requests) == [1, 1]
    (request,) = requests
    assert (request.path, request.body) == ("/v1/chat/completions", b"Hello, world")
    assert request.headers["authorization"] == "Bearer key"


async def test_a_request_without_an_answer_is_kept_too() -> None:
    requests: list[Requested] = []
    with pytest.raises(RuntimeError):
        await through(Echo(breaks=True), requests)
    assert [request.body for request in requests] == [b"Hello, world"]
