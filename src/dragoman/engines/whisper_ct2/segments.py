"""From the timed texts of windows to segments of the recording, with times in order."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Protocol

from dragoman.domain.transcription import Segment, Word
from dragoman.engines.whisper_ct2.decoding import TranscribedWindow
from dragoman.engines.whisper_ct2.hallucinations import is_hallucination, is_wordless
from dragoman.engines.whisper_ct2.model import FRAMES_PER_S, TimedText
from dragoman.engines.whisper_ct2.windows import Window


class VoiceEvidence(Protocol):
    """Tells where somebody speaks, and how surely; times are seconds of the recording."""

    def voice_probability(self, start_s: float, end_s: float) -> float:
        """The probability (0 … 1) that somebody speaks in this part."""
        ...

    def without_silence(self, start_s: float, end_s: float) -> tuple[float, float]:
        """This part without the silence at its ends; all of it where it is nothing but silence."""
        ...


class SegmentBuilder:
    """Builds the segments of one recording, whose times and words' times only go forward."""

    def __init__(self, duration_s: float, activity: VoiceEvidence) -> None:
        self._duration_s = duration_s
        self._activity = activity
        self._now_s = 0.0
        self._numbers = count()

    def segments(self, transcripts: Sequence[TranscribedWindow]) -> Iterator[Segment]:
        """The texts of transcripts that are no hallucinations, as segments in their order."""
        for transcript, text in _in_order(transcripts):
            if not text.text.strip() or text.start_s == text.end_s or is_wordless(text.text):
                continue
            result = transcript.decoded.result
            words, start_s, end_s = self._times(transcript.window, text)
            if is_hallucination(
                text.text, result.avg_logprob, self._activity.voice_probability(start_s, end_s)
            ):
                continue
            seek, _ = transcript.window.between(0.0, 0.0)
            yield Segment(
                index=next(self._numbers),
                seek=round(seek * FRAMES_PER_S),
                start_s=start_s,
                end_s=end_s,
                text=text.text.rstrip(),
                tokens=text.tokens,
                temperature=result.temperature,
                avg_logprob=result.avg_logprob,
                compression_ratio=result.compression_ratio,
                no_speech_prob=result.no_speech_prob,
                words=words,
                logprobs=text.logprobs,
            )

    def _times(self, window: Window, text: TimedText) -> tuple[tuple[Word, ...], float, float]:
        if not text.words:
            start_s, end_s = self._forward(*window.between(text.start_s, text.end_s))
            return (), start_s, end_s
        words: list[Word] = []
        for word in text.words:
            start_s, end_s = self._forward(*window.between(word.start_s, word.end_s))
            words.append(Word(word.text.strip(), start_s, end_s, word.probability))
        return tuple(words), words[0].start_s, words[-1].end_s

    def _forward(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Times without silence at the ends, after the last ones, inside the recording; to 1 ms."""
        start_s, end_s = self._activity.without_silence(start_s, end_s)
        start_s = min(max(start_s, self._now_s), self._duration_s)
        end_s = min(max(end_s, start_s), self._duration_s)
        self._now_s = end_s
        return round(start_s, 3), round(end_s, 3)


def _in_order(
    transcripts: Sequence[TranscribedWindow],
) -> list[tuple[TranscribedWindow, TimedText]]:
    """All texts by their start; those of one transcript keep their order."""
    placed: list[tuple[float, TranscribedWindow, TimedText]] = []
    for transcript in transcripts:
        now_s = 0.0
        for text in transcript.decoded.texts:
            now_s = max(now_s, transcript.window.between(text.start_s, text.end_s)[0])
            placed.append((now_s, transcript, text))
    placed.sort(key=lambda at: at[0])
    return [(transcript, text) for _, transcript, text in placed]
