"""Files as `torch.save` wrote them before and since version 1.6, written without torch."""

import io
import pickle
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

STORAGES = {"float32": "FloatStorage", "int64": "LongStorage"}


_SYSTEM: dict[str, bool] = {"little_endian": True}
HEAD = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, _SYSTEM))
"""Magic number, protocol, the writer's system."""


@dataclass(frozen=True)
class Tensor:
    """An entry of a `state_dict`; `shape`, `strides` and `offset` may say something wrong."""

    name: str
    values: NDArray[Any]
    shape: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None
    offset: int = 0


def zipped_file(tensors: Sequence[Tensor], *, inside: bool = False) -> bytes:
    """A zip; `inside`: a checkpoint that has the `state_dict` beside other things."""
    file = io.BytesIO()
    body = _entries(tensors, view=b"tQ")
    if inside:
        body = b"}(" + _text("epoch") + _number(3) + _text("state_dict") + body + b"u"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + body + b".")
        for number, tensor in enumerate(tensors):
            archive.writestr(f"archive/data/{number}", tensor.values.tobytes())
    return file.getvalue()


def state_dict_file(tensors: Sequence[Tensor]) -> bytes:
    body = b"\x80\x02" + _entries(tensors, view=b"NtQ") + b"."
    keys = pickle.dumps([str(i) for i in range(len(tensors))], 2)
    data = [struct.pack("<q", t.values.size) + t.values.tobytes() for t in tensors]
    return b"".join([HEAD, body, keys, *data])


_DICT = b"ccollections\nOrderedDict\n)R"


def _entries(tensors: Sequence[Tensor], view: bytes) -> bytes:
    entries = (_text(t.name) + _tensor(t, str(i), view) for i, t in enumerate(tensors))
    return _DICT + b"(" + b"".join(entries) + b"u"


def _tensor(tensor: Tensor, key: str, view: bytes) -> bytes:
    """The instructions of a pickle that call `_rebuild_tensor_v2`."""
    values = tensor.values
    shape = tensor.shape if tensor.shape is not None else values.shape
    strides = tensor.strides
    if strides is None:
        strides = tuple(stride // values.itemsize for stride in values.strides)
    storage = (
        b"("
        + _text("storage")
        + f"ctorch\n{STORAGES[str(values.dtype)]}\n".encode()
        + _text(key)
        + _text("cpu")
        + _number(values.size)
        + view
    )
    arguments = storage + _number(tensor.offset) + _tuple(shape) + _tuple(strides) + b"\x89" + _DICT
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + arguments + b"tR"


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def _number(number: int) -> bytes:
    return b"J" + struct.pack("<i", number)


def _tuple(numbers: Sequence[int]) -> bytes:
    return b"(" + b"".join(map(_number, numbers)) + b"t"
