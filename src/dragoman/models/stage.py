"""The stage: a directory beside the store where a model is put together until it is whole.

Survives an interruption: `files/NAME` is a file whose sum was right, `files/NAME.part` one that is
still growing.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dragoman.models import files
from dragoman.models.entry import File
from dragoman.models.errors import WrongSum
from dragoman.models.formats import refuse_code


@dataclass(frozen=True, slots=True)
class Need:
    """The bytes that a fetch will take."""

    download: int
    """The bytes still to be downloaded."""
    disk: int
    """The room on the disk at the peak, in bytes, over what is used already."""


class Stage:
    """The stage of one model from one source."""

    def __init__(self, base: Path, source: object) -> None:
        # Pieces of different sources must not meet in one file.
        key = hashlib.sha256(repr(source).encode()).hexdigest()[:12]
        self.scratch = base / key / "scratch"
        """A directory for whatever a source needs meanwhile."""
        self.directory = base / key / "files"
        """The directory that becomes the model's."""

    def open(self) -> None:
        """Make the directories of the stage."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.directory.mkdir(parents=True, exist_ok=True)

    def path(self, file: File) -> Path:
        """The path of `file` once it is verified."""
        return self.directory / file.name

    def part(self, file: File) -> Path:
        """The path at which `file` grows."""
        return self.directory / f"{file.name}.part"

    def has(self, file: File) -> bool:
        """Whether `file` is on the stage, verified."""
        return self.path(file).exists()

    def borrow(self, file: File, source: Path) -> None:
        """Take a verified file that is elsewhere on this disk, without copying where possible."""
        try:
            os.link(source.resolve(), self.path(file))
        except OSError:
            shutil.copyfile(source, self.part(file))
            self.part(file).replace(self.path(file))

    def accept(self, file: File, advance: Callable[[int], None] | None = None) -> None:
        """Check the finished part of `file`; from then on it is verified.

        Raises:
            WrongSum: it is another file; it is deleted.
            FileRefused: it could carry code; it is deleted.
        """
        part = self.part(file)
        found = files.sha256(part, advance)
        if found != file.sha256:
            size = part.stat().st_size
            files.remove(part)
            raise WrongSum(
                f"{file.name} has another sum: expected {file.sha256} ({file.size} bytes), "
                f"found {found} ({size} bytes)"
            )
        files.settle(part)
        part.replace(self.path(file))

    def finish(self, kept: tuple[File, ...]) -> None:
        """Leave nothing but the `kept` files, and make sure that they are on the disk.

        Raises:
            FileRefused: one of them could carry code.
        """
        names = {file.name for file in kept}
        for path in self.directory.iterdir():
            if path.name not in names:
                files.remove(path)
        for file in kept:
            # The checks go by suffix, hence only now, under its own name.
            refuse_code(self.path(file))
        files.settle(self.directory)
