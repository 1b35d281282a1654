"""Any sound file in, samples out: FFmpeg, through PyAV."""

import errno
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dragoman.domain.engine import EngineSpec, Outlet, Stopped
from dragoman.domain.errors import RequestInvalid, StorageFailed
from dragoman.domain.transcription import SAMPLE_RATE, DecodeRequest, Mix, Origin, Recording
from dragoman.engines.codecs.container import in_order, opened
from dragoman.engines.codecs.limits import Work, limit_memory, memory_limit
from dragoman.engines.codecs.parts import decode
from dragoman.engines.codecs.tape import Tape

SHORTEST = SAMPLE_RATE // 10
"""Samples: what is shorter cannot be a word."""

MOST_TRACKS = 16
"""The most tracks that are looked through for sound."""

MISSING_S = 0.5
"""What is missing beside the length that a file says; less is a codec's own lead-in."""


def load(spec: EngineSpec) -> "AudioCodec":
    """Build the codec; option `memory_bytes` is what it may take, see `limit_memory`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    memory = memory_limit(spec)
    if memory is not None:
        limit_memory(memory)
    return AudioCodec(max(1, spec.threads))


class AudioCodec:
    """See `domain.engine.BlockingEngine`: decodes frame by frame into a file."""

    def __init__(self, concurrency: int, clock: Callable[[], float] = time.thread_time) -> None:
        """`clock` tells the seconds that this thread has worked."""
        self._concurrency = concurrency
        self._clock = clock

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._concurrency

    def close(self) -> None:
        """See `BlockingEngine.close`: nothing is held."""

    def run(self, request: DecodeRequest, outlet: Outlet[Recording]) -> None:
        """See `BlockingEngine.run`; stops between frames.

        Raises:
            RequestInvalid: no sound could be decoded, or it is too short, too long, too much work.
            StorageFailed: there is no room for the samples.
        """
        work = Work(self._clock)

        def check(sound_s: float) -> None:
            if outlet.stopped:
                raise Stopped
            work.check(sound_s)

        try:
            with Path(request.target).open("wb") as file:
                tape, origin = _recorded(request, file, check)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise StorageFailed("The decoded sound could not be written to disk.") from error
        if tape.samples < SHORTEST:
            raise RequestInvalid(
                "Audio file is too short. Minimum audio length is 0.1 seconds.",
                param="file",
                code="audio_too_short",
            )
        outlet.emit(Recording(request.target, tape.samples, origin))


def _recorded(
    request: DecodeRequest, file: BinaryIO, check: Callable[[float], None]
) -> tuple[Tape, Origin]:
    """The track that was asked for; or the one that a player takes, else the first with sound."""
    with opened(request.source) as container:
        tracks = len(container.streams.audio)
        numbers = [_checked(request.track, tracks)] if request.track else in_order(container)
    earlier_s = 0.0  # what is decoded for nothing is work, too
    for number in numbers[:MOST_TRACKS] if len(numbers) > 1 else ():
        tape = Tape(file, request.longest_s)
        try:
            origin = _taped(request, number, tape, earlier_s, check)
        except RequestInvalid as error:
            if error.code != "invalid_value":
                raise
        else:
            if not tape.silent:
                return tape, origin
        earlier_s += tape.sound_s
    tape = Tape(file, request.longest_s)
    return tape, _taped(request, numbers[0], tape, earlier_s, check)


def _taped(
    request: DecodeRequest,
    number: int,
    tape: Tape,
    earlier_s: float,
    check: Callable[[float], None],
) -> Origin:
    """Track `number`, from 1, onto the tape; `earlier_s`: the sound of tracks before it."""
    parts = decode(request.source, number, tape, lambda: check(earlier_s + tape.sound_s))
    tape.finish()
    channels = max(each.channels for each in parts.decoded)
    mix: Mix = "surround" if any(each.surround for each in parts.decoded) else "sum"
    missing_s = sum(each.missing_s for each in parts.decoded)
    return Origin(
        track=number,
        tracks=parts.tracks,
        channels=channels,
        mix=mix if channels > 1 else "mono",
        alone_s=round(sum(each.alone_s for each in parts.decoded), 3),
        pauses_s=round(sum(each.pauses_s for each in parts.decoded), 3),
        missing_s=round(missing_s, 3) if missing_s >= MISSING_S else 0.0,
        unread=parts.unread,
    )


def _checked(number: int, tracks: int) -> int:
    """A track that was asked for.

    Raises:
        RequestInvalid: the file has not so many.
    """
    if number > tracks:
        many = "1 sound track" if tracks == 1 else f"{tracks} sound tracks"
        raise RequestInvalid(
            f"Invalid 'x_track': the file has {many}, but got {number} instead.",
            param="x_track",
            code="integer_above_max_value",
        )
    return number
