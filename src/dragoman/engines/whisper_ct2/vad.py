"""Voice activity detection: Silero's detector, and what it says of one recording."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from dragoman.engines.whisper_ct2.speech_spans import (
    FRAME,
    FRAME_S,
    NEG_THRESHOLD,
    THRESHOLD,
    Span,
    SpanFinder,
    VadOptions,
    padded,
)

runtime: Any = onnxruntime
"""ONNX Runtime, whose annotations are of unknown types."""

CONTEXT = 64
"""The samples of the frame before that the model takes with each frame."""

MARGIN_S = 0.1
"""The seconds left around a voice where silence is trimmed: its edges are too soft to be found."""

ISLAND_GAP, SHORTEST_ISLAND = 31, 10
"""Frames: voices are apart with more than 1 s of silence between; less than 0.3 s is noise."""

SOFT_FRAMES, MAX_SOFT_LOUDNESS = 3, 0.1
"""The frames (0.1 s) of a soft moment, and its loudness beside the speech around it (-20 dB)."""

PIECE = FRAME * 31 * 5
"""The samples (5 s) that the model takes at once."""

TARGET_LEVEL, MAX_GAIN = 4000 / 32768, 40.0
"""The level (RMS) to which louder frames of a soft piece are raised, and the greatest factor."""


class VoiceDetector:
    """Silero VAD v6 of faster-whisper's wheel; several threads may use it at once."""

    def __init__(self, path: Path) -> None:
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        """The probabilities of voice of the frames of `samples` (16 kHz), 5 s at a time.

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
            voice = np.concatenate([tails[:-1], frames], axis=1)
            context = tails[-1:]
            voice, state, cell = self._session.run(None, {"input": voice, "h": state, "c": cell})
            if voice.max() < NEG_THRESHOLD:
                state, cell = np.zeros_like(state), np.zeros_like(cell)
            yield voice.reshape(-1)


def _levelled(frames: NDArray[np.floating]) -> NDArray[np.float32]:
    loud = np.percentile(np.sqrt(np.mean(frames**2, axis=1)), 95)
    gain = min(max(TARGET_LEVEL / max(float(loud), 1e-9), 1.0), MAX_GAIN)
    return np.clip(frames * np.float32(gain), -1.0, 1.0).astype(np.float32)


class VoiceActivity:
    """The voice activity of one recording, found while the recording is read."""

    def __init__(
        self,
        detector: VoiceDetector,
        samples: NDArray[np.int16],
        options: VadOptions = VadOptions(),  # noqa: B008 - frozen
    ) -> None:
        self._detector = detector
        self._options = options
        self._samples = samples
        self._voice = np.zeros(-(-len(samples) // FRAME), np.float32)
        self.speech_frames = 0
        """The number of frames in spans so far, without padding."""

    def spans(self) -> Iterator[Span]:
        """The spans of speech with padding, in samples, in order and apart from each other."""
        for span in padded(self._unpadded(), self._options.speech_pad):
            yield Span(span.start * FRAME, min(span.end * FRAME, len(self._samples)))

    def voice_probability(self, start_s: float, end_s: float) -> float:
        """See `segments.VoiceEvidence.voice_probability`: the best mean of 0.3 s."""
        voice = self._between(start_s, end_s)
        if not len(voice):
            return 0.0
        width = min(10, len(voice))
        return float(np.convolve(voice, np.full(width, 1 / width), "valid").max())

    def voiced_s(self, start_s: float, end_s: float) -> float:
        """The seconds for which somebody surely speaks in this part."""
        return float(np.count_nonzero(self._between(start_s, end_s) >= THRESHOLD) * FRAME_S)

    def without_silence(self, start_s: float, end_s: float) -> tuple[float, float]:
        """See `segments.VoiceEvidence.without_silence`."""
        (voiced,) = np.nonzero(self._between(start_s, end_s) >= NEG_THRESHOLD)
        if not len(voiced):
            return start_s, end_s
        islands = np.split(voiced, np.nonzero(np.diff(voiced) > ISLAND_GAP)[0] + 1)
        # Whisper's times are rough: a bit of a neighbour, far away, belongs to the neighbour.
        while len(islands) > 1 and len(islands[0]) < SHORTEST_ISLAND:
            del islands[0]
        while len(islands) > 1 and len(islands[-1]) < SHORTEST_ISLAND:
            del islands[-1]
        first = int(start_s / FRAME_S)
        return (
            max(start_s, (first + int(islands[0][0])) * FRAME_S - MARGIN_S),
            min(end_s, (first + int(islands[-1][-1]) + 1) * FRAME_S + MARGIN_S),
        )

    def longest_pause(self, span: Span) -> Span | None:
        """The longest part of `span` (samples) in which nobody speaks; None: there is none.

        Only the part of the recording that was read already is searched.
        """
        first = -(-span.start // FRAME)
        quiet = self._voice[first : span.end // FRAME] < NEG_THRESHOLD
        edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False)).tolist()
        stretches = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
        longest = max(stretches, key=lambda stretch: stretch.length, default=None)
        if longest is None:
            return None
        return Span((first + longest.start) * FRAME, (first + longest.end) * FRAME)

    def softest_moment(self, span: Span) -> tuple[float, int] | None:
        """The softest 0.1 s of `span` (samples): its loudness beside the span, and its middle.

        None: no moment is much softer than the rest.
        """
        frames = span.length // FRAME
        if frames < SOFT_FRAMES:
            return None
        sound = self._samples[span.start : span.start + frames * FRAME].astype(np.float64)
        power = np.mean(sound.reshape(-1, FRAME) ** 2, axis=1)
        moments = np.convolve(power, np.full(SOFT_FRAMES, 1 / SOFT_FRAMES), "valid")
        softest = int(moments.argmin())
        loudness = math.sqrt(moments[softest] / max(power.mean(), 1e-9))
        middle = span.start + softest * FRAME + SOFT_FRAMES * FRAME // 2
        return (loudness, middle) if loudness < MAX_SOFT_LOUDNESS else None

    def _between(self, start_s: float, end_s: float) -> NDArray[np.float32]:
        return self._voice[int(start_s / FRAME_S) : int(end_s / FRAME_S) + 1]

    def _unpadded(self) -> Iterator[Span]:
        finder = SpanFinder(self._options)
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
