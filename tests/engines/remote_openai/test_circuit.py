"""When an upstream is left out and let back in, by a clock that the test turns."""

import logging

import pytest

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    RequestInvalid,
    ServiceError,
)
from dragoman.engines.remote_openai.upstreams import Attempt, Upstreams
from upstreams import Clock

GONE = EngineUnavailable("gone")
BROKEN = EngineFailed("broken")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def upstreams(clock: Clock) -> Upstreams:
    """Two, of which the second is left out for a minute: what is seen is the first."""
    both = Upstreams(["a", "b"], clock)
    fail(attempt(both, {1}), EngineUnavailable("away", retry_s=60))
    return both


def attempt(upstreams: Upstreams, earlier: set[int] | None = None) -> Attempt:
    begun = upstreams.begin((), earlier or ())
    assert begun is not None
    return begun


def fail(begun: Attempt, error: Exception) -> None:
    with pytest.raises(type(error)), begun:
        raise error


def wait_s(upstreams: Upstreams) -> float:
    """How long nobody is sent anything; looked at where nobody is to be had."""
    assert upstreams.begin((), ()) is None
    retry_s = upstreams.unavailable().retry_s
    assert retry_s is not None
    return retry_s


def test_a_backoff_doubles_to_half_a_minute_until_an_answer_is_whole(
    clock: Clock, upstreams: Upstreams
) -> None:
    def fail_for(seconds: float) -> None:
        fail(attempt(upstreams, {2}), GONE)
        clock.now += seconds - 0.1
        assert upstreams.begin((), {2}) is None
        clock.now += 0.1

    for seconds in (1, 2, 4, 8, 16, 30, 30):
        fail_for(seconds)
    with attempt(upstreams, {2}):
        pass
    fail_for(1)


def test_one_trial_is_sent_and_no_other_until_it_is_answered(
    clock: Clock, upstreams: Upstreams, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dragoman")
    fail(attempt(upstreams), GONE)
    clock.now += 1
    with attempt(upstreams) as trial:
        assert wait_s(upstreams) == 1
        assert upstreams.in_use() == 0
        trial.answer()
        assert upstreams.in_use() == 1
        with attempt(upstreams):
            pass
    assert caplog.messages == [
        "event=upstream-left-out upstream=a seconds=1 reason='gone'",
        "event=upstream-back upstream=a",
    ]


def test_a_trial_whose_client_leaves_is_followed_by_another(
    clock: Clock, upstreams: Upstreams
) -> None:
    fail(attempt(upstreams), GONE)
    clock.now += 1
    fail(attempt(upstreams), Stopped())
    with attempt(upstreams):
        pass
    assert upstreams.in_use() == 1


def test_a_trial_that_breaks_is_enough(clock: Clock, upstreams: Upstreams) -> None:
    fail(attempt(upstreams), GONE)
    clock.now += 1
    fail(attempt(upstreams), BROKEN)
    assert wait_s(upstreams) == 2


def test_a_trial_that_is_refused_shows_that_somebody_is_there(
    clock: Clock, upstreams: Upstreams
) -> None:
    fail(attempt(upstreams), GONE)
    clock.now += 1
    fail(attempt(upstreams), RequestInvalid("no"))
    assert upstreams.in_use() == 1


def test_three_answers_that_break_in_a_row_are_too_many(upstreams: Upstreams) -> None:
    for _ in range(2):
        fail(attempt(upstreams), BROKEN)
    with attempt(upstreams):
        pass
    for _ in range(3):
        fail(attempt(upstreams), BROKEN)
    assert wait_s(upstreams) == 1


def test_what_was_sent_before_it_was_left_out_changes_nothing(
    clock: Clock, upstreams: Upstreams
) -> None:
    earlier = [attempt(upstreams) for _ in range(6)]
    for begun in earlier[:5]:
        fail(begun, GONE)
    assert wait_s(upstreams) == 1
    with earlier[5]:
        earlier[5].answer()
    assert wait_s(upstreams) == 1
    clock.now += 1
    with attempt(upstreams):
        pass


def test_one_that_has_too_much_to_do_is_left_alone_for_as_long_as_it_says(
    clock: Clock, upstreams: Upstreams
) -> None:
    for error, expected in (
        (Overloaded("busy"), 1),
        (Overloaded("busy"), 1),
        (Overloaded("busy", retry_s=5), 5),
    ):
        fail(attempt(upstreams), error)
        assert wait_s(upstreams) == expected
        clock.now += expected


def test_the_error_says_whether_all_are_busy_or_some_are_gone(clock: Clock) -> None:
    def left(*errors: ServiceError) -> type[ServiceError]:
        both = Upstreams(["a", "b"], clock)
        for error in errors:
            fail(attempt(both), error)
        return type(both.unavailable())

    assert left(Overloaded("busy"), Overloaded("busy")) is Overloaded
    assert left(Overloaded("busy"), GONE) is EngineUnavailable
