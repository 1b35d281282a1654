"""A reader of the `state_dict` that `torch.save` wrote: without torch, and without trust in it.

Since version 1.6 such a file is a zip with one pickle and a member for each storage. Before, it was
five pickles (magic number, protocol, system, tensors, storage keys) and then the raw values of the
storages. A pickle can call whatever it names; this reader knows ordered dictionaries, tensors and
storages, and refuses every other name.

Source: https://github.com/pytorch/pytorch/blob/v2.9.0/torch/serialization.py (`_load`,
`_legacy_load`).
"""

import io
import pickle
import struct
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

Tensors: TypeAlias = dict[str, NDArray[Any]]

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


class ForeignPickle(ValueError):
    """The file is no plain `state_dict`: it names something other than tensors, or is damaged."""


@dataclass(frozen=True, slots=True)
class _StorageType:
    """Stands in for torch's classes of storages."""

    dtype: np.dtype[Any]


_STORAGES = {
    "FloatStorage": _StorageType(np.dtype("<f4")),
    "HalfStorage": _StorageType(np.dtype("<f2")),
    "DoubleStorage": _StorageType(np.dtype("<f8")),
    "LongStorage": _StorageType(np.dtype("<i8")),
    "IntStorage": _StorageType(np.dtype("<i4")),
}


@dataclass(slots=True)
class _Storage:
    """One block of values; `values` is filled after the pickles are read."""

    dtype: np.dtype[Any]
    count: int
    values: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class _View:
    """A tensor, as the file describes it: a window on a storage, counted in values."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        """The values, copied; raises `ForeignPickle` if the window leaves the storage."""
        values = self.storage.values
        if values is None or len(self.shape) != len(self.strides):
            raise ForeignPickle("a tensor without values")
        if min((self.offset, *self.shape, *self.strides)) < 0:
            raise ForeignPickle("a tensor with a negative size")
        last = self.offset + sum(
            (n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True)
        )
        if 0 in self.shape:
            return np.empty(self.shape, values.dtype)
        if last >= len(values):
            raise ForeignPickle("a tensor larger than its storage")
        strides = [stride * values.itemsize for stride in self.strides]
        window = np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, strides)
        return window.copy()


def _view(
    storage: _Storage,
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    _requires_grad: object,
    _hooks: object,
) -> _View:
    """Stands in for torch's `_rebuild_tensor_v2`, whose arguments the pickle brings."""
    return _View(storage, offset, tuple(shape), tuple(strides))


class _Reader(pickle.Unpickler):
    def __init__(self, file: BinaryIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str, /) -> object:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        raise ForeignPickle(f"the file asks for {module}.{name}")

    def persistent_load(self, pid: object) -> _Storage:
        match pid:
            case ("storage", _StorageType() as kind, str() as key, str(), int() as count) | (
                "storage",
                _StorageType() as kind,
                str() as key,
                str(),
                int() as count,
                None,
            ):
                return self._storages.setdefault(key, _Storage(kind.dtype, count))
            case _:
                raise ForeignPickle("the file asks for something that is no storage")


def read_state_dict(source: Path) -> Tensors:
    """The tensors of `source` by name, in the file's order.

    A checkpoint may have its `state_dict` beside plain values, which are left alone.

    Raises:
        ForeignPickle: the file holds anything else.
    """
    try:
        whole = _zipped(source) if zipfile.is_zipfile(source) else _legacy(source)
    except (
        *(pickle.UnpicklingError, EOFError, KeyError, struct.error, TypeError),
        zipfile.BadZipFile,
    ) as error:
        raise ForeignPickle(f"damaged: {error}") from error
    if isinstance(whole, dict) and "state_dict" in whole:
        whole = cast("dict[object, object]", whole)["state_dict"]
    if not isinstance(whole, dict):
        raise ForeignPickle("no state_dict inside")
    entries = cast("dict[object, object]", whole)  # checked one by one
    return {str(name): _array(view) for name, view in entries.items()}


def _legacy(source: Path) -> object:
    """What a file from before version 1.6 holds, its storages filled."""
    storages: dict[str, _Storage] = {}
    with source.open("rb") as file:

        def next_pickle() -> Any:  # noqa: ANN401 - a pickle can be anything
            return _Reader(file, storages).load()

        if (next_pickle(), next_pickle()) != (_MAGIC, _PROTOCOL):
            raise ForeignPickle("not a file of torch before version 1.6")
        next_pickle()  # the writer's byte order and integer sizes; the storages say their own
        views = next_pickle()
        for key in next_pickle():
            _fill(storages[key], file)
        if file.read(1):
            raise ForeignPickle("bytes after the last storage")
    return views


def _zipped(source: Path) -> object:
    """What a file since version 1.6 holds, its storages filled."""
    storages: dict[str, _Storage] = {}
    with zipfile.ZipFile(source) as archive:
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ForeignPickle("a zip without one data.pkl")
        views = _Reader(io.BytesIO(archive.read(pickles[0])), storages).load()
        folder = pickles[0].removesuffix(".pkl")
        for key, storage in storages.items():
            member = archive.getinfo(f"{folder}/{key}")
            if member.file_size != storage.count * storage.dtype.itemsize:
                raise ForeignPickle("a storage of another length than announced")
            storage.values = np.frombuffer(archive.read(member), storage.dtype)
    return views


def _fill(storage: _Storage, file: BinaryIO) -> None:
    (count,) = struct.unpack("<q", file.read(8))
    if count != storage.count:
        raise ForeignPickle("a storage of another length than announced")
    data = file.read(count * storage.dtype.itemsize)
    if len(data) != count * storage.dtype.itemsize:
        raise ForeignPickle("the file ends too early")
    storage.values = np.frombuffer(data, storage.dtype)


def _array(view: object) -> NDArray[Any]:
    if not isinstance(view, _View):
        raise ForeignPickle("an entry of the state_dict is no tensor")
    return view.array()
