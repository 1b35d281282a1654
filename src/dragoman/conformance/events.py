"""Streams of events, read to their end, as strictly as a client of few words would."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from dragoman.conformance.check import SPEECH, Differs, Endpoint
from dragoman.conformance.reading import array, has, members, require, text, value
from dragoman.conformance.server import Answer, Fields, Server

MOST_EVENTS = 20_000
LONGEST_LINE = 1024**2
DONE = "[DONE]"
_STREAMED: Mapping[str, Fields] = {SPEECH.path: {"stream_format": "sse"}}
"""How a stream is asked for, where it is not by `stream`."""


@dataclass(slots=True)
class Stream:
    """A stream that has ended."""

    documents: list[object] = field(default_factory=list[object])
    """The JSON of each event."""
    names: list[str] = field(default_factory=list[str])
    """What follows `event:` for each, or ""."""
    is_done: bool = False
    """Whether `[DONE]` came last."""

    def content(self, choice: int = 0) -> str:
        """Join the text of a choice of a chat completion."""
        return "".join(
            text(delta, "content")
            for delta in self.deltas(choice)
            if has(delta, "content") and value(delta, "content") is not None
        )

    def deltas(self, choice: int = 0) -> Sequence[object]:
        """List the deltas of a choice of a chat completion."""
        return [
            value(each, "delta")
            for document in self.documents
            for each in array(document, "choices")
            if value(each, "index") == choice
        ]


async def read(server: Server, endpoint: Endpoint, fields: Fields) -> Stream:
    """Ask for a stream, and read all of it.

    Raises:
        Shortfall: it is refused, is no stream of events, or an event of it is no JSON.
    """
    model = server.models.of(endpoint.kind)
    body = {"model": model, **_STREAMED.get(endpoint.path, {"stream": True}), **fields}
    stream = Stream()
    async with opened(server, "POST", endpoint.path, body) as events:
        async for name, data in events:
            _take(stream, name, data)
    return stream


async def read_upload(server: Server, endpoint: Endpoint, fields: Fields) -> Stream:
    """Send the recording for a stream, and read all of it, as `read` does."""
    form = {"model": server.models.of(endpoint.kind), "stream": "true", **fields}
    stream = Stream()
    async with opened(server, "POST", endpoint.path, form=form) as events:
        async for name, data in events:
            _take(stream, name, data)
    return stream


def _take(stream: Stream, name: str, data: str) -> None:
    if stream.is_done:
        raise Differs("events come after [DONE]")
    if data == DONE:
        stream.is_done = True
        return
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Differs("an event is no JSON") from error
    if has(document, "error") and value(document, "error") is not None:
        raise Differs("an event of the stream is an error")
    stream.documents.append(document)
    stream.names.append(name)
    if len(stream.documents) > MOST_EVENTS:
        raise Differs(f"the stream has more than {MOST_EVENTS} events")


@asynccontextmanager
async def opened(
    server: Server, method: str, path: str, body: Fields | None = None, form: Fields | None = None
) -> AsyncGenerator[AsyncIterator[tuple[str, str]]]:
    """Open a stream: names and data of its events, one by one; leaving it closes the connection.

    Raises:
        Shortfall: it is refused, or is no stream of events.
    """
    file = server.recording if form is not None else None
    async with server.streamed(method, path, body, form, file) as response:
        answer = Answer(response.status_code, response.headers, b"")
        if answer.status != 200:
            data = server.without_key(b"".join([piece async for piece in response.aiter_raw()]))
            server.accepted(Answer(answer.status, answer.headers, data))
        if answer.content_type != "text/event-stream":
            raise Differs(f"the stream comes as {answer.content_type or 'no content-type'}")
        yield _events(response.aiter_raw())


async def _events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[tuple[str, str]]:
    name, data = "", list[str]()
    async for line in _lines(pieces):
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "", []
            continue
        word, _, rest = line.partition(":")
        rest = rest.removeprefix(" ")
        if word == "data":
            data.append(rest)
        elif word == "event":
            name = rest[:80]
        elif word not in ("", "id", "retry"):
            raise Differs("a line of the stream is none of an event's")
    if data:
        yield name, "\n".join(data)


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncGenerator[str]:
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        require(len(rest) <= LONGEST_LINE, "a line of the stream does not end")
        for line in lines:
            yield _decoded(line)
    if rest:
        yield _decoded(rest)


def _decoded(line: bytes) -> str:
    try:
        return line.removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise Differs("an event is no UTF-8: a character is broken") from error


def choices(documents: Sequence[object]) -> Sequence[Mapping[str, object]]:
    """List the choices of all chunks, one after the other.

    Raises:
        Differs: there are none.
    """
    every = [
        members(document, f"choices.{place}")
        for document in documents
        for place in range(len(array(document, "choices")))
    ]
    require(every, "the stream has no choices")
    return every
