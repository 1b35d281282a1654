"""What a sound is, by its own bytes: its format, and how long it takes."""

import io
from collections.abc import Sequence

import av
from av.error import FFmpegError

PCM_BYTES_PER_S = 48_000
"""Bytes of a second of the format `pcm`: 24 kHz, 16 bits, one channel."""

_SIGNS: Sequence[tuple[bytes, int, str]] = (
    (b"RIFF", 0, "wav"),
    (b"fLaC", 0, "flac"),
    (b"OggS", 0, "opus"),
    (b"ID3", 0, "mp3"),
    (b"ftyp", 4, "mp4"),
)
"""Bytes at a place → format."""


def format_of(sound: bytes) -> str:
    """Name the format of a sound; `pcm` where nothing says so."""
    for sign, place, name in _SIGNS:
        if sound.startswith(sign, place):
            return name
    if len(sound) > 1 and sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0:
        return "aac" if sound[1] & 0x06 == 0 else "mp3"  # the layer; AAC has none
    return "pcm"


def seconds_of(sound: bytes) -> float | None:
    """Count the seconds of a sound without decoding it; None: it cannot be read."""
    if format_of(sound) == "pcm":
        return len(sound) / PCM_BYTES_PER_S
    try:
        with av.open(io.BytesIO(sound), "r") as container:
            stream = container.streams.audio[0]
            ticks = sum(packet.duration or 0 for packet in container.demux(stream))
            return float(ticks * stream.time_base) if stream.time_base else None
    except (FFmpegError, IndexError):
        return None
