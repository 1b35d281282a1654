"""The marker beside verified files, by which a start need not read them again."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dragoman.models import files
from dragoman.models.entry import File

NAME = ".verified.json"
"""The marker's name in the model's directory; files of the catalogue never begin with a dot."""
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The size, the time and the sum of a file when it was verified."""

    size: int
    mtime_ns: int
    sha256: str


_MANIFEST = TypeAdapter(dict[str, Seen])


def write(directory: Path, kept: Iterable[File]) -> None:
    """Write down that the `kept` files in `directory` have the sums of the catalogue."""
    seen = dict[str, Seen]()
    for file in kept:
        stat = (directory / file.name).stat()
        seen[file.name] = Seen(stat.st_size, stat.st_mtime_ns, file.sha256)
    fresh = directory / f"{NAME}.new"
    fresh.write_text(
        json.dumps({name: asdict(entry) for name, entry in seen.items()}, indent=1),
        encoding="utf-8",
    )
    files.settle(fresh)
    fresh.replace(directory / NAME)


def read(directory: Path) -> dict[str, Seen]:
    """Return what was written down; empty where nothing is, or nothing legible."""
    try:
        return _MANIFEST.validate_json((directory / NAME).read_bytes())
    except (OSError, ValidationError):
        return {}


def written_at(directory: Path) -> float:
    """When the sums were last right, in seconds since 1970; 0: nobody knows."""
    try:
        return (directory / NAME).stat().st_mtime
    except OSError:
        return 0.0


def unchanged(directory: Path, kept: Iterable[File]) -> bool:
    """Whether these files are as they were when their sums were right."""
    seen = read(directory)
    return bool(seen) and all(_same(directory, file, seen) for file in kept)


def _same(directory: Path, file: File, seen: dict[str, Seen]) -> bool:
    try:
        stat = (directory / file.name).stat()
    except OSError:
        return False
    then = seen.get(file.name)
    return (
        then is not None
        and (then.size, then.sha256) == (stat.st_size, file.sha256)
        and _same_time(then.mtime_ns, stat.st_mtime_ns)
    )


def _same_time(then_ns: int, now_ns: int) -> bool:
    """Whether a file's time is the one that was written down, or that without its fraction.

    Layers of images, tar and scp keep whole seconds: such a copy is as good, and where it lies on a
    disk that cannot be written to nobody could write its marker anew.
    """
    return now_ns == then_ns or now_ns == then_ns - then_ns % _SECOND_NS
