"""Time for which a worker had no processor is not its fault."""

from pathlib import Path

import anyio
import pytest

from dragoman.serving.process.starvation import LOOKS, MOST, Starvation, prolong

PID = 7
SECOND = 1_000_000_000


@pytest.fixture
def kernel(tmp_path: Path) -> "Kernel":
    return Kernel(tmp_path)


class Kernel:
    """What Linux tells of the threads of one process."""

    def __init__(self, proc: Path) -> None:
        self.proc = proc

    def note(self, thread: int, waited_s: float) -> None:
        task = self.proc / str(PID) / "task" / str(thread)
        task.mkdir(parents=True, exist_ok=True)
        (task / "schedstat").write_text(f"12345 {int(waited_s * SECOND)} 678\n")


def test_the_thread_that_waited_longest_since_the_last_look_counts(kernel: Kernel) -> None:
    kernel.note(7, 100.0)
    kernel.note(8, 5.0)
    starvation = Starvation(PID, kernel.proc)
    assert starvation.since() == 0
    kernel.note(7, 100.5)
    kernel.note(8, 7.0)
    kernel.note(9, 1.0)  # a new one
    assert starvation.since() == pytest.approx(2.0)
    assert starvation.since() == 0


def test_where_nobody_tells_nobody_starves(kernel: Kernel) -> None:
    assert Starvation(PID, kernel.proc).since() == 0
    kernel.note(7, 1.0)
    (kernel.proc / str(PID) / "task" / "7" / "schedstat").write_text("none")
    assert Starvation(PID, kernel.proc).since() == 0


async def test_a_deadline_moves_by_the_time_that_was_starved_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = [0.0, 0.5, 100.0]

    def since(_: Starvation) -> float:
        return waits.pop(0)

    monkeypatch.setattr(Starvation, "since", since)
    scope = anyio.CancelScope(deadline=1000.0)
    patience_s = 0.01
    await prolong(scope, PID, LOOKS * patience_s / 100)
    assert scope.deadline == pytest.approx(1000.0 + (MOST - 1) * LOOKS * patience_s / 100)
