"""Sound files, made on the spot."""

import io
import wave
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray


def tone(seconds: float, rate: int = 16_000, hertz: float = 440.0) -> NDArray[np.float64]:
    """A sine at half volume, shape (samples,)."""
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def wav(
    sound: NDArray[np.float64], rate: int = 16_000, *, width: int = 2, channels: int = 1
) -> bytes:
    """A PCM file; `sound` between -1 and 1, the same on all channels."""
    if width == 1:
        data = np.round(sound * 127 + 128).astype("u1")
    else:
        data = np.round(sound * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(np.repeat(data, channels).tobytes())
    return file.getvalue()


def encoded(
    sound: NDArray[np.float64],
    container: str,
    codec: str,
    rate: int = 48_000,
    *,
    gap_s: float = 0.0,
    video: bool = False,
) -> bytes:
    """`sound` (mono, at `rate`) as any container and codec that FFmpeg writes.

    `gap_s`: a jump of its clock in the middle; `video`: with a second of pictures before it.
    """
    file = io.BytesIO()
    with av.open(file, "w", format=container) as opened:
        out: Any = opened  # PyAV's annotations name no codec that comes as a variable
        pictures = out.add_stream("mpeg4", rate=10) if video else None
        stream = out.add_stream(codec, rate=rate)
        stream.layout = "mono"
        if pictures is not None:
            pictures.width = pictures.height = 32
            pictures.pix_fmt = "yuv420p"
            for number in range(10):
                picture = av.VideoFrame(32, 32, "yuv420p")
                picture.pts, picture.time_base = number, Fraction(1, 10)
                out.mux(pictures.encode(picture))
            out.mux(pictures.encode(None))
        halves = np.array_split(np.round(sound * 32767).astype("<i2"), 2)
        at = 0
        for half in halves:
            frame = av.AudioFrame.from_ndarray(half.reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            out.mux(stream.encode(frame))
            at += len(half) + round(gap_s * rate)
        out.mux(stream.encode(None))
    return file.getvalue()


def tracks(channels: list[NDArray[np.float64]], rate: int = 16_000) -> bytes:
    """A PCM WAV that gives its channels no places."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.round(np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def film(
    tracks: list[NDArray[np.float64]],
    default: int | None = None,
    container: str = "matroska",
    codec: str = "aac",
) -> bytes:
    """A file with these sound tracks; `default`: the one that is flagged so, from 1."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as opened:
        out: Any = opened  # PyAV's annotations name no codec that comes as a variable
        streams: list[Any] = []
        for number, _ in enumerate(tracks, start=1):
            stream = out.add_stream(codec, rate=48_000)
            stream.layout = "mono"
            stream.disposition = Disposition.default if number == default else Disposition(0)
            streams.append(stream)
        for stream, sound in zip(streams, tracks, strict=True):
            data = np.round(sound * 32767).astype("<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(data, "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
    return file.getvalue()


def white(seconds: float, rate: int = 16_000) -> NDArray[np.float64]:
    """Noise, equally loud at all pitches."""
    return 0.1 * np.random.default_rng(1).standard_normal(round(seconds * rate))


def pink(seconds: float, rate: int = 16_000) -> NDArray[np.float64]:
    """Noise, equally loud in all octaves."""
    spectrum = np.fft.rfft(white(seconds, rate))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), round(seconds * rate))
    return 0.3 * noise / np.abs(noise).max()


def hum(seconds: float, rate: int = 16_000) -> NDArray[np.float64]:
    """Of the mains: 50 Hz and its overtones, a little unsteady."""
    t = np.arange(round(seconds * rate)) / rate
    wobble = 1 + 0.1 * np.sin(2 * np.pi * 0.3 * t)
    tones = sum(np.sin(2 * np.pi * 50 * n * t + n) / n for n in range(1, 12))
    return 0.2 * wobble * tones


def music(seconds: float, rate: int = 16_000) -> NDArray[np.float64]:
    """Four chords, a bass, a melody and drums at 100 beats a minute."""
    dice = np.random.default_rng(2)
    beat = round(0.6 * rate)
    t = np.arange(beat) / rate
    chords = (
        (220.0, 261.6, 329.6),
        (174.6, 220.0, 261.6),
        (196.0, 246.9, 293.7),
        (164.8, 196, 247),
    )
    beats: list[NDArray[np.float64]] = []
    for number in range(round(seconds * rate) // beat):
        chord = chords[number // 4 % 4]
        notes = (*chord, chord[0] / 2, 2 * chord[dice.integers(3)])
        overtones = (
            np.sin(2 * np.pi * note * n * t) / n**2 for note in notes for n in (1, 2, 3, 4)
        )
        sound = sum(overtones) * np.exp(-2 * t)
        kick = np.sin(2 * np.pi * 60 * t) * np.exp(-20 * t) * (number % 2 == 0)
        snare = dice.standard_normal(beat) * np.exp(-30 * t) * (number % 2)
        beats.append(0.1 * sound + 0.4 * kick + 0.15 * snare)
    return np.concatenate(beats)
