"""First come, first served."""

import threading

import pytest

from dragoman.engines.kokoro_onnx.fair_lock import FairLock


def test_turns_are_taken_in_the_order_of_asking():
    lock = FairLock()
    served: list[int] = []

    def work(number: int) -> None:
        with lock:
            served.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with lock:
        for number, thread in enumerate(threads):
            thread.start()
            while lock.waiting <= number:
                pass
        assert served == []
    for thread in threads:
        thread.join(timeout=5)
    assert served == list(range(8))
    with lock:
        assert lock.waiting == 0


def test_a_failure_hands_the_turn_on():
    lock = FairLock()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), lock:
            assert 1 / 0
    with lock:
        assert lock.waiting == 0
