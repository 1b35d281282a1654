"""The replayer: gives recorded answers to requests that are equal, and reaches nothing else."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dragoman.migration.bodies import Describer, Passed, answer_pieces
from dragoman.migration.exchange import RecordingWrong
from dragoman.migration.folder import Folder, Recording
from dragoman.migration.keeping import described_request
from dragoman.migration.listening import problem
from dragoman.migration.normal import Difference, differences, key, normal_form
from dragoman.migration.proxy import BASE
from dragoman.migration.scrubbing import Scrubber

LARGEST_REQUEST = 64 * 1024**2
MOST_COMPARED = 500
"""The recordings among which the nearest is looked for."""
MOST_NAMED = 3
"""The differences that an error names."""
LONGEST_VALUE = 60
"""The characters of a value that an error shows."""
NOT_RECORDED = "not_recorded"


@dataclass(slots=True)
class _Take:
    """The recordings of one request, and how many were given."""

    form: Mapping[str, Any]
    recordings: list[Recording] = field(default_factory=list[Recording])
    count: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How answers are given."""

    strict: bool = False
    """Each recording is given once; else they begin again after the last."""
    paced: bool = False
    """Answers come as slowly as they came; else at once."""
    ignored: Collection[str] = ()
    """Fields of bodies that may differ."""


class Replay:
    """An ASGI application of the recordings of a folder."""

    def __init__(self, folder: Folder, manner: Manner, say: Callable[[str], None]) -> None:
        """Read the folder.

        Raises:
            RecordingWrong: it cannot be read.
        """
        self._folder = folder
        self._manner = manner
        self._say = say
        self._takes: dict[str, _Take] = {}
        self._turn = threading.Lock()
        self.unknown = 0
        """The requests that had no recording left."""
        for recording in folder.recordings():
            form = normal_form(recording.exchange.request, manner.ignored)
            self._takes.setdefault(key(form), _Take(form)).recordings.append(recording)

    @property
    def size(self) -> int:
        """How many recordings there are."""
        return sum(len(take.recordings) for take in self._takes.values())

    @property
    def unused(self) -> list[str]:
        """The names of recordings that nobody requested."""
        return [
            recording.name
            for take in self._takes.values()
            for recording in take.recordings[take.count :]
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            body = await _body(Request(scope, receive))
        except ClientDisconnect:
            return
        if body is None:
            refusal = problem(413, f"More than {LARGEST_REQUEST // 1024**2} MiB were sent.")
            await refusal(scope, receive, send)
            return
        answer = await to_thread.run_sync(self._find, scope, body)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
            return
        recording, pieces = answer
        await self._give(recording, pieces, send)

    def _find(self, scope: Scope, body: bytes) -> "Response | tuple[Recording, Sequence[Passed]]":
        """The recording whose turn it is and its bytes, or why there is none."""
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        content_type = Request(scope).headers.get("content-type", "")
        line = (scope["method"], path.removeprefix(BASE), scope["query_string"])
        # Nothing is written here: the caller's own key is not looked for.
        request = described_request(Describer(Scrubber()), line, content_type, body)
        form = normal_form(request, self._manner.ignored)
        take = self._takes.get(key(form))
        if take is None:
            return self._refuse(line, *self._nearest(form))
        with self._turn:
            place, take.count = take.count, take.count + 1
        if place >= len(take.recordings) and self._manner.strict:
            times = f"{len(take.recordings)} times" if len(take.recordings) > 1 else "once"
            name = take.recordings[-1].name
            return self._refuse(line, f"It was recorded {times} ({name}), and this is one more.")
        recording = take.recordings[place % len(take.recordings)]
        try:
            return recording, answer_pieces(recording.exchange.answer.body, self._folder.fetch)
        except RecordingWrong as error:
            return problem(500, str(error), "server_error", code="recording_wrong")

    def _refuse(
        self, line: tuple[str, str, bytes], reason: str, param: str | None = None
    ) -> Response:
        self.unknown += 1
        self._say(f"{line[0]} {line[1]}: not recorded. {reason}")
        message = f"There is no recording of this {line[0]} {line[1]}. {reason}"
        return problem(404, message, param=param, code=NOT_RECORDED)

    def _nearest(self, form: Mapping[str, Any]) -> tuple[str, str | None]:
        """What tells of the recorded request that is nearest, and the first place that differs."""
        same = [
            take
            for take in self._takes.values()
            if (take.form["method"], take.form["path"]) == (form["method"], form["path"])
        ]
        if not same:
            paths = sorted({f"{t.form['method']} {t.form['path']}" for t in self._takes.values()})
            return f"Recorded are: {', '.join(paths[:20])}.", None
        compared = ((differences(form, take.form), take) for take in same[:MOST_COMPARED])
        places, take = min(compared, key=lambda pair: _distance(pair[0]))
        shown = "; ".join(map(_described, places[:MOST_NAMED]))
        more = len(places) - MOST_NAMED
        others = f"; and {more} more places" if more > 0 else ""
        name = take.recordings[0].name
        return f"The nearest is {name}; it differs in {shown}{others}.", places[0].path

    async def _give(self, recording: Recording, pieces: Sequence[Passed], send: Send) -> None:
        """A recorded answer, in its pieces; one that broke off breaks off again."""
        answer = recording.exchange.answer
        headers = {**answer.headers, "x-dragoman-recording": recording.name}
        if len(pieces) < 2 and answer.end == "whole":
            headers["content-length"] = str(sum(len(piece.data) for piece in pieces))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        began_at = anyio.current_time()
        if self._manner.paced:
            await anyio.sleep_until(began_at + answer.first_byte_s)
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        for piece in pieces:
            if self._manner.paced:
                await anyio.sleep_until(began_at + piece.at_s)
            await send({"type": "http.response.body", "body": piece.data, "more_body": True})
        self._say(
            f"{recording.exchange.request.method} {recording.exchange.request.path}: "
            f"{answer.status}, {recording.name}"
        )
        if answer.end == "whole":
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _body(request: Request) -> bytes | None:
    """The body of a request; None: it is too large."""
    body = bytearray()
    async for piece in request.stream():
        if len(body) + len(piece) > LARGEST_REQUEST:
            return None
        body += piece
    return bytes(body)


def _distance(places: Sequence[Difference]) -> tuple[int, float]:
    """How far two requests are apart: places first, then how late the first texts part."""
    return len(places), -sum(_alike(each) for each in places)


def _alike(difference: Difference) -> float:
    """The share of two values that is the same at their beginning."""
    sent, recorded = difference.sent or "", difference.recorded or ""
    return _shared(sent, recorded) / max(len(sent), len(recorded), 1)


def _shared(sent: str, recorded: str) -> int:
    """The length of the beginning that two texts share."""
    pairs = enumerate(zip(sent, recorded, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(sent), len(recorded)))


def _described(difference: Difference) -> str:
    sent, recorded = difference.sent, difference.recorded
    if sent is None:
        return f"{difference.path} (recorded is {_cut(recorded or '', 0)}, and nothing was sent)"
    if recorded is None:
        return f"{difference.path} ({_cut(sent, 0)} was sent, and nothing is recorded)"
    start = _shared(sent, recorded)
    return f"{difference.path} ({_cut(sent, start)} was sent, recorded is {_cut(recorded, start)})"


def _cut(text: str, start: int) -> str:
    """The text around the place where another begins to differ."""
    first = max(start - LONGEST_VALUE // 3, 0) if len(text) > LONGEST_VALUE else 0
    last = first + LONGEST_VALUE
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
