"""A scripted voice and a scripted Whisper: what an engine does with them is its own."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.domain.transcription import Segment, TranscriptionEvent
from dragoman.engines.whisper_ct2.fallback import DecodingResult
from dragoman.engines.whisper_ct2.model import (
    DecodedWindow,
    DecodingOptions,
    EncodedWindow,
    TimedText,
    Whisper,
)
from dragoman.engines.whisper_ct2.speech_spans import FRAME
from dragoman.engines.whisper_ct2.vad import VoiceDetector

SECOND = 16_000


class Detector(VoiceDetector):
    """Hears a voice wherever there is sound at all."""

    def __init__(self) -> None:
        pass

    @override
    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        padded = np.pad(samples, (0, -len(samples) % FRAME)).reshape(-1, FRAME)
        yield np.asarray(padded.any(axis=1), np.float32)


def said(*texts: str, decoded_s: float = 30.0, to_s: float | None = None) -> DecodedWindow:
    """A window with these texts of `decoded_s` altogether, decoded up to `to_s`, or as far."""
    step_s = decoded_s / max(1, len(texts))
    timed = [
        TimedText(n * step_s, (n + 1) * step_s, text, (n,), ()) for n, text in enumerate(texts)
    ]
    return DecodedWindow(tuple(timed), to_s or decoded_s, DecodingResult((), 0.0, -0.2, 1.0, 0.0))


class Script(Whisper):
    """Says the next line for each window, and remembers what it was given."""

    def __init__(self, *lines: DecodedWindow, languages: Sequence[str] = ("en", "ko")) -> None:
        self._lines = list(lines)
        self.languages = frozenset(languages)
        self.lengths_s: list[float] = []
        self.previous: list[list[int]] = []
        self.options: list[DecodingOptions] = []
        self.groups: list[int] = []
        self.short_padding: list[bool] = []

    @override
    def encode(self, samples: NDArray[np.int16], *, short_padding: bool = False) -> EncodedWindow:
        self.lengths_s.append(round(len(samples) / SECOND, 1))
        self.short_padding.append(short_padding)
        return EncodedWindow(None, 3000)

    @override
    def detect_language(self, window: EncodedWindow) -> list[tuple[str, float]]:
        return [("ko", 0.9), ("en", 0.1)]

    @override
    def tokens(self, text: str) -> list[int]:
        return [99] * len(text)

    @override
    def decode(
        self, windows: Sequence[EncodedWindow], options: DecodingOptions, previous: Sequence[int]
    ) -> list[DecodedWindow]:
        self.groups.append(len(windows))
        self.options.append(options)
        self.previous.append(list(previous))
        return [self._lines.pop(0) for _ in windows]


def texts(events: list[TranscriptionEvent]) -> list[tuple[int, str, float]]:
    return [(e.index, e.text, e.start_s) for e in events if isinstance(e, Segment)]
