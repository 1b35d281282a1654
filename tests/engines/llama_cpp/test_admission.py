"""Slots and memory: first come, first served."""

import threading

import pytest

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import Overloaded
from dragoman.engines.llama_cpp.generation.admission import MORE, KvBudget


def never() -> bool:
    return False


def test_a_small_request_does_not_overtake_a_large_one() -> None:
    budget = KvBudget(slots=2, cells=100)
    order: list[str] = []
    waiting = threading.Event()

    def ask(name: str, slots: int) -> None:
        def stopped() -> bool:
            waiting.set()
            return False

        with budget.reserve(slots, 10, stopped):
            order.append(name)

    with budget.reserve(1, 10, never):
        large = threading.Thread(target=ask, args=("large", 2))
        large.start()
        assert waiting.wait(5)
        waiting.clear()
        small = threading.Thread(target=ask, args=("small", 1))
        small.start()
        assert waiting.wait(5)
        assert order == []
    large.join(5)
    small.join(5)
    assert order == ["large", "small"]


def test_one_who_leaves_the_queue_lets_the_next_one_through() -> None:
    budget = KvBudget(slots=1, cells=10)
    with budget.reserve(1, 1, never), pytest.raises(Stopped), budget.reserve(1, 1, lambda: True):
        pass
    with budget.reserve(1, 10, never) as reservation:
        assert reservation.cells == 10


def test_an_answer_may_grow_while_there_is_room_and_gives_all_back() -> None:
    budget = KvBudget(slots=2, cells=MORE + 10)
    with budget.reserve(1, 10, never) as reservation:
        reservation.need(11)
        assert reservation.cells == MORE + 10
        with pytest.raises(Overloaded):
            reservation.need(MORE + 11)
    with budget.reserve(1, MORE + 10, never):
        pass


class Asking(threading.Thread):
    """Somebody who asks for so much, and lets go when told."""

    def __init__(
        self, budget: KvBudget, slots: int, cells: int = 10, *, wide: bool = False
    ) -> None:
        super().__init__(daemon=True)
        self._budget, self._slots, self._cells, self._wide = budget, slots, cells, wide
        self.waits, self.has, self.may_go = threading.Event(), threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with self._budget.reserve(self._slots, self._cells, self._glance, wide=self._wide):
            self.has.set()
            assert self.may_go.wait(5)

    def _glance(self) -> bool:
        self.waits.set()
        return False

    def end(self) -> None:
        self.may_go.set()
        self.join(5)


def test_one_choice_goes_past_the_many_that_wait() -> None:
    budget = KvBudget(slots=4, cells=100)
    with budget.reserve(3, 30, never, wide=True):
        many = Asking(budget, 3, wide=True)
        assert many.waits.wait(5)
        one = Asking(budget, 1)
        assert one.has.wait(5)
        another = Asking(budget, 1)
        assert another.waits.wait(5)
        assert not many.has.is_set()
        assert not another.has.is_set()
        one.end()
        assert another.has.wait(5)
        assert not many.has.is_set()
    assert many.has.wait(5)
    another.end()
    many.end()
    assert not budget.busy


def test_the_last_slot_is_not_for_many_choices() -> None:
    budget = KvBudget(slots=4, cells=100)
    assert budget.widest == 3
    with budget.reserve(2, 20, never, wide=True):
        two = Asking(budget, 2, wide=True)
        assert two.waits.wait(5)
        assert not two.has.is_set()
    assert two.has.wait(5)
    two.end()


def test_nobody_goes_past_one_who_could_then_not_be_served() -> None:
    budget = KvBudget(slots=4, cells=100)
    with budget.reserve(3, 30, never, wide=True):
        many = Asking(budget, 3, 95, wide=True)
        assert many.waits.wait(5)
        one = Asking(budget, 1, 10)
        assert one.waits.wait(5)
        assert not one.has.is_set()
    assert many.has.wait(5)
    many.end()
    assert one.has.wait(5)
    one.end()


def test_many_choices_begin_with_the_slots_that_are_free() -> None:
    budget = KvBudget(slots=4, cells=100)
    long = [Asking(budget, 1), Asking(budget, 1)]
    assert all(one.has.wait(5) for one in long)
    with budget.reserve(3, 30, never, wide=True, smaller=[(2, 20), (1, 10)]) as reservation:
        assert (reservation.slots, reservation.cells) == (2, 20)
        one = Asking(budget, 1)
        assert one.waits.wait(5)
    assert one.has.wait(5)
    for other in (*long, one):
        other.end()
    assert not budget.busy


def test_between_rounds_those_who_wait_go_first() -> None:
    budget = KvBudget(slots=1, cells=100)
    with budget.reserve(1, 20, never, wide=True) as reservation:
        reservation.turn([(1, 20)])
        other = Asking(budget, 1)
        assert other.waits.wait(5)
        other.may_go.set()
        reservation.turn([(1, 30)])
        assert other.has.is_set()
        assert reservation.cells == 30
    assert not budget.busy


def test_who_leaves_between_rounds_holds_nothing() -> None:
    budget = KvBudget(slots=1, cells=100)
    leaving = threading.Event()
    with budget.reserve(1, 20, leaving.is_set, wide=True) as reservation:
        other = Asking(budget, 1)
        assert other.waits.wait(5)
        leaving.set()
        with pytest.raises(Stopped):
            reservation.turn([(1, 20)])
        assert reservation.cells == 0
    other.end()
    assert not budget.busy


def test_what_a_smaller_round_does_not_take_is_given_back() -> None:
    budget = KvBudget(slots=4, cells=100)
    with budget.reserve(3, 60, never, wide=True) as reservation:
        reservation.turn([(1, 20)])
        with budget.reserve(3, 80, never):
            assert reservation.cells == 20
    with budget.reserve(4, 100, never):
        pass


def test_the_use_of_the_cache_is_what_is_reserved_of_it() -> None:
    budget = KvBudget(slots=2, cells=100)
    with budget.reserve(1, 25, never):
        assert budget.usage == 0.25
    assert budget.usage == 0.0
