"""One file of sound, or of pictures with sound, as FFmpeg reads it, through PyAV."""

import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import DTypeLike, NDArray

from dragoman.domain.errors import RequestInvalid
from dragoman.engines.codecs.leftovers import Cutout, end_of, wav_goes_on
from dragoman.engines.codecs.timeline import Clock, Piece

CONTAINERS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,avr,caf,dsf,dts,dtshd,eac3,flac,flv,gsm,iff,ircam,"
    "loas,matroska,webm,mlp,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,nistsphere,nut,ogg,"
    "opus,pvf,rm,sox,tak,truehd,tta,voc,w64,wav,wtv,wv"
)
"""Demuxers that read the file and nothing else: playlists, which name other files, are not here."""

TIMED = frozenset(
    {"asf", "flv", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "mpeg", "mpegts", "ogg"}
)
"""Those of the formats whose files note when each packet is due."""

SET_ANEW = frozenset({"mpeg", "mpegts"})
"""Those of the timed formats whose clock is set anew in the middle: at a change of programme,
say."""

LONGEST_GAP_S = 600.0
"""The longest jump of their clock, in seconds, that is a pause."""

SAYING = frozenset({"asf", "flac", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "tta", "wav"})
"""Those that say how long their sound is, rather than have it guessed from their size."""

MOST_CHANNELS = 64

LOWEST_RATE = 1000
"""Samples a second: with fewer nothing can be said."""

BROKEN = 0.1
"""The share of undecodable packets that is still a sound file with scratches."""

_SAMPLES: dict[str, tuple[DTypeLike, float, float]] = {
    "u8": (np.uint8, 128.0, 128.0),
    "s16": (np.int16, 0.0, 2.0**15),
    "s32": (np.int32, 0.0, 2.0**31),
    "s64": (np.int64, 0.0, 2.0**63),
    "flt": (np.float32, 0.0, 1.0),
    "dbl": (np.float64, 0.0, 1.0),
}
"""How FFmpeg writes samples: the type, what stands for silence, and how much is full scale."""

_CLOCK = re.compile(r"[0-9]{2,4}:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?")


def undecodable() -> RequestInvalid:
    """There is no sound in it that could be decoded."""
    return RequestInvalid(
        "Audio file might be corrupted or unsupported", param="file", code="invalid_value"
    )


class Track:
    """The sound track of an open file that is being decoded."""

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self.container = container
        self.stream = stream
        self.end = 0
        """Where in the file the sound ends that was decoded."""

    @property
    def clock(self) -> Clock:
        """What the file says of its times."""
        name = self.container.format.name
        start = cast("int | None", self.container.start_time)  # as it is, whatever PyAV says
        return Clock(
            zero_s=start / av.time_base if start is not None else None,
            steady=name in TIMED,
            longest_gap_s=LONGEST_GAP_S if name in SET_ANEW else float("inf"),
        )

    @property
    def numbered(self) -> bool:
        """Whether nothing can be missing but what was damaged."""
        return self.container.format.name == "flac"

    @property
    def said_s(self) -> float | None:
        """How long the sound is, as the file says; None: it does not."""
        if self.container.format.name not in SAYING:
            return None
        if self.stream.duration is not None and self.stream.time_base is not None:
            return float(self.stream.duration * self.stream.time_base)
        if (noted := _seconds(self.stream.metadata.get("DURATION", ""))) is not None:
            return noted
        alone = len(self.container.streams) == 1
        duration = self.container.duration
        return duration / av.time_base if alone and duration is not None else None

    def pieces(self) -> Iterator[Piece]:
        """The sound, decoded over scratches but not over ruins.

        Raises:
            RequestInvalid: too much of it cannot be decoded.
        """
        self.end = good = bad = 0
        if cast("object", self.stream.codec_context) is None:  # nobody decodes it
            raise undecodable()
        try:
            for packet in self.container.demux(self.stream):
                if packet.pos is not None:
                    self.end = max(self.end, packet.pos + packet.size)
                try:
                    frames = packet.decode()
                    good += 1
                except FFmpegError:
                    bad += 1
                    continue
                yield from (_piece(frame) for frame in frames if frame.samples)
        except FFmpegError:
            bad += not good  # else it ends there
        except IndexError:
            # PyAV, at the end of a file in which a track turned up later than at its head.
            decoder: AudioCodecContext = self.stream.codec_context
            yield from (_piece(frame) for frame in decoder.decode(None))  # pyright: ignore[reportUnknownMemberType] - PyAV's Packet
        if bad and not good and self.container.format.name == "wav":
            _check(self.stream.codec_context.layout.nb_channels, self.stream.sample_rate)
        if bad > BROKEN * (good + bad):
            raise undecodable()


@contextmanager
def opened(source: str, begins: int = 0) -> Generator[InputContainer, None, None]:
    """The file of this path, or what lies in it from the byte `begins` on.

    Raises:
        RequestInvalid: it is none that can be read.
    """
    # As a file and by no other protocol, whatever the bytes ask for.
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    if wav_goes_on(source, begins):
        options["ignore_length"] = "1"
    ends = end_of(source, begins)
    try:
        with ExitStack() as stack:
            file: Cutout | str = f"file:{source}"
            if begins or ends < Path(source).stat().st_size:
                whole = stack.enter_context(Path(source).open("rb"))
                file = Cutout(whole, begins, ends)
            yield stack.enter_context(
                av.open(file, "r", options=options, metadata_errors="replace")
            )
    except (FFmpegError, ValueError, MemoryError) as error:
        raise undecodable() from error


def in_order(container: InputContainer) -> list[int]:
    """Its sound tracks, from 1: first the one that a player takes, then the others.

    FFmpeg takes the default one, and of these the best.

    Raises:
        RequestInvalid: there is none.
    """
    tracks = container.streams.audio
    if not tracks:
        raise undecodable()
    best = container.streams.best("audio")
    numbers = range(1, len(tracks) + 1)
    return sorted(
        numbers, key=lambda number: best is None or tracks[number - 1].index != best.index
    )


def _piece(frame: AudioFrame) -> Piece:
    """The frame's samples, in one form whatever the file's was."""
    channels = frame.layout.nb_channels
    _check(channels, frame.sample_rate)
    named, _, _ = frame.format.name.partition("p")
    dtype, zero, full = _SAMPLES[named]
    planes: list[NDArray[Any]] = [np.frombuffer(bytes(plane), dtype) for plane in frame.planes]
    if len(planes) == 1:
        written = planes[0][: frame.samples * channels].reshape(-1, channels).T
    else:
        written = np.stack([plane[: frame.samples] for plane in planes])
    samples: NDArray[np.float32] = written.astype(np.float32)
    if full != 1.0:
        samples = np.subtract(samples, zero, dtype=np.float32) * np.float32(1 / full)
    return Piece(frame.time, samples, frame.sample_rate, _names(frame))


def _check(channels: int, rate: int) -> None:
    """Refuse what nobody records.

    Of a WAV that it does not decode FFmpeg counts none where a header says nought, or more than
    512.

    Raises:
        RequestInvalid: there are too many channels, or too few samples a second.
    """
    if not 0 < channels <= MOST_CHANNELS:
        count = f"too many channels: {channels}" if channels else "too many channels, or none"
        raise RequestInvalid(
            f"Audio file has {count}. At most {MOST_CHANNELS} are taken.",
            param="file",
            code="invalid_value",
        )
    if 0 < rate < LOWEST_RATE:
        raise RequestInvalid(
            f"Audio file has too low a sample rate: {rate} Hz. At least {LOWEST_RATE} are needed.",
            param="file",
            code="invalid_value",
        )


def _names(frame: AudioFrame) -> tuple[str, ...]:
    """The places of the channels; FFmpeg has `NONE` for one without."""
    if frame.layout.nb_channels <= 2:  # none of them would be weighted
        return ()
    names = tuple(channel.name for channel in frame.layout.channels)
    return () if "NONE" in names else names


def _seconds(clock: str) -> float | None:
    """`00:01:02.500000000` in seconds; None: it is no such text."""
    if not _CLOCK.fullmatch(clock):
        return None
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
