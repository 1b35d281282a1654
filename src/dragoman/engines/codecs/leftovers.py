"""What lies in a file behind the sound that its header tells of."""

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

UNKNOWN = 0x3FFF0000
"""Bytes from which on a length in a header stands for: not known yet."""

MOST_STEPS = 400_000
"""Chunks or boxes that are looked at: more than the fragments of a long recording."""

TAIL = 4096
"""Fewer bytes at the end of a file are notes rather than sound."""

_NOTES = frozenset(
    {b"LIST", b"INFO", b"id3 ", b"ID3 ", b"bext", b"fact", b"cue ", b"smpl", b"JUNK", b"PAD "}
)
"""Chunks that often follow the sound of a WAV."""


class Cutout:
    """The bytes of an open file from one place to another, as a file."""

    def __init__(self, file: BinaryIO, begins: int, ends: int) -> None:
        self._file = file
        self._begins, self._ends = begins, ends
        self._file.seek(begins)

    def read(self, size: int = -1) -> bytes:
        """See `io.RawIOBase.read`."""
        left = max(0, self._ends - self._file.tell())
        return self._file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = 0) -> int:
        """See `io.RawIOBase.seek`; but -1, as FFmpeg has it, where there is no such place."""
        place = offset + (self._begins, self._file.tell(), self._ends)[whence]
        if not self._begins <= place <= self._ends:
            return -1
        return self._file.seek(place) - self._begins

    def tell(self) -> int:
        """See `io.RawIOBase.tell`."""
        return self._file.tell() - self._begins

    def seekable(self) -> bool:
        """See `io.RawIOBase.seekable`."""
        return True


def end_of(path: str, begins: int) -> int:
    """Where the file ends that begins at this place: an MP4 at the next, all others nowhere else.

    FFmpeg would put the fragments of all into one, and over each other.
    """
    size = Path(path).stat().st_size
    steps = 0
    with Path(path).open("rb") as file:
        at = begins
        while at + 8 <= size and (steps := steps + 1) <= MOST_STEPS:
            file.seek(at)
            head = file.read(16)
            length, name = struct.unpack(">I4s", head[:8])
            if name == b"ftyp" and at > begins:
                return at
            if name != b"ftyp" and at == begins:
                return size
            if length == 1 and len(head) == 16:
                (length,) = struct.unpack(">Q", head[8:])
            if length < 8:
                return size
            at += length
    return size


def next_part(path: str, after: int) -> int | None:
    """Where the beginning of the file comes again behind `after`: there another may be glued on."""
    size = Path(path).stat().st_size
    if after >= size:
        return None
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        if data[4:8] == b"ftyp":
            found = data.find(b"ftyp", after + 4) - 4
        else:
            found = data.find(data[:4], after)
    return found if found >= after else None


def wav_goes_on(path: str, begins: int) -> bool:
    """Whether the WAV at `begins` has more sound than its header says.

    Recorders that stream write the header of the first piece: behind its sound there is then
    neither a chunk nor another file.
    """
    size = Path(path).stat().st_size
    seen, steps = False, 0
    with Path(path).open("rb") as file:
        file.seek(begins)
        if not _is_wav(file.read(12)):
            return False
        at = begins + 12
        while at + 8 <= size and (steps := steps + 1) <= MOST_STEPS:
            file.seek(at)
            name, length = struct.unpack("<4sI", file.read(8))
            if seen and (name == b"RIFF" or name in _NOTES):
                return False
            if not _is_chunk(name) or (seen and at + 8 + length > size):
                break
            if name == b"data":
                if length == 0 or length >= UNKNOWN:
                    return False
                seen = True
            at += 8 + length + length % 2
    return seen and size - at > TAIL


def wav_missing(path: str) -> int:
    """Bytes of sound that the WAV's header tells of, and the file has not."""
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        if not _is_wav(file.read(12)):
            return 0
        at, steps = 12, 0
        while at + 8 <= size and (steps := steps + 1) <= MOST_STEPS:
            file.seek(at)
            name, length = struct.unpack("<4sI", file.read(8))
            if name == b"data":
                return max(0, at + 8 + length - size) if length < UNKNOWN else 0
            at += 8 + length + length % 2
    return 0


def _is_wav(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:] == b"WAVE"


def _is_chunk(name: bytes) -> bool:
    return all(0x20 <= sign <= 0x7E for sign in name)
