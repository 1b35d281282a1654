"""Slots and memory: first come, first served."""

import threading

import pytest

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import Overloaded
from dragoman.engines.llama_cpp.gate import MORE, Gate


def never() -> bool:
    return False


def test_a_small_request_does_not_overtake_a_large_one() -> None:
    gate = Gate(slots=2, cells=100)
    order: list[str] = []
    waiting = threading.Event()

    def ask(name: str, slots: int) -> None:
        def stopped() -> bool:
            waiting.set()
            return False

        with gate.hold(slots, 10, stopped):
            order.append(name)

    with gate.hold(1, 10, never):
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
    gate = Gate(slots=1, cells=10)
    with gate.hold(1, 1, never), pytest.raises(Stopped), gate.hold(1, 1, lambda: True):
        pass
    with gate.hold(1, 10, never) as holding:
        assert holding.cells == 10


def test_an_answer_may_grow_while_there_is_room_and_gives_all_back() -> None:
    gate = Gate(slots=2, cells=MORE + 10)
    with gate.hold(1, 10, never) as holding:
        holding.need(11)
        assert holding.cells == MORE + 10
        with pytest.raises(Overloaded):
            holding.need(MORE + 11)
    with gate.hold(1, MORE + 10, never):
        pass
