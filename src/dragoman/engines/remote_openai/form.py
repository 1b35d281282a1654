"""A recording as a multipart form, which is read from the disk as it is sent."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dragoman.audio.wav import wav_header
from dragoman.domain.transcription import SAMPLE_RATE, Recording

PIECE = 256 * 1024
"""Bytes that are read at once."""
SAMPLE_BYTES = 2


class Form:
    """Fields and a WAV file; a body is made anew for each upstream."""

    def __init__(self, fields: Sequence[tuple[str, str]], recording: Recording) -> None:
        boundary = secrets.token_hex(16)
        self._path = Path(recording.path)
        self._bytes = recording.samples * SAMPLE_BYTES
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields
        ]
        file = (
            f"--{boundary}\r\nContent-Disposition: form-data; "
            'name="file"; filename="audio.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        )
        self._head = "".join([*parts, file]).encode() + wav_header(self._bytes, SAMPLE_RATE)
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.headers: Mapping[str, str] = {
            "Accept": "application/json",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + self._bytes + len(self._tail)),
        }

    def body(self) -> Iterator[bytes]:
        """Yield the form, piece by piece."""
        yield self._head
        left = self._bytes
        with self._path.open("rb") as file:
            while left and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece
        yield self._tail
