"""A recogniser that hears how long a recording is, and says no more."""

from dragoman.domain.engine import Outlet
from dragoman.domain.transcription import (
    LanguageFound,
    Segment,
    TokenLogprob,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Word,
)


class FakeTranscriber:
    """See `domain.engine.BlockingEngine`: one segment over the whole recording."""

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return 4

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        """See `BlockingEngine.run`."""
        duration_s = request.recording.duration_s
        language = "en" if request.task == "translate" else request.language or "en"
        outlet.emit(LanguageFound(language, 1.0))
        if duration_s:
            outlet.emit(_segment(duration_s, request))
        outlet.emit(TranscriptionFinished(duration_s))

    def close(self) -> None:
        """See `BlockingEngine.close`."""


def _segment(duration_s: float, request: TranscriptionRequest) -> Segment:
    text = f" This is the fake recogniser: it heard {duration_s:.2f} seconds of sound."
    spoken = text.split()
    step_s = duration_s / len(spoken)
    times = (Word(word, i * step_s, (i + 1) * step_s, 1.0) for i, word in enumerate(spoken))
    return Segment(
        index=0,
        seek=0,
        start_s=0.0,
        end_s=duration_s,
        text=text,
        tokens=tuple(range(len(spoken))),
        temperature=0.0,
        avg_logprob=-0.5,
        compression_ratio=1.0,
        no_speech_prob=0.0,
        words=tuple(times) if request.words else (),
        logprobs=tuple(TokenLogprob(f" {word}".encode(), -0.5) for word in spoken)
        if request.logprobs
        else (),
    )
