"""A scripted voice and a scripted Whisper: what an engine does with them is its own."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.domain.transcription import Segment, TranscriptionEvent
from dragoman.engines.whisper_ct2.ladder import Attempt
from dragoman.engines.whisper_ct2.library import Decoded, Heard, Manner, Piece, Whisper
from dragoman.engines.whisper_ct2.spans import FRAME
from dragoman.engines.whisper_ct2.voice import VoiceDetector

SECOND = 16_000


class Detector(VoiceDetector):
    """Hears a voice wherever there is sound at all."""

    def __init__(self) -> None:
        pass

    @override
    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        padded = np.pad(samples, (0, -len(samples) % FRAME)).reshape(-1, FRAME)
        yield np.asarray(padded.any(axis=1), np.float32)


def said(*texts: str, heard_s: float = 30.0, to_s: float | None = None) -> Decoded:
    """So long altogether; the window is told up to `to_s`, or as far."""
    step_s = heard_s / max(1, len(texts))
    pieces = [Piece(n * step_s, (n + 1) * step_s, text, (n,), ()) for n, text in enumerate(texts)]
    return Decoded(tuple(pieces), to_s or heard_s, Attempt((), 0.0, -0.2, 1.0, 0.0))


class Script(Whisper):
    """Says the next line for each window, and remembers what it was given."""

    def __init__(self, *lines: Decoded, languages: Sequence[str] = ("en", "ko")) -> None:
        self._lines = list(lines)
        self.languages = frozenset(languages)
        self.lengths_s: list[float] = []
        self.befores: list[list[int]] = []
        self.manners: list[Manner] = []
        self.groups: list[int] = []
        self.brief: list[bool] = []

    @override
    def hear(self, samples: NDArray[np.int16], *, briefly: bool = False) -> Heard:
        self.lengths_s.append(round(len(samples) / SECOND, 1))
        self.brief.append(briefly)
        return Heard(None, 3000)

    @override
    def spoken_in(self, heard: Heard) -> list[tuple[str, float]]:
        return [("ko", 0.9), ("en", 0.1)]

    @override
    def tokens(self, text: str) -> list[int]:
        return [99] * len(text)

    @override
    def decode(
        self, windows: Sequence[Heard], manner: Manner, before: Sequence[int]
    ) -> list[Decoded]:
        self.groups.append(len(windows))
        self.manners.append(manner)
        self.befores.append(list(before))
        return [self._lines.pop(0) for _ in windows]


def texts(events: list[TranscriptionEvent]) -> list[tuple[int, str, float]]:
    return [(e.index, e.text, e.start_s) for e in events if isinstance(e, Segment)]
