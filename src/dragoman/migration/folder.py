"""The folder of recordings: one file an exchange, and beside them what is no text."""

import itertools
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dragoman.migration.bodies import FILES
from dragoman.migration.exchange import Exchange, File, RecordingWrong, Request, read, write
from dragoman.migration.normal import key, normal_form

MOST_RECORDINGS = 10_000
"""The exchanges that a folder may hold."""
LARGEST_FILE = 256 * 1024**2
"""The most bytes of a recording, and of a file beside it, that are read."""
LONGEST_SLUG = 60


class FolderFull(Exception):
    """The folder holds as many recordings as it may."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording and the name of its file."""

    name: str
    exchange: Exchange


class Folder:
    """A folder of recordings. What is written there is whole or not there at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = sum(1 for _ in self._files()) if path.is_dir() else 0

    def add(self, exchange: Exchange, files: Mapping[str, bytes]) -> str:
        """Write a recording and its files; returns its name.

        Raises:
            FolderFull: there are too many already.
            OSError: the disk refuses.
        """
        if self._count >= MOST_RECORDINGS:
            raise FolderFull(f"{self.path} holds {MOST_RECORDINGS} recordings already")
        self.path.mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            target = self.path / path
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                _write(target, data)
        stem = _stem(exchange.request)
        data = write(exchange)
        for number in itertools.count(1):
            name = f"{stem}.{number}.json"
            if not (self.path / name).exists() and _write(self.path / name, data):
                self._count += 1
                return name
        raise AssertionError

    def recordings(self) -> list[Recording]:
        """Read all of them: those of one request in the order in which they were made.

        Raises:
            RecordingWrong: one of them is none, or there are too many or none.
        """
        if not self.path.is_dir():
            raise RecordingWrong(f"{self.path} is no folder.")
        paths = sorted(itertools.islice(self._files(), MOST_RECORDINGS + 1), key=_order)
        if len(paths) > MOST_RECORDINGS:
            raise RecordingWrong(f"{self.path} holds more than {MOST_RECORDINGS} recordings.")
        if not paths:
            raise RecordingWrong(f"{self.path} holds no recordings.")
        return [Recording(path.name, read(_bytes(path), str(path))) for path in paths]

    def fetch(self, file: File) -> bytes:
        """Read a file that a recording names.

        Raises:
            RecordingWrong: it is not there, or lies somewhere else.
        """
        path = (self.path / file.path).resolve()
        if not path.is_relative_to((self.path / FILES).resolve()):
            raise RecordingWrong(f"{file.path} does not lie in {self.path / FILES}.")
        return _bytes(path)

    def _files(self) -> Iterator[Path]:
        return self.path.glob("*.json")


def _stem(request: Request) -> str:
    """The name of a request's recordings, without their number: readable, and the same ever."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{request.method}{request.path}".lower())
    return f"{words.strip('-')[:LONGEST_SLUG]}-{key(normal_form(request))}"


def _order(path: Path) -> tuple[str, int]:
    stem, _, number = path.stem.rpartition(".")
    return (stem, int(number)) if number.isdecimal() else (path.stem, 0)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise RecordingWrong(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > LARGEST_FILE:
        raise RecordingWrong(f"{path} has more than {LARGEST_FILE // 1024**2} MiB.")
    return data


def _write(path: Path, data: bytes) -> bool:
    """Write a file whole; False: another came first."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    try:
        os.link(part, path)  # unlike a renaming it replaces nothing
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True
