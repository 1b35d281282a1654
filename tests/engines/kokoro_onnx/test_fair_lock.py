"""First come, first served."""

import threading

import pytest

from dragoman.engines.kokoro_onnx.turns import Turns


def test_turns_are_taken_in_the_order_of_asking():
    turns = Turns()
    served: list[int] = []

    def work(number: int) -> None:
        with turns:
            served.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            while turns.waiting <= number:
                pass
        assert served == []
    for thread in threads:
        thread.join(timeout=5)
    assert served == list(range(8))
    with turns:
        assert turns.waiting == 0


def test_a_failure_hands_the_turn_on():
    turns = Turns()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns:
            assert 1 / 0
    with turns:
        assert turns.waiting == 0
