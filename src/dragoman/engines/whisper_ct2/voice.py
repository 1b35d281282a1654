"""How likely it is that somebody speaks: Silero's detector, fed piece by piece."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from dragoman.engines.whisper_ct2.spans import (
    FRAME,
    FRAME_S,
    OFF,
    ON,
    Manner,
    Span,
    SpanFinder,
    padded,
)

runtime: Any = onnxruntime
"""Its own annotations are of unknown types."""

CONTEXT = 64
"""Samples of the frame before, that the model hears again."""

MARGIN_S = 0.1
"""Left around a voice where silence is trimmed: its edges are too soft to be heard as one."""

GAP, CRUMB = 31, 10
"""Frames: silence of 1 s makes an island of voice; one of less than 0.3 s is a crumb."""

LULL, SOFT = 3, 0.1
"""Frames (0.1 s), and how loud they are at most beside the speech around them: 20 dB softer."""

PIECE = FRAME * 31 * 5
"""Samples looked at in one go: 5 s."""

LOUD, MOST_GAIN = 4000 / 32768, 40.0
"""The louder frames of a piece are made so loud (root mean square), by at most this factor."""


class VoiceDetector:
    """Silero VAD v6, as shipped in faster-whisper's wheel. May be used by several threads."""

    def __init__(self, path: Path) -> None:
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        """Voice probability of every frame of `samples` (shape (samples,), 16 kHz), in pieces.

        Soft pieces are made louder: a hoarse voice is not heard if it is soft, too, least of all
        after a loud one. The state goes from piece to piece. Only after a piece without any voice
        it begins anew: the longer nobody spoke, the less the model believes that somebody does.
        """
        state = np.zeros((1, 1, 128), np.float32)
        cell = np.zeros((1, 1, 128), np.float32)
        context = np.zeros((1, CONTEXT), np.float32)
        for at in range(0, len(samples), PIECE):
            piece = samples[at : at + PIECE].astype(np.float32) / 32768
            frames = _levelled(np.pad(piece, (0, -len(piece) % FRAME)).reshape(-1, FRAME))
            tails = np.concatenate([context, frames[:, -CONTEXT:]])
            heard = np.concatenate([tails[:-1], frames], axis=1)
            context = tails[-1:]
            voice, state, cell = self._session.run(None, {"input": heard, "h": state, "c": cell})
            if voice.max() < OFF:
                state, cell = np.zeros_like(state), np.zeros_like(cell)
            yield voice.reshape(-1)


def _levelled(frames: NDArray[np.floating]) -> NDArray[np.float32]:
    loud = np.percentile(np.sqrt(np.mean(frames**2, axis=1)), 95)
    gain = min(max(LOUD / max(float(loud), 1e-9), 1.0), MOST_GAIN)
    return np.clip(frames * np.float32(gain), -1.0, 1.0).astype(np.float32)


class Listener:
    """Where somebody speaks in one recording, found while the recording is read."""

    def __init__(
        self,
        detector: VoiceDetector,
        samples: NDArray[np.int16],
        manner: Manner = Manner(),  # noqa: B008 - frozen
    ) -> None:
        self._detector = detector
        self._manner = manner
        self._samples = samples
        self._voice = np.zeros(-(-len(samples) // FRAME), np.float32)
        self.speech_frames = 0
        """Frames within spans so far, without padding."""

    def spans(self) -> Iterator[Span]:
        """Spans of speech with padding, in samples, in order and apart from each other."""
        for span in padded(self._bare(), self._manner.lead):
            yield Span(span.start * FRAME, min(span.end * FRAME, len(self._samples)))

    def certainty(self, start_s: float, end_s: float) -> float:
        """See `segments.Voice.certainty`: the best mean of 0.3 s."""
        heard = self._between(start_s, end_s)
        if not len(heard):
            return 0.0
        width = min(10, len(heard))
        return float(np.convolve(heard, np.full(width, 1 / width), "valid").max())

    def voiced_s(self, start_s: float, end_s: float) -> float:
        """For how long somebody surely speaks in this part."""
        return float(np.count_nonzero(self._between(start_s, end_s) >= ON) * FRAME_S)

    def trimmed(self, start_s: float, end_s: float) -> tuple[float, float]:
        """See `segments.Voice.trimmed`."""
        (voiced,) = np.nonzero(self._between(start_s, end_s) >= OFF)
        if not len(voiced):
            return start_s, end_s
        islands = np.split(voiced, np.nonzero(np.diff(voiced) > GAP)[0] + 1)
        # Whisper's times are rough: a bit of a neighbour, far away, belongs to the neighbour.
        while len(islands) > 1 and len(islands[0]) < CRUMB:
            del islands[0]
        while len(islands) > 1 and len(islands[-1]) < CRUMB:
            del islands[-1]
        first = int(start_s / FRAME_S)
        return (
            max(start_s, (first + int(islands[0][0])) * FRAME_S - MARGIN_S),
            min(end_s, (first + int(islands[-1][-1]) + 1) * FRAME_S + MARGIN_S),
        )

    def pause(self, span: Span) -> Span | None:
        """The longest stretch within `span` (samples) in which nobody speaks; None: there is none.

        It is found only where the recording was read already.
        """
        first = -(-span.start // FRAME)
        quiet = self._voice[first : span.end // FRAME] < OFF
        edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False)).tolist()
        stretches = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
        longest = max(stretches, key=lambda stretch: stretch.length, default=None)
        if longest is None:
            return None
        return Span((first + longest.start) * FRAME, (first + longest.end) * FRAME)

    def lull(self, span: Span) -> tuple[float, int] | None:
        """The softest 0.1 s within `span` (samples): its loudness beside all of it, and its middle.

        None: nothing in it is much softer than the rest.
        """
        frames = span.length // FRAME
        if frames < LULL:
            return None
        sound = self._samples[span.start : span.start + frames * FRAME].astype(np.float64)
        power = np.mean(sound.reshape(-1, FRAME) ** 2, axis=1)
        moments = np.convolve(power, np.full(LULL, 1 / LULL), "valid")
        softest = int(moments.argmin())
        loudness = math.sqrt(moments[softest] / max(power.mean(), 1e-9))
        middle = span.start + softest * FRAME + LULL * FRAME // 2
        return (loudness, middle) if loudness < SOFT else None

    def _between(self, start_s: float, end_s: float) -> NDArray[np.float32]:
        return self._voice[int(start_s / FRAME_S) : int(end_s / FRAME_S) + 1]

    def _bare(self) -> Iterator[Span]:
        finder = SpanFinder(self._manner)
        at = 0
        for piece in self._detector.probabilities(self._samples):
            self._voice[at : at + len(piece)] = piece
            at += len(piece)
            yield from self._counted(finder.feed(float(probability)) for probability in piece)
        yield from self._counted([finder.finish()])

    def _counted(self, spans: Iterable[Span | None]) -> Iterator[Span]:
        for span in spans:
            if span is not None:
                self.speech_frames += span.length
                yield span
