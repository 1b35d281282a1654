"""Any sound file in, samples out: FFmpeg, through PyAV."""

from collections.abc import Iterator
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError

from dragoman.domain.engine import EngineSpec, Outlet, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import SAMPLE_RATE, DecodeRequest, Recording
from dragoman.engines.codecs.limits import limit_memory, memory_limit

CONTAINERS = (
    "aac,ac3,aiff,amr,asf,au,avi,caf,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,mpeg,mpegts,ogg,opus,w64,wav"
)
"""Demuxers that read the file and nothing else: playlists, which name other files, are not here."""

SHORTEST = SAMPLE_RATE // 10
"""Samples: what is shorter cannot be a word."""

BROKEN = 0.1
"""The share of undecodable packets that is still a sound file with scratches."""


SHORTEST_GAP_S, LONGEST_GAP_S = 0.05, 600.0
"""A jump in a file's clock between these is silence; below it jitter, above it a mistake."""


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

    def __init__(self, concurrency: int) -> None:
        self._concurrency = concurrency

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._concurrency

    def close(self) -> None:
        """See `BlockingEngine.close`: nothing is held."""

    def run(self, request: DecodeRequest, outlet: Outlet[Recording]) -> None:
        """See `BlockingEngine.run`; stops between frames.

        Raises:
            RequestInvalid: no sound could be decoded, or it is too short or too long.
        """
        most = int(request.longest_s * SAMPLE_RATE)
        samples = 0
        with Path(request.target).open("wb") as target:
            for piece in _pieces(request.source):
                if outlet.stopped:
                    raise Stopped
                samples += len(piece) // 2
                if samples > most:
                    raise RequestInvalid(
                        "Audio file is too long. "
                        f"Maximum audio length is {request.longest_s:g} seconds.",
                        param="file",
                        code="audio_too_long",
                    )
                target.write(piece)
        if samples < SHORTEST:
            raise RequestInvalid(
                "Audio file is too short. Minimum audio length is 0.1 seconds.",
                param="file",
                code="audio_too_short",
            )
        outlet.emit(Recording(request.target, samples))


def _undecodable() -> RequestInvalid:
    return RequestInvalid(
        "Audio file might be corrupted or unsupported", param="file", code="invalid_value"
    )


def _pieces(source: str) -> Iterator[bytes]:
    """The file's sound as mono 16-bit samples at 16 kHz."""
    try:
        # As a file and by no other protocol, whatever the bytes ask for.
        with av.open(
            f"file:{source}",
            options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        ) as container:
            yield from _resampled(_placed(container))
    except (FFmpegError, ValueError, MemoryError) as error:
        raise _undecodable() from error


def _placed(container: InputContainer) -> Iterator[tuple[float, AudioFrame]]:
    """Frames of the first sound track, each with the silence before it (seconds).

    A track may begin after the pictures, and a recorder may leave out what it found silent: the
    silence keeps the times of the rest right. FLAC numbers its samples, so what is missing there
    was damaged.
    """
    lost_s = total_s = 0.0
    due_s: float | None = (container.start_time or 0) / av.time_base
    for frame in _frames(container):
        gap_s = frame.time - due_s if frame.time is not None and due_s is not None else 0.0
        if not SHORTEST_GAP_S < gap_s < LONGEST_GAP_S:
            gap_s = 0.0
        yield gap_s, frame
        length_s = frame.samples / frame.sample_rate
        lost_s += gap_s
        total_s += gap_s + length_s
        if frame.time is not None:
            due_s = frame.time
        due_s = due_s + length_s if due_s is not None else None
    if container.format.name == "flac" and lost_s > BROKEN * total_s:
        raise _undecodable()


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    """Decoded frames of the first sound track, over scratches but not over ruins."""
    if not container.streams.audio:
        raise _undecodable()
    good = bad = 0
    try:
        for packet in container.demux(container.streams.audio[0]):
            try:
                yield from packet.decode()
                good += 1
            except FFmpegError:
                bad += 1
    except FFmpegError:
        bad += 1
    if bad > BROKEN * (good + bad):
        raise _undecodable()


def _resampled(frames: Iterator[tuple[float, AudioFrame]]) -> Iterator[bytes]:
    """Frames made mono and 16 kHz; a stream may change its rate or channels on the way."""
    resampler: av.AudioResampler | None = None
    before: tuple[int, str, str] | None = None
    for gap_s, frame in frames:
        shape = (frame.sample_rate, frame.format.name, frame.layout.name)
        if resampler is None or shape != before:
            if resampler is not None:
                yield from _bytes(resampler, None)
            resampler, before = av.AudioResampler("s16", "mono", SAMPLE_RATE), shape
        yield from _silence(gap_s)
        frame.pts = None
        yield from _bytes(resampler, frame)
    if resampler is not None:
        yield from _bytes(resampler, None)


def _silence(seconds: float) -> Iterator[bytes]:
    samples = round(seconds * SAMPLE_RATE)
    while samples > 0:
        yield bytes(2 * min(samples, SAMPLE_RATE))
        samples -= SAMPLE_RATE


def _bytes(resampler: av.AudioResampler, frame: AudioFrame | None) -> Iterator[bytes]:
    for piece in resampler.resample(frame):
        yield bytes(piece.planes[0])[: piece.samples * 2]
