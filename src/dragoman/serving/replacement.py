"""A file that takes another's place in one step, and stays whose the other was.

An administrator changes it as root; the server that reads it is another user.
"""

import os
import stat
import tempfile
from pathlib import Path
from typing import NamedTuple

ALONE = 0o600
"""The mode of a new file: for its owner."""
SHARED = 0o640
"""The mode of a new file in a directory that is for its owner and its group, and no others."""


class Holder(NamedTuple):
    """Whose a file is, and who may read it."""

    owner: int
    group: int | None
    """None: whichever it is made with."""
    mode: int


def replace(path: Path, content: str) -> None:
    """Write `content` to `path`, whole or not at all; a link is followed.

    Owner, group and mode are those of the file that was there; see `_newcomer` for a new one.

    Raises:
        OSError: it cannot be written, or not without taking it from its owner.
    """
    place = path.resolve()
    holder = _holder(place)
    # Until it is whole a temporary file is the user's alone.
    handle, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(content)
            file.flush()
            _hand_over(file.fileno(), holder)
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def make_directory(path: Path) -> None:
    """Make a directory and those above it; what root makes has the owner of what was there."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        holder = _newcomer(each.parent)
        each.mkdir(exist_ok=True)
        if holder.group is None:
            continue
        handle = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fchown(handle, holder.owner, holder.group)
        finally:
            os.close(handle)


def make_lock(path: Path) -> None:
    """Make an empty file, if there is none, that the owner of its directory can lock, too."""
    # Only what is made here is handed over: another's file of that name is nothing to us.
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, ALONE)
    except FileExistsError:
        return
    try:
        _hand_over(handle, _newcomer(path.parent))
    finally:
        os.close(handle)


def _holder(place: Path) -> Holder:
    """The holder of the file that is there, or of one that is new."""
    try:
        there = place.stat()
    except FileNotFoundError:
        return _newcomer(place.parent)
    return Holder(there.st_uid, there.st_gid, stat.S_IMODE(there.st_mode))


def _newcomer(directory: Path) -> Holder:
    """The holder of what is new in a directory.

    What root makes is for whoever has the directory; what others make is theirs.
    """
    if os.geteuid():
        return Holder(os.geteuid(), None, ALONE)
    there = directory.stat()
    is_shared = there.st_mode & stat.S_IRGRP and not there.st_mode & stat.S_IRWXO
    return Holder(there.st_uid, there.st_gid, SHARED if is_shared else ALONE)


def _hand_over(handle: int, holder: Holder) -> None:
    now = os.fstat(handle)
    group = now.st_gid if holder.group is None else holder.group
    if (now.st_uid, now.st_gid) != (holder.owner, group):
        try:
            os.fchown(handle, holder.owner, group)
        except PermissionError as error:
            raise PermissionError(
                f"it belongs to user {holder.owner} and group {group}, who could not read "
                "it any more. Do this as that user or as root"
            ) from error
    os.fchmod(handle, holder.mode)
