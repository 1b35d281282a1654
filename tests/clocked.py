"""Recordings with a clock of their own: stretches of sound that begin when they are told to."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from tempfile import NamedTemporaryFile
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

STRETCH_S, BURST_S, BURST_AT_S = 0.6, 0.1, 0.25
"""A stretch of sound is silent but for one burst of a tone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A container and a codec, as FFmpeg names them."""

    container: str
    codec: str
    rate: int = 48_000
    pictures: str = "mpeg4"
    """The codec of the pictures, where there are any."""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of the muxer."""

    @property
    def name(self) -> str:
        """For a test's name."""
        return f"{self.container}-{self.codec}-{self.rate}"


def stretch(rate: int) -> NDArray[np.int16]:
    """A burst in silence, shape (samples,)."""
    sound = np.zeros(round(STRETCH_S * rate))
    first, length = round(BURST_AT_S * rate), round(BURST_S * rate)
    sound[first : first + length] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(length) / rate)
    return np.round(sound * 32767).astype(np.int16)


def clocked(kind: Kind, starts_s: Sequence[float], *, pictures_s: float | None = None) -> bytes:
    """A file whose stretches of sound begin at `starts_s`; `pictures_s`: pictures from then on.

    The pictures, with B-frames where the codec has them, last until the last stretch does.
    """
    # To put its index first FFmpeg reads a file again, and needs a name for that.
    named = "faststart" in kind.options.values()
    with NamedTemporaryFile() if named else io.BytesIO() as file:
        _write(getattr(file, "name", file), kind, starts_s, pictures_s)
        file.seek(0)
        return file.read()


def _write(file: object, kind: Kind, starts_s: Sequence[float], pictures_s: float | None) -> None:
    with av.open(file, "w", format=kind.container, options=dict(kind.options)) as opened:
        out: Any = opened  # PyAV's annotations name no codec that comes as a variable
        video = _video(out, kind) if pictures_s is not None else None
        sound = out.add_stream(kind.codec, rate=kind.rate, options={"strict": "experimental"})
        sound.layout = "stereo" if kind.codec == "vorbis" else "mono"
        if kind.codec.startswith("wma"):
            sound.bit_rate = 64_000
        packets: list[Any] = []
        if video is not None and pictures_s is not None:
            packets += _pictures(video, pictures_s, starts_s[-1] + STRETCH_S)
        packets += _sound(sound, kind.rate, starts_s)
        packets.sort(key=lambda packet: packet.dts * packet.time_base)
        out.mux(packets)


def plain(starts_s: Sequence[float], rate: int = 16_000) -> NDArray[np.int16]:
    """The same as one plain recording, shape (samples,)."""
    whole = np.zeros(round((starts_s[-1] + STRETCH_S) * rate), np.int16)
    for start_s in starts_s:
        at = round(start_s * rate)
        whole[at : at + round(STRETCH_S * rate)] = stretch(rate)
    return whole


def bursts(samples: NDArray[np.int16], rate: int = 16_000) -> list[float]:
    """When each burst begins, in seconds."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 3000)
    first = np.concatenate([loud[:1], loud[1:][np.diff(loud) > 0.2 * rate]])
    return [round(float(at) / rate, 3) for at in first]


def _video(out: Any, kind: Kind) -> Any:
    video = out.add_stream(kind.pictures, rate=5)
    video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
    # In fragments, without an edit list, B-frames would put all of the file off by their delay.
    if kind.pictures in ("mpeg4", "mpeg2video") and not kind.options:
        video.codec_context.max_b_frames = 2
    return video


def _pictures(video: Any, from_s: float, until_s: float) -> Iterator[Any]:
    """Five a second; one in ten seconds where they have to last long."""
    step_s = 0.2 if until_s - from_s < 20 else 10.0
    for number in range(int((until_s - from_s) / step_s) + 1):
        picture = av.VideoFrame(32, 32, "yuv420p")
        picture.pts, picture.time_base = round((from_s + number * step_s) * 5), Fraction(1, 5)
        yield from video.encode(picture)
    yield from video.encode(None)


def _sound(stream: Any, rate: int, starts_s: Sequence[float]) -> Iterator[Any]:
    piece, step = stretch(rate), rate // 50
    for start_s in starts_s:
        for at in range(0, len(piece), step):
            frame = av.AudioFrame.from_ndarray(piece[at : at + step].reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = round(start_s * rate) + at
            yield from stream.encode(frame)
    yield from stream.encode(None)
