"""The formats that are kept: those that hold numbers and text, never code."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from dragoman.models.errors import FileRefused

_PICKLE = tuple(b"\x80" + bytes([protocol]) for protocol in range(1, 6))
_LONGEST_JSON = 16 * 1024 * 1024
"""Bytes; larger ones are not parsed, only looked at."""
_NPY_HEADER = 64 * 1024


def refuse_code(path: Path) -> None:
    """Refuse a file that could carry code, before it is kept.

    The suffix is not believed: content that could carry code is refused whatever its name.

    Raises:
        FileRefused: it is a pickle (bare, in a zip, in a NumPy file), or not what its suffix says.
    """
    with path.open("rb") as file:
        start = file.read(16)
        if start.startswith(_PICKLE):
            raise FileRefused(_refusal(path, "a pickle, which can carry code"))
        if zipfile.is_zipfile(path):
            _refuse_pickles_inside(path)
        file.seek(0)
        if not _CHECKS[path.suffix](file):
            raise FileRefused(_refusal(path, f"not a {path.suffix} file"))


def _refuse_pickles_inside(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                start = member.read(_NPY_HEADER)
            pickled = start.startswith(_PICKLE) or name.endswith((".pkl", ".pickle"))
            if pickled or _npy_of_objects(start):
                raise FileRefused(_refusal(path, f"a zip with a pickle ({name}) in it"))


def _npy_of_objects(start: bytes) -> bool:
    """Whether a NumPy array file holds Python objects: its header then names the type `O`."""
    length = 10 + int.from_bytes(start[8:10], "little") if start[6:7] == b"\x01" else _NPY_HEADER
    header = start[:length]
    return start.startswith(b"\x93NUMPY") and (b"'|O'" in header or b"'O'" in header)


def _refusal(path: Path, why: str) -> str:
    return (
        f"{path.name} is {why}: refused. Use a GGUF, ONNX, safetensors or CTranslate2 version of "
        "this model, from a source that you trust."
    )


def _anything(_file: BinaryIO) -> bool:
    return True


def _gguf(file: BinaryIO) -> bool:
    return file.read(4) == b"GGUF"


def _onnx(file: BinaryIO) -> bool:
    # A ModelProto in which the version (field 1, a number) comes first, as all writers have it.
    return file.read(1) == b"\x08"


def _safetensors(file: BinaryIO) -> bool:
    length = int.from_bytes(file.read(8), "little")
    return 2 <= length <= 100_000_000 and file.read(1) == b"{"


def _npy(file: BinaryIO) -> bool:
    start = file.read(_NPY_HEADER)
    return start.startswith(b"\x93NUMPY") and not _npy_of_objects(start)


def _npz(file: BinaryIO) -> bool:
    return file.read(2) == b"PK"


def _json(file: BinaryIO) -> bool:
    text = file.read(_LONGEST_JSON + 1)
    if len(text) > _LONGEST_JSON:
        return text.lstrip()[:1] in (b"{", b"[")
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


_CHECKS: Mapping[str, Callable[[BinaryIO], bool]] = {
    ".gguf": _gguf,
    ".onnx": _onnx,
    ".safetensors": _safetensors,
    ".npz": _npz,
    ".npy": _npy,
    ".json": _json,
    ".bin": _anything,  # CTranslate2's, without a mark of its own
    ".txt": _anything,
}
SUFFIXES = tuple(_CHECKS)
"""The suffixes of files that a model may keep."""
