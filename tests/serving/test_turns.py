"""Nobody starves: whose turn it is, and what those are told who find no room."""

from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field

import anyio
import pytest
from anyio.abc import TaskGroup

from dragoman.domain.errors import Overloaded
from dragoman.serving.turns import Turns


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """Requests that hold their places until they are told to go."""

    turns: Turns
    clock: Clock
    tasks: TaskGroup
    order: list[str] = field(default_factory=list[str])
    ends: dict[str, anyio.Event] = field(default_factory=dict[str, anyio.Event])

    async def come(
        self, caller: str, name: str, *, wide: bool = False, let_in: bool = False
    ) -> None:
        self.ends[name] = anyio.Event()

        async def work() -> None:
            async with self.turns.turn(caller, wide=wide, let_in=let_in):
                self.order.append(name)
                await self.ends[name].wait()

        self.tasks.start_soon(work)
        await anyio.wait_all_tasks_blocked()

    async def end(self, name: str, after_s: float = 1.0) -> None:
        self.clock.now += after_s
        self.ends[name].set()
        await anyio.wait_all_tasks_blocked()


@asynccontextmanager
async def desk(
    places: int = 1, most: int = 64, longest_wait_s: float = 600.0
) -> AsyncGenerator[Desk, None]:
    clock = Clock()
    turns = Turns("m", most, lambda: places, longest_wait_s, clock)
    async with anyio.create_task_group() as tasks:
        yield Desk(turns, clock, tasks)
        tasks.cancel_scope.cancel()


async def test_one_caller_s_requests_are_served_as_they_came() -> None:
    async with desk() as here:
        for name in "abc":
            await here.come("alice", name)
        for name in "abc":
            await here.end(name)
        assert here.order == ["a", "b", "c"]
        assert (here.turns.running, here.turns.waiting) == (0, 0)


async def test_who_sends_one_request_does_not_wait_behind_twenty_of_another() -> None:
    async with desk() as here:
        for number in range(20):
            await here.come("alice", f"a{number}")
        await here.come("bob", "b")
        await here.end("a0")
        assert here.order == ["a0", "b"]
        await here.end("b")
        assert here.order[2] == "a1"


async def test_places_are_shared_by_time_and_not_by_count() -> None:
    """Alice's requests take three times as long as Bob's: he has three turns for one of hers."""
    async with desk() as here:
        for number in range(6):
            await here.come("alice", f"a{number}")
            await here.come("bob", f"b{number}")
        for _ in range(8):
            name = here.order[-1]
            await here.end(name, 3.0 if name.startswith("a") else 1.0)
        assert "".join(name[0] for name in here.order[:9]) == "abbbabbba"


async def test_who_comes_back_after_a_pause_has_saved_up_nothing() -> None:
    async with desk() as here:
        await here.come("bob", "b0")
        await here.end("b0")
        await here.come("alice", "a0")
        await here.end("a0", 1000.0)
        for number in range(1, 4):
            await here.come("alice", f"a{number}")
            await here.come("bob", f"b{number}")
        for _ in range(5):
            await here.end(here.order[-1])
        assert "".join(name[0] for name in here.order[2:]) == "abab" + "ab"


async def test_requests_of_many_choices_leave_half_of_the_places_to_others() -> None:
    async with desk(places=4) as here:
        for number in range(6):
            await here.come("alice", f"wide{number}", wide=True)
        await here.come("alice", "narrow")
        assert here.order == ["wide0", "wide1", "narrow"]
        await here.end("wide0")
        assert here.order[-1] == "wide2"


async def test_a_full_queue_has_room_for_who_has_less_than_a_fair_share() -> None:
    turns = Turns("m", 4, lambda: 1, 600.0)
    with ExitStack() as inside:
        for _ in range(4):
            inside.enter_context(turns.inside("alice"))
        with pytest.raises(Overloaded, match="4 requests are under way or wait"):
            inside.enter_context(turns.inside("alice"))
        for _ in range(2):
            inside.enter_context(turns.inside("bob"))
        with pytest.raises(Overloaded):
            inside.enter_context(turns.inside("bob"))
        inside.enter_context(turns.inside("carol"))
        with pytest.raises(Overloaded):
            inside.enter_context(turns.inside("carol"))
    assert turns.rejected == 3


async def test_work_that_was_let_in_goes_before_what_its_caller_has_waiting() -> None:
    async with desk() as here:
        for number in range(3):
            await here.come("alice", f"a{number}")
        await here.come("alice", "sentence", let_in=True)
        await here.end("a0")
        assert here.order == ["a0", "sentence"]
        # Between callers it is as fair as ever: Alice has had two turns and Bob has had none.
        await here.come("bob", "b")
        await here.come("alice", "another", let_in=True)
        await here.end("sentence")
        assert here.order[2:] == ["b"]


async def test_work_that_was_let_in_is_refused_neither_by_a_full_queue_nor_by_a_long_one() -> None:
    async with desk(most=1, longest_wait_s=0.0) as here:
        with here.turns.inside("alice"), here.turns.inside("alice", let_in=True):
            await here.come("alice", "a", let_in=True)
            with pytest.raises(Overloaded), here.turns.inside("alice"):
                raise AssertionError
            await here.come("alice", "b", let_in=True)
            assert (here.order, here.turns.waiting) == (["a"], 1)
            with pytest.raises(Overloaded, match="waited 0 s"):
                async with here.turns.turn("alice"):
                    raise AssertionError
            await here.end("a")
            assert here.order == ["a", "b"]


async def test_retry_after_is_the_queue_s_own_estimate_and_grows_with_those_sent_away() -> None:
    async with desk(most=1) as here:
        await here.come("alice", "a")
        await here.end("a", 8.0)
        waits: list[float | None] = []
        with here.turns.inside("alice"):
            for _ in range(3):
                with pytest.raises(Overloaded) as caught, here.turns.inside("alice"):
                    raise AssertionError
                waits.append(caught.value.retry_s)
    assert waits == [8.0, 16.0, 24.0]


async def test_a_wait_that_would_be_too_long_is_refused_at_once() -> None:
    async with desk(longest_wait_s=20.0) as here:
        await here.come("alice", "a")
        await here.end("a", 8.0)
        for name in "bcd":
            await here.come("alice", name)
        with pytest.raises(Overloaded, match="would wait 24 s"), here.turns.inside("alice"):
            raise AssertionError


async def test_one_caller_s_long_queue_turns_no_other_away() -> None:
    async with desk(longest_wait_s=20.0) as here:
        await here.come("alice", "a")
        await here.end("a", 8.0)
        for name in "bcd":
            await here.come("alice", name)
        with here.turns.inside("bob"):
            await here.come("bob", "x")
        await here.end("b")
        assert here.order[-1] == "x"


async def test_one_very_long_answer_does_not_close_the_queue() -> None:
    async with desk(longest_wait_s=20.0) as here:
        await here.come("alice", "a")
        await here.end("a", 3_000.0)
        await here.come("alice", "b")
        with here.turns.inside("alice"):
            await here.come("alice", "c")
        assert here.turns.waiting == 1


async def test_who_waited_too_long_is_told_so_and_leaves_nothing_behind() -> None:
    async with desk(longest_wait_s=0.05) as here:
        await here.come("alice", "a")
        with pytest.raises(Overloaded, match="waited 0 s for m"):
            async with here.turns.turn("bob"):
                raise AssertionError
        assert here.turns.waiting == 0
        assert here.turns.running == 1


async def test_who_leaves_while_he_waits_takes_no_place() -> None:
    async with desk() as here:
        await here.come("alice", "a")
        with anyio.move_on_after(0.01):
            async with here.turns.turn("bob"):
                raise AssertionError
        assert here.turns.waiting == 0
        await here.come("bob", "b")
        await here.end("a")
        assert here.order == ["a", "b"]


async def test_more_places_are_handed_out_when_they_are_there() -> None:
    places = 1

    def now() -> int:
        return places

    counted: Callable[[], int] = now
    turns = Turns("m", 64, counted, 600.0)
    async with anyio.create_task_group() as tasks:
        here = Desk(turns, Clock(), tasks)
        for name in "abc":
            await here.come("alice", name)
        assert here.order == ["a"]
        places = 3
        turns.hand_out()
        await anyio.wait_all_tasks_blocked()
        assert here.order == ["a", "b", "c"]
        tasks.cancel_scope.cancel()
