"""Sight that tells a picture's size, and says that it saw nothing else."""

from dragoman.domain.engine import Outlet
from dragoman.domain.picture import Facts, Picture


class FakeSight:
    """See `domain.engine.BlockingEngine`."""

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
