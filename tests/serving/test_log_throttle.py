"""Log lines of one kind are throttled."""

import logging

from dragoman.serving.log_throttle import MOST_KINDS, WINDOW_S, Throttle


def line(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("dragoman", logging.WARNING, "x.py", 1, message, arguments, None)


def test_a_flood_of_one_kind_is_cut_and_counted() -> None:
    now = 0.0
    throttle = Throttle(3, clock=lambda: now)
    kept = [throttle.filter(line("refused %s", number)) for number in range(10)]
    assert kept == [True] * 3 + [False] * 7
    assert throttle.filter(line("another kind"))
    now = WINDOW_S
    after = line("refused %s", 10)
    assert throttle.filter(after)
    assert after.getMessage() == "refused 10 (7 more lines like this were left out)"


def test_what_comes_seldom_is_always_written() -> None:
    now = 0.0
    throttle = Throttle(1, clock=lambda: now)
    for _ in range(5):
        record = line("refused")
        assert throttle.filter(record)
        assert record.getMessage() == "refused"
        now += WINDOW_S


def test_not_every_kind_is_remembered() -> None:
    throttle = Throttle(1, clock=lambda: 0.0)
    for number in range(3 * MOST_KINDS):
        throttle.filter(line("kind " + "a" * (number % 190) + "b" * (number // 190)))
    assert len(throttle._kinds) <= MOST_KINDS


def test_numbers_that_a_library_filled_in_make_no_kinds() -> None:
    throttle = Throttle(3, clock=lambda: 0.0)
    kept = [throttle.filter(line(f"invalid character at {number}")) for number in range(10)]
    assert kept == [True] * 3 + [False] * 7
