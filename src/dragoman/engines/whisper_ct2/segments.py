"""From a window's pieces to segments of the recording: times in order and inside it."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Protocol

from dragoman.domain.transcription import Segment, Word
from dragoman.engines.whisper_ct2.cries import wordless
from dragoman.engines.whisper_ct2.doubt import invented
from dragoman.engines.whisper_ct2.library import FRAMES_PER_S, Piece
from dragoman.engines.whisper_ct2.reel import Window
from dragoman.engines.whisper_ct2.takes import Take


class Voice(Protocol):
    """Who knows when somebody speaks; seconds of the recording."""

    def certainty(self, start_s: float, end_s: float) -> float:
        """How surely somebody speaks in this part, 0 … 1."""
        ...

    def trimmed(self, start_s: float, end_s: float) -> tuple[float, float]:
        """The part without the silence at its ends; all of it if it is nothing but silence."""
        ...


class Timekeeper:
    """Keeps times monotone over all segments and words of one recording."""

    def __init__(self, duration_s: float, voice: Voice) -> None:
        self._duration_s = duration_s
        self._voice = voice
        self._now_s = 0.0
        self._numbers = count()

    def segments(self, takes: Sequence[Take]) -> Iterator[Segment]:
        """What has text and was not made up, as segments, in the order of the recording."""
        for take, piece in _in_order(takes):
            if not piece.text.strip() or piece.start_s == piece.end_s or wordless(piece.text):
                continue
            attempt = take.decoded.attempt
            words, start_s, end_s = self._times(take.window, piece)
            if invented(piece.text, attempt.avg_logprob, self._voice.certainty(start_s, end_s)):
                continue
            seek, _ = take.window.between(0.0, 0.0)
            yield Segment(
                index=next(self._numbers),
                seek=round(seek * FRAMES_PER_S),
                start_s=start_s,
                end_s=end_s,
                text=piece.text.rstrip(),
                tokens=piece.tokens,
                temperature=attempt.temperature,
                avg_logprob=attempt.avg_logprob,
                compression_ratio=attempt.compression_ratio,
                no_speech_prob=attempt.no_speech_prob,
                words=words,
                logprobs=piece.logprobs,
            )

    def _times(self, window: Window, piece: Piece) -> tuple[tuple[Word, ...], float, float]:
        if not piece.words:
            start_s, end_s = self._forward(*window.between(piece.start_s, piece.end_s))
            return (), start_s, end_s
        words: list[Word] = []
        for word in piece.words:
            start_s, end_s = self._forward(*window.between(word.start_s, word.end_s))
            words.append(Word(word.text.strip(), start_s, end_s, word.probability))
        return tuple(words), words[0].start_s, words[-1].end_s

    def _forward(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Not over silence, not before what was said last, not after the end; milliseconds."""
        start_s, end_s = self._voice.trimmed(start_s, end_s)
        start_s = min(max(start_s, self._now_s), self._duration_s)
        end_s = min(max(end_s, start_s), self._duration_s)
        self._now_s = end_s
        return round(start_s, 3), round(end_s, 3)


def _in_order(takes: Sequence[Take]) -> list[tuple[Take, Piece]]:
    """All pieces by their beginning; those of one take stay in the order they were said in."""
    placed: list[tuple[float, Take, Piece]] = []
    for take in takes:
        now_s = 0.0
        for piece in take.decoded.pieces:
            now_s = max(now_s, take.window.between(piece.start_s, piece.end_s)[0])
            placed.append((now_s, take, piece))
    placed.sort(key=lambda at: at[0])
    return [(take, piece) for _, take, piece in placed]
