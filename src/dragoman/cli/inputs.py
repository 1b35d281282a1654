"""Which recordings a command is to read, and where what it makes of each goes."""

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

STDIN = Path("-")

SOUNDS = frozenset(
    [
        ".3gp",
        ".aac",
        ".ac3",
        ".aif",
        ".aifc",
        ".aiff",
        ".amr",
        ".ape",
        ".au",
        ".avi",
        ".caf",
        ".dts",
        ".flac",
        ".flv",
        ".m2ts",
        ".m4a",
        ".m4b",
        ".m4v",
        ".mka",
        ".mkv",
        ".mov",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".oga",
        ".ogg",
        ".ogv",
        ".opus",
        ".spx",
        ".tta",
        ".ts",
        ".wav",
        ".webm",
        ".wma",
        ".wmv",
        ".wv",
    ]
)
"""Names in a folder that are taken for recordings; a file that is named itself is always one."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to read, and its name below the folder that was given."""

    path: Path
    name: Path

    @property
    def is_stdin(self) -> bool:
        """Whether it comes by the pipe."""
        return self.path == STDIN

    @contextmanager
    def opened(self) -> Generator[IO[bytes], None, None]:
        """Its bytes; those of a pipe lie in a temporary file, so that their number is known."""
        if not self.is_stdin:
            with self.path.open("rb") as file:
                yield file
            return
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
            file.seek(0)
            yield file


def recordings(paths: Sequence[Path]) -> Sequence[Recording]:
    """All files of `paths`, those of folders by their suffix and in order.

    Raises:
        click.BadParameter: one is not there, or a folder has none.
    """
    recordings: list[Recording] = []
    for path in paths:
        if path == STDIN:
            recordings.append(Recording(path, Path("stdin")))
        elif path.is_dir():
            recordings += _in_folder(path)
        elif path.exists():
            recordings.append(Recording(path, Path(path.name)))
        else:
            raise click.BadParameter(f"{path} is not there.")
    return recordings


def _in_folder(folder: Path) -> Sequence[Recording]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS)
    if not paths:
        raise click.BadParameter(f"{folder} has no file whose name is that of a recording.")
    return [Recording(path, path.relative_to(folder)) for path in paths]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the text of a recording goes; `path` None: standard output."""

    recording: Recording
    path: Path | None
    """None: standard output."""
    may_replace: bool = True
    """Whether a file that is there is written anew."""

    @property
    def is_done(self) -> bool:
        """Whether there is a text already, which stays."""
        return self.path is not None and not self.may_replace and self.path.exists()

    def write(self, text: str) -> None:
        """Write the file, whole or not at all."""
        assert self.path is not None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)


def targets(
    recordings: Sequence[Recording], output: Path | None, suffix: str, *, force: bool
) -> Sequence[Target]:
    """One target a recording: standard output, the one file of `output`, or files in its folder."""
    if output is None:
        return [Target(recording, None) for recording in recordings]
    read = [recording.path for recording in recordings if not recording.is_stdin]
    if output.is_file() and any(path.samefile(output) for path in read):
        raise click.BadParameter(
            f"{output} is a recording; what is written down needs another name."
        )
    if len(recordings) == 1 and recordings[0].name.parent == Path() and not output.is_dir():
        return [Target(recordings[0], output)]
    if output.exists() and not output.is_dir():
        raise click.BadParameter(f"{output} is a file; several recordings need a folder.")
    # Two recordings of one name and two suffixes would write the same file.
    names = Counter(recording.name.with_suffix("") for recording in recordings)
    placed: list[Target] = []
    for recording in recordings:
        stem = recording.name.with_suffix("")
        name = recording.name if names[stem] > 1 else stem
        path = output / name.with_name(f"{name.name}{suffix}")
        placed.append(Target(recording, path, may_replace=force))
    return placed
