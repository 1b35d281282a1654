"""Any sound file in, samples out: FFmpeg, through PyAV."""

from pathlib import Path

from dragoman.domain.engine import EngineSpec, Outlet, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import SAMPLE_RATE, DecodeRequest, Recording
from dragoman.engines.codecs.container import Track, opened, undecodable
from dragoman.engines.codecs.decoding import Decoding
from dragoman.engines.codecs.limits import limit_memory, memory_limit
from dragoman.engines.codecs.tape import Tape

SHORTEST = SAMPLE_RATE // 10
"""Samples: what is shorter cannot be a word."""


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

        def check() -> None:
            if outlet.stopped:
                raise Stopped

        with opened(request.source) as container, Path(request.target).open("wb") as file:
            tape = Tape(file, request.longest_s)
            if not container.streams.audio:
                raise undecodable()
            Decoding(Track(container, container.streams.audio[0]), tape).run(check)
            tape.finish()
        if tape.samples < SHORTEST:
            raise RequestInvalid(
                "Audio file is too short. Minimum audio length is 0.1 seconds.",
                param="file",
                code="audio_too_short",
            )
        outlet.emit(Recording(request.target, tape.samples))
