"""A fetcher of files that are on this machine already: copied, never moved."""

from collections.abc import Sequence
from pathlib import Path

from dragoman.models import files
from dragoman.models.entry import File, FileSource
from dragoman.models.errors import SourceGone
from dragoman.models.progress import Bar
from dragoman.models.stage import Need, Stage


class FileFetcher:
    """The fetcher for files on this machine; see `Fetcher`."""

    local = True

    def __init__(self, source: FileSource) -> None:
        self._place = Path(source.path)

    def need(self, missing: Sequence[File], stage: Stage) -> Need:  # noqa: ARG002 - see `Fetcher`
        """See `Fetcher.need`."""
        size = sum(file.size for file in missing)
        return Need(size, size)

    def fetch(self, missing: Sequence[File], stage: Stage, bar: Bar) -> None:
        """See `Fetcher.fetch`."""
        for file in missing:
            place = self._find(file, alone=len(missing) == 1)
            with place.open("rb") as source, stage.part(file).open("wb") as target:
                # One byte more than it should have is enough to give it a wrong sum.
                while copied := files.copy(source, target, files.BLOCK):
                    bar.advance(copied)
                    if target.tell() > file.size:
                        break

    def _find(self, file: File, *, alone: bool) -> Path:
        if not self._place.exists():
            raise SourceGone(f"there is nothing at {self._place}")
        if self._place.is_dir():
            place = self._place / file.name
        elif alone or self._place.name == file.name:
            place = self._place
        else:
            raise SourceGone(f"{self._place} is one file; a directory with {file.name} is needed")
        if not place.is_file():
            raise SourceGone(f"there is no file {place}")
        return place
