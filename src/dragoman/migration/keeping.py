"""What passes a recorder: kept while there is room, and written down when it has ended."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dragoman.migration.bodies import Describer, Passed, SecretInFile
from dragoman.migration.exchange import VERSION, Answer, End, Exchange, Request
from dragoman.migration.folder import Folder, FolderFull
from dragoman.migration.scrubbing import Scrubber

MIB = 1024**2
MEMORY_BYTES = 512 * MIB
"""What all exchanges under way may hold together."""

KEPT_HEADERS = frozenset(
    {
        *("content-type", "content-encoding", "content-disposition", "content-language"),
        *("retry-after", "retry-after-ms", "x-should-retry", "x-request-id"),
        *("openai-processing-ms", "openai-version", "openai-model", "deprecation", "sunset"),
    }
)
KEPT_PREFIXES = ("x-ratelimit-", "x-dragoman-")
"""Headers of answers that are written down; others may tell who somebody is."""

RawHeaders = Sequence[tuple[bytes, bytes]]


class Room:
    """Bytes that may be held, by all exchanges together."""

    def __init__(self, left: int = MEMORY_BYTES) -> None:
        self._left = left

    def take(self, count: int) -> bool:
        """Take some; False: there are not so many."""
        if count > self._left:
            return False
        self._left -= count
        return True

    def give_back(self, count: int) -> None:
        """Return what was taken."""
        self._left += count


class Kept:
    """A body that passes by; what is longer than `largest` is not kept at all."""

    def __init__(self, largest: int, room: Room) -> None:
        self._largest = largest
        self._room = room
        self._held = 0
        self.pieces: list[Passed] = []
        self.is_too_large = False

    def add(self, at_s: float, data: bytes) -> None:
        """Keep the next piece."""
        if self.is_too_large or not data:
            return
        if self._held + len(data) > self._largest or not self._room.take(len(data)):
            self.free()
            self.is_too_large = True
            return
        self._held += len(data)
        self.pieces.append(Passed(at_s, data))

    def free(self) -> None:
        """Forget the body."""
        self._room.give_back(self._held)
        self._held = 0
        self.pieces = []


@dataclass(slots=True)
class Traffic:
    """One exchange as it passed."""

    method: str
    path: str
    query: bytes
    headers: RawHeaders
    key: str | None
    """The key that was sent upstream in the place of the program's."""
    upload: Kept
    download: Kept
    came_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: int | None = None
    answer_headers: RawHeaders = ()
    seconds: float = 0.0
    end: End = "broken off"

    def header(self, headers: RawHeaders, name: bytes) -> str:
        """The value of a header; empty: there is none."""
        return next((v.decode("latin-1") for n, v in headers if n.lower() == name), "")


class Keeper:
    """Writes exchanges into a folder, and says of each what became of it."""

    def __init__(self, folder: Folder, largest: int, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say
        self._largest = largest
        self._room = Room()
        self._turn = threading.Lock()

    def kept(self) -> Kept:
        """Make the place for a body."""
        return Kept(self._largest, self._room)

    def keep(self, traffic: Traffic) -> None:
        """Write down an exchange that has ended, unless something speaks against it."""
        line = f"{traffic.method} {traffic.path}: {traffic.status}, {traffic.seconds:.2f} s"
        try:
            self._say(f"{line}, {self._write(traffic)}")
        finally:
            traffic.upload.free()
            traffic.download.free()

    def _write(self, traffic: Traffic) -> str:
        """The name of the recording, or why there is none."""
        if traffic.upload.is_too_large or traffic.download.is_too_large:
            return f"not recorded: more than {self._largest // MIB} MiB (--largest)"
        try:
            exchange, files = described(traffic)
            with self._turn:
                return self._folder.add(exchange, files)
        except SecretInFile:
            return "not recorded: a file in it holds the key"
        except (FolderFull, OSError) as error:
            return f"not recorded: {error}"


def described(traffic: Traffic) -> tuple[Exchange, dict[str, bytes]]:
    """Give the recording of an exchange, without secrets, and its files.

    Raises:
        SecretInFile: it cannot be written down.
    """
    describer = Describer(Scrubber([*traffic.headers, *traffic.answer_headers], traffic.key))
    request = described_request(
        describer,
        (traffic.method, traffic.path, traffic.query),
        traffic.header(traffic.headers, b"content-type"),
        b"".join(piece.data for piece in traffic.upload.pieces),
    )
    content_type = traffic.header(traffic.answer_headers, b"content-type")
    encoding = traffic.header(traffic.answer_headers, b"content-encoding")
    pieces = traffic.download.pieces
    answer = Answer(
        status=traffic.status or 0,
        headers=_kept_headers(traffic.answer_headers, describer.scrubber),
        first_byte_s=round(pieces[0].at_s if pieces else traffic.seconds, 4),
        seconds=round(traffic.seconds, 4),
        end=traffic.end,
        body=describer.answer(content_type, pieces, encoding),
    )
    moment = traffic.came_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Exchange(VERSION, moment, request, answer), describer.files


def described_request(
    describer: Describer, line: tuple[str, str, bytes], content_type: str, body: bytes
) -> Request:
    """Give a request as recordings have it; `line` is method, path and query.

    Raises:
        SecretInFile: it cannot be written down.
    """
    method, path, query = line
    form = content_type.lower().startswith("multipart/")
    return Request(
        method,
        describer.scrubber.text(path),
        describer.scrubber.query(query),
        # The boundary of a form is another each time, and is written anew.
        (content_type.partition(";")[0] if form else content_type) or None,
        describer.request(content_type, body),
    )


def _kept_headers(headers: RawHeaders, scrubber: Scrubber) -> dict[str, str]:
    names = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
    return {
        name: scrubber.text(value)
        for name, value in names
        if name in KEPT_HEADERS or name.startswith(KEPT_PREFIXES)
    }
