import io
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from dragoman.models.convert.torch_pickle import ForeignPickle, read_state_dict
from torch_files import HEAD, Tensor, state_dict_file, zipped_file


def write(path: Path, *tensors: Tensor) -> Path:
    path.write_bytes(state_dict_file(tensors))
    return path


def test_tensors_are_read_by_name_in_order(tmp_path: Path) -> None:
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    count = np.array(7, np.int64)
    tensors = read_state_dict(write(tmp_path / "a.pth", Tensor("w", weight), Tensor("n", count)))
    assert list(tensors) == ["w", "n"]
    np.testing.assert_array_equal(tensors["w"], weight)
    np.testing.assert_array_equal(tensors["n"], count)


def test_strides_are_honoured(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float32)
    turned = Tensor("w", values, shape=(3, 2), strides=(1, 3))
    tensors = read_state_dict(write(tmp_path / "a.pth", turned))
    np.testing.assert_array_equal(tensors["w"], values.reshape(2, 3).T)


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [((7,), (1,), 0), ((2, 3), (4, 1), 0), ((6,), (1,), 1), ((2,), (-1,), 1), ((2,), (1, 1), 0)],
)
def test_a_tensor_beyond_its_storage_is_refused(
    tmp_path: Path, shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> None:
    tensor = Tensor("w", np.zeros(6, np.float32), shape, strides, offset)
    with pytest.raises(ForeignPickle):
        read_state_dict(write(tmp_path / "a.pth", tensor))


class Evil:
    """Calls whatever a pickle may call."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._mark),)


def test_a_pickle_that_calls_something_is_refused_and_does_not_call_it(tmp_path: Path) -> None:
    head = HEAD
    mark = tmp_path / "called"
    source = tmp_path / "a.pth"
    bodies: list[object] = [Evil(mark), OrderedDict(w=Evil(mark)), [1, {"a": Evil(mark)}]]
    for body in bodies:
        source.write_bytes(head + pickle.dumps(body, 2))
        with pytest.raises(ForeignPickle, match="mkdir"):
            read_state_dict(source)
    assert not mark.exists()


@pytest.mark.parametrize("length", [0, 10, 40, 120, 200, -1, -13])
def test_a_cut_file_is_refused(tmp_path: Path, length: int) -> None:
    source = write(tmp_path / "a.pth", Tensor("w", np.zeros(6, np.float32)))
    source.write_bytes(source.read_bytes()[:length])
    with pytest.raises(ForeignPickle):
        read_state_dict(source)


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "a.pth", Tensor("w", np.zeros(6, np.float32)))
    source.write_bytes(source.read_bytes() + b"x")
    with pytest.raises(ForeignPickle, match="after the last"):
        read_state_dict(source)


@pytest.mark.parametrize("inside", [False, True])
def test_a_zip_of_newer_torch_is_read(tmp_path: Path, inside: bool) -> None:
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    tensors = [Tensor("w", weight), Tensor("n", np.array(7, np.int64))]
    source = tmp_path / "a.pt"
    source.write_bytes(zipped_file(tensors, inside=inside))
    found = read_state_dict(source)
    assert list(found) == ["w", "n"]
    np.testing.assert_array_equal(found["w"], weight)
    np.testing.assert_array_equal(found["n"], 7)


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.pt"
    whole = zipped_file([Tensor("w", np.zeros(6, np.float32))])
    for data in (b"PK\x03\x04" + bytes(100), whole[:-40], whole.replace(b"data/0", b"data/1")):
        source.write_bytes(data)
        with pytest.raises(ForeignPickle):
            read_state_dict(source)


def test_a_zip_whose_pickle_calls_something_is_refused_and_does_not_call_it(tmp_path: Path) -> None:
    mark, source = tmp_path / "called", tmp_path / "a.pt"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"state_dict": Evil(mark)}, 2))
    with pytest.raises(ForeignPickle, match="mkdir"):
        read_state_dict(source)
    assert not mark.exists()


def test_a_storage_of_another_length_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.pt"
    with zipfile.ZipFile(source, "w") as archive:
        whole = io.BytesIO(zipped_file([Tensor("w", np.zeros(6, np.float32))]))
        with zipfile.ZipFile(whole) as there:
            archive.writestr("archive/data.pkl", there.read("archive/data.pkl"))
        archive.writestr("archive/data/0", bytes(20))
    with pytest.raises(ForeignPickle, match="another length"):
        read_state_dict(source)
