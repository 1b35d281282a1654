"""Recorded requests, sent to another server, and how it answers them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from dragoman.migration.bodies import Fetch, Passed, answer_pieces, request_bytes
from dragoman.migration.exchange import Answer, Request

LARGEST_ANSWER = 64 * 1024**2
CONNECT_S = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, recorded or of now."""

    status: int
    content_type: str
    pieces: Sequence[Passed]
    first_s: float
    seconds: float
    failure: str | None = None
    """Why there is no whole answer."""

    @property
    def data(self) -> bytes:
        """The body."""
        return b"".join(piece.data for piece in self.pieces)


def recorded(answer: Answer, fetch: Fetch) -> Outcome:
    """Give a recorded answer as an outcome.

    Raises:
        RecordingWrong: a file of it is missing.
    """
    failure = None if answer.end == "whole" else f"the recorded answer: {answer.end}"
    pieces = answer_pieces(answer.body, fetch)
    content_type = answer.headers.get("content-type", "")
    return Outcome(
        answer.status, content_type, pieces, answer.first_byte_s, answer.seconds, failure
    )


def send(client: httpx2.Client, request: Request, fetch: Fetch) -> Outcome:
    """Send a recorded request anew, and wait for the whole answer.

    Raises:
        RecordingWrong: a file of it is missing.
    """
    content_type, body = request_bytes(request.content_type, request.body, fetch)
    pieces: list[Passed] = []
    held, began_at = 0, time.monotonic()
    status, came_as, failure = 0, "", None
    try:
        with client.stream(
            request.method,
            request.path.removeprefix("/"),
            params=list(request.query),
            content=body or None,
            headers={"content-type": content_type} if body else {},
        ) as response:
            status, came_as = response.status_code, response.headers.get("content-type", "")
            for piece in response.iter_bytes():
                held += len(piece)
                if held > LARGEST_ANSWER:
                    failure = f"more than {LARGEST_ANSWER // 1024**2} MiB"
                    break
                pieces.append(Passed(time.monotonic() - began_at, piece))
    except httpx2.HTTPError as error:
        failure = str(error) or type(error).__name__
    seconds = time.monotonic() - began_at
    first_s = pieces[0].at_s if pieces else seconds
    return Outcome(status, came_as, pieces, first_s, seconds, failure)
