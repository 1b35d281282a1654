"""Processor time that does not depend on the machine: against work of a known size beside it."""

import re
import time
from collections.abc import Generator
from contextlib import contextmanager

WORD = re.compile(r"([a-z]+)(\d+)")


def rod() -> float:
    """Seconds of this thread's processor time that a fixed piece of work takes here and now.

    It reads 40,000 words with a pattern and counts their last digits: a fiftieth of a second on
    a machine of 2026, ten times that on one that is slow or has much else to do.
    """
    began = time.thread_time()
    counts: dict[str, int] = {}
    for number in range(40_000):
        matched = WORD.match(f"word{number}")
        assert matched is not None
        counts[matched[2][-1]] = counts.get(matched[2][-1], 0) + 1
    return time.thread_time() - began


@contextmanager
def rods_at_most(most: int) -> Generator[None]:
    """Refuse a block that takes more of this thread's processor time than `most` rods do.

    What a text of a hostile caller takes has to grow with its length and no faster. Seconds
    cannot say that on every machine, and those of the whole process count what threads of
    other tests still do, so the block is held against rods before and after it.
    """
    before = rod()
    began = time.thread_time()
    yield
    taken_s = time.thread_time() - began
    assert taken_s < most * max(before, rod())
