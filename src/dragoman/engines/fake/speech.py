"""A speaker that hums: a tone a word, its pitch the voice's, its length the text's."""

import math
import struct
import zlib

from dragoman.domain.engine import Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import Sound, SpeechEvent, SpeechFinished, SpeechRequest

RATE = 24_000
"""Hz."""
WORD_S = 0.2
"""Seconds a word at speed 1."""
OPEN_LENGTH = 0xFFFF_FFFF
"""What a WAV header says of a stream whose end is not known."""


class FakeSpeaker:
    """See `domain.engine.BlockingEngine`; formats: wav and pcm."""

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return 4

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        """See `BlockingEngine.run`."""
        if request.format not in {"wav", "pcm"}:
            raise RequestInvalid(
                f"The fake speaker cannot write {request.format}: ask for wav or pcm.",
                param="response_format",
                code="unsupported_value",
            )
        words = request.text.split()
        hum = _hum(request.voice, WORD_S / request.speed)
        if request.format == "wav":
            outlet.emit(Sound(_wav_header()))
        for _ in words:
            outlet.emit(Sound(hum))
        duration_s = len(words) * len(hum) / 2 / RATE
        outlet.emit(SpeechFinished(duration_s, len(request.text)))

    def close(self) -> None:
        """See `BlockingEngine.close`."""


def _hum(voice: str, duration_s: float) -> bytes:
    """Mono signed 16-bit little-endian samples that swell and fade: words can be told apart."""
    pitch_hz = 150 + zlib.crc32(voice.encode()) % 200
    count = round(duration_s * RATE)
    samples = (
        round(8_000 * math.sin(math.pi * i / count) * math.sin(2 * math.pi * pitch_hz * i / RATE))
        for i in range(count)
    )
    return struct.pack(f"<{count}h", *samples)


def _wav_header() -> bytes:
    layout = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    return b"".join(
        (
            b"RIFF" + struct.pack("<I", OPEN_LENGTH) + b"WAVE",
            b"fmt " + struct.pack("<I", len(layout)) + layout,
            b"data" + struct.pack("<I", OPEN_LENGTH - 36),
        )
    )
