"""Speakers that take turns by the clock: the first half is one's, the second another's."""

from dragoman.domain.diarisation import DiarisationRequest, Turn, Turns
from dragoman.domain.engine import Outlet


class FakeSpeakers:
    """See `domain.engine.BlockingEngine`: known speakers come first, then A and B."""

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
