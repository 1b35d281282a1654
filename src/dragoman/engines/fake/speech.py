"""A speaker that hums: a swelling tone a word, its pitch the voice's, its length the text's."""

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.wav import SAMPLE_RATE
from dragoman.domain.engine import Outlet
from dragoman.domain.speech import (
    Sound,
    SpeechEstimate,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
    VoiceCard,
)

WORD_S = 0.2
"""Seconds a word at speed 1."""
LOUDNESS = 8_000
"""The amplitude, of 32 767."""


def voices(_: Mapping[str, Any]) -> Sequence[VoiceCard]:
    """See `engines.EngineEntry.voices`."""
    names = "nova shimmer echo onyx fable alloy ash sage coral ballad verse marin cedar"
    return [VoiceCard(name, None, "a hum") for name in re.findall(r"\w+", names)]


class FakeSpeaker:
    """See `domain.engine.BlockingEngine`."""

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return 4

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        """See `BlockingEngine.run`."""
        if request.dry_run:
            outlet.emit(SpeechEstimate(len(request.text)))
            return
        words = list(re.finditer(r"\S+", request.text))
        hum = _hum(request.voice, WORD_S / request.rate)
        out = encoder(request.format)
        for number, word in enumerate(words):
            if request.words:
                begins = number * hum.size / SAMPLE_RATE
                times = begins, begins + hum.size / SAMPLE_RATE
                outlet.emit(SpokenWord(word.start(), word.end(), *times))
            if data := out.feed(hum):
                outlet.emit(Sound(data))
        if data := out.flush():
            outlet.emit(Sound(data))
        outlet.emit(SpeechFinished(len(words) * hum.size / SAMPLE_RATE, len(request.text)))

    def close(self) -> None:
        """See `BlockingEngine.close`."""


def _hum(voice: str, duration_s: float) -> NDArray[np.int16]:
    """Mono samples, shape (n,), that swell and fade: words can be told apart."""
    pitch_hz = 150 + zlib.crc32(voice.encode()) % 200
    time_s = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    swell = np.sin(np.pi * time_s / duration_s)
    return (LOUDNESS * swell * np.sin(2 * np.pi * pitch_hz * time_s)).astype(np.int16)
