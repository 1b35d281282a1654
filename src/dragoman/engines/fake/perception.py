"""Fakes that take in sound and pictures: they tell how long or how large, and no more."""

from collections.abc import Callable

from dragoman.domain.diarisation import DiarisationRequest, Turn, Turns
from dragoman.domain.engine import Outlet
from dragoman.domain.picture import Facts, Picture
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
    """A recogniser that writes one segment over the whole recording.

    `script` may say its text; where that says nothing, it is the length of the recording.
    """

    def __init__(self, script: Callable[[TranscriptionRequest], str | None] | None = None) -> None:
        self._script = script

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
            text = self._script(request) if self._script else None
            outlet.emit(_segment(duration_s, request, text))
        outlet.emit(TranscriptionFinished(duration_s))

    def close(self) -> None:
        """See `BlockingEngine.close`."""


class FakeSpeakers:
    """Two speakers, one for each half of the recording: known ones first, then A and B."""

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return 4

    def run(self, request: DiarisationRequest, outlet: Outlet[Turns]) -> None:
        """See `BlockingEngine.run`."""
        first, second, *_ = *(speaker.name for speaker in request.known), "A", "B"
        end_s = request.recording.duration_s
        half_s = end_s / 2
        outlet.emit(Turns((Turn(0.0, half_s, first), Turn(half_s, end_s, second))))

    def close(self) -> None:
        """See `BlockingEngine.close`."""


class FakeSight:
    """Sight that tells a picture's size, and that it saw nothing else."""

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return 4

    def run(self, request: Picture, outlet: Outlet[Facts]) -> None:
        """See `BlockingEngine.run`."""
        outlet.emit(
            Facts(
                width=request.original_width,
                height=request.original_height,
                kind="picture",
                subject=None,
                certainty="probably",
            )
        )

    def close(self) -> None:
        """See `BlockingEngine.close`."""


def _segment(duration_s: float, request: TranscriptionRequest, text: str | None) -> Segment:
    length = f"This is the fake recogniser: it heard {duration_s:.2f} seconds of sound."
    text = f" {length if text is None else text}"
    spoken = text.split()
    step_s = duration_s / max(len(spoken), 1)
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
