"""Files that go with a message: pictures, sound, documents and text as parts of its content."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dragoman.cli.connection import Failed

PICTURES: Mapping[bytes, str] = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}
"""First bytes → media type; WebP has its name further on."""
LARGEST = 20 * 1024**2
"""Bytes of one file in a message."""


def part(path: Path) -> Mapping[str, Any]:
    """The file as a part of a message's content, by what is in it.

    Raises:
        Failed: it cannot be read, or is nothing that a message can have.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}") from error
    if data is None:
        raise Failed(f"{path} has more than {LARGEST // 1024**2} MiB.")
    if kind := _picture(data):
        return {"type": "image_url", "image_url": {"url": _data_url(kind, data)}}
    if form := _sound(data):
        sound = {"data": base64.b64encode(data).decode(), "format": form}
        return {"type": "input_audio", "input_audio": sound}
    if data.startswith(b"%PDF-"):
        document = {"filename": path.name, "file_data": _data_url("application/pdf", data)}
        return {"type": "file", "file": document}
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failed(f"{path} is no picture, WAV, MP3, PDF or text.") from error
    return {"type": "text", "text": f"{path.name}:\n\n{text}"}


def _picture(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in PICTURES.items() if data.startswith(start)), None)


def _sound(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:3] == b"ID3" or (
        data[:1] == b"\xff" and data[1:2] >= b"\xe2" and data[1:2] != b"\xff"
    ):
        return "mp3"
    return None


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
