"""Files on disk: sums, copies, and making sure that the bytes are really there."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dragoman.models.errors import DiskFull

BLOCK = 1024 * 1024
"""The bytes of one block: what is in memory at once."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def sha256(path: Path, advance: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file in hexadecimal; `advance` is called with the size of every block."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
            if advance:
                advance(len(block))
    return digest.hexdigest()


def copy(source: IO[bytes], target: IO[bytes], limit: int) -> int:
    """Copy up to `limit` bytes, a block at a time; returns how many there were."""
    copied = 0
    while copied < limit and (block := source.read(min(BLOCK, limit - copied))):
        target.write(block)
        copied += len(block)
    return copied


def settle(path: Path) -> None:
    """Wait until the file, or the directory's list of names, is on the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Delete a file, a link or a whole directory, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def discard(directory: Path) -> None:
    """Delete what is no longer needed, as far as possible.

    A child of a killed pull may still be writing there; what it leaves goes the next time.
    """
    shutil.rmtree(directory, ignore_errors=True)


def free_bytes(directory: Path) -> int:
    """The free bytes of the disk that holds `directory` (which need not exist yet)."""
    existing = next(place for place in (directory, *directory.parents) if place.exists())
    return shutil.disk_usage(existing).free


def how_much(size: int) -> str:
    """A number of bytes as people read it: `1.12 GB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            return f"{size / scale:.3g} {unit}"
    return f"{size} bytes"


@contextmanager
def room_in(directory: Path) -> Generator[None]:
    """A context in which a write that finds no room raises `DiskFull`.

    Raises:
        DiskFull: the disk, a quota or a limit on file sizes left no room.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise DiskFull(no_room(directory, str(error))) from error


def no_room(directory: Path, why: str) -> str:
    """The error that says what to do when there is no room."""
    return (
        f"There is no room for it in {directory}: {why}. Make room, or keep models on another "
        "disk: set DRAGOMAN_MODELS to a directory there. What is already fetched is kept, so "
        "pulling again goes on from there."
    )
