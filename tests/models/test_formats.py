"""Formats that can carry code are refused by what they hold."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dragoman.models.errors import FileRefused
from dragoman.models.formats import refuse_code


def npz(*, objects: bool) -> bytes:
    buffer = io.BytesIO()
    array = np.array([{"code": 1}], dtype=object) if objects else np.zeros(3)
    np.savez(buffer, allow_pickle=True, weights=array)
    return buffer.getvalue()


def npy(*, objects: bool) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([None]) if objects else np.zeros(3), allow_pickle=True)
    return buffer.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def safetensors() -> bytes:
    header = json.dumps({}).encode()
    return struct.pack("<Q", len(header)) + header


GOOD: dict[str, Callable[[], bytes]] = {
    "model.gguf": lambda: b"GGUF\3\0\0\0",
    "model.onnx": lambda: b"\x08\x09\x12\x00",
    "model.safetensors": safetensors,
    "voices.npz": lambda: npz(objects=False),
    "voice.npy": lambda: npy(objects=False),
    "config.json": lambda: b'{"a": [1]}',
    "model.bin": lambda: b"\6\0\0\0\x0c\0WhisperSpec",
    "vocabulary.txt": "ㄱ\nㄴ\n".encode,
}


@pytest.mark.parametrize("name", GOOD)
def test_formats_of_numbers_and_text_are_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(GOOD[name]())
    refuse_code(path)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_refused_under_any_name(tmp_path: Path, name: str, protocol: int) -> None:
    path = tmp_path / name
    path.write_bytes(pickle.dumps({"a": 1}, protocol=protocol))
    with pytest.raises(FileRefused, match="pickle"):
        refuse_code(path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("model.bin", zipped("archive/data.pkl", b"whatever")),
        ("model.bin", zipped("archive/weights", pickle.dumps(1))),
        ("model.bin", b"GGUF padding before a zip" + zipped("archive/data.pkl", b"x")),
        ("voices.npz", npz(objects=True)),
        ("voice.npy", npy(objects=True)),
        ("model.gguf", b"\x7fELF"),
        ("model.onnx", b"PK\3\4"),
        ("model.safetensors", b"\xff" * 20),
        ("config.json", b"import os"),
        ("config.json", b"[" * 100_000),
        ("voices.npz", b"{}"),
    ],
)
def test_what_hides_a_pickle_or_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileRefused):
        refuse_code(path)
