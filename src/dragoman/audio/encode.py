"""Sound to bytes of a file format, piece by piece: what is fed is out again within 100 ms of sound.

Encoders are FFmpeg's, through PyAV; this module is the only one that knows its muxers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from dragoman.audio.wav import SAMPLE_RATE, wav_header
from dragoman.domain.speech import AudioFormat


class Encoder(Protocol):
    """One stream: feed samples, take bytes; all the bytes in order are one valid file."""

    def feed(self, samples: NDArray[np.int16]) -> bytes:
        """Feed mono samples at 24 kHz, shape (n,), and return the bytes that are ready, if any."""
        ...

    def flush(self) -> bytes:
        """Return the rest of the file; this is called once, last."""
        ...


@dataclass(frozen=True, slots=True)
class _Compression:
    container: str
    codec: str
    sample_rate: int
    bit_rate: int | None = None
    muxer: Mapping[str, str] = field(default_factory=dict[str, str])
    coder: Mapping[str, str] = field(default_factory=dict[str, str])


# No Xing header: its frame count would have to be written back into bytes that are sent already.
_COMPRESSED: Mapping[AudioFormat, _Compression] = {
    "mp3": _Compression(
        "mp3", "libmp3lame", 24_000, 128_000, {"write_xing": "0", "id3v2_version": "0"}
    ),
    "opus": _Compression(
        "ogg",
        "libopus",
        48_000,
        64_000,
        {"page_duration": "20000"},
        {"frame_duration": "20", "application": "audio"},
    ),
    "aac": _Compression("adts", "aac", 24_000, 96_000),
    "flac": _Compression("flac", "flac", 24_000),
}


class _File(Protocol):
    """The part of PyAV's output container that is used here; PyAV annotates only half of it."""

    def mux(self, packet: object) -> None: ...

    def close(self) -> None: ...


class _Stream(Protocol):
    """The part of a container's stream that is used here."""

    def encode(self, frame: av.AudioFrame | None) -> Sequence[object]: ...


class _Sink:
    """The file that the muxer writes to; it cannot be sought, so nothing is written back."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._written)
        self._written.clear()
        return data


class _Compressed:
    def __init__(self, how: _Compression) -> None:
        self._sink = _Sink()
        file = av.open(
            self._sink,
            "w",
            format=how.container,
            container_options={**how.muxer, "flush_packets": "1"},
            buffer_size=4096,
        )
        # casts: see the protocols
        self._file = cast("_File", file)
        stream: Any = cast("Any", file).add_stream(
            how.codec, rate=how.sample_rate, layout="mono", options=dict(how.coder)
        )
        if how.bit_rate is not None:
            stream.codec_context.bit_rate = how.bit_rate
        self._stream = cast("_Stream", stream)
        self._resampler = AudioResampler(
            format=stream.codec_context.codec.audio_formats[0].name,
            layout="mono",
            rate=how.sample_rate,
        )
        self._position = 0

    def feed(self, samples: NDArray[np.int16]) -> bytes:
        if samples.size:
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = self._position
            self._position += samples.size
            self._encode(frame)
        return self._sink.take()

    def flush(self) -> bytes:
        self._encode(None)
        for packet in self._stream.encode(None):
            self._file.mux(packet)
        self._file.close()
        return self._sink.take()

    def _encode(self, frame: av.AudioFrame | None) -> None:
        for resampled in self._resampler.resample(frame):
            for packet in self._stream.encode(resampled):
                self._file.mux(packet)


class _Plain:
    """An encoder that writes samples as they are, after an optional header."""

    def __init__(self, header: bytes) -> None:
        self._header = header

    def feed(self, samples: NDArray[np.int16]) -> bytes:
        header, self._header = self._header, b""
        return header + samples.astype("<i2", copy=False).tobytes()

    def flush(self) -> bytes:
        header, self._header = self._header, b""
        return header


def encoder(audio_format: AudioFormat) -> Encoder:
    """Make a fresh encoder for one stream of that format."""
    if audio_format == "pcm":
        return _Plain(b"")
    if audio_format == "wav":
        return _Plain(wav_header())
    return _Compressed(_COMPRESSED[audio_format])
