from collections.abc import Iterator

from dragoman.api.timing import Timing


def ticks(*seconds: float) -> Iterator[float]:
    yield from seconds


def test_laps_are_told_in_milliseconds_and_in_order() -> None:
    clock = ticks(10.0, 10.0015, 12.0)
    timing = Timing(lambda: next(clock))
    timing.mark("lease")
    timing.mark("first")
    timing.mark("first")
    assert timing.header() == "lease;dur=1.5, first;dur=1998.5"
