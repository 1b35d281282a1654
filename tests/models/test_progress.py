"""How a pull tells what it is doing."""

import io
from collections.abc import Iterator

from dragoman.models import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_there_is_one_bar_a_task() -> None:
    screen = Terminal()
    shown = progress.on(screen)
    with shown.task("parrot", 2_000_000) as bar:
        bar.advance(2_000_000)
    shown.say("done")
    assert "[##########] 100 % of 2 MB" in screen.getvalue()
    assert screen.getvalue().endswith("done\n")


def test_elsewhere_there_are_plain_lines() -> None:
    log = io.StringIO()
    shown = progress.on(log)
    with shown.task("parrot", 2_000_000) as bar:
        bar.advance(2_000_000)
    assert log.getvalue() == "parrot: 2 MB in 0.0 s\n"


def test_a_long_task_tells_now_and_then_how_far_it_is() -> None:
    times: Iterator[float] = iter([0.0, 0.0, 1.0, 6.0, 6.0, 7.0, 8.0])
    log = io.StringIO()
    with progress.Lines(log, lambda: next(times)).task("parrot", 100) as bar:
        for _ in range(3):
            bar.advance(25)
    assert log.getvalue() == "parrot: 50 % of 100 bytes\nparrot: 100 bytes in 8.0 s\n"


def test_no_bar_is_wider_than_a_terminal() -> None:
    screen = Terminal()
    shown = progress.Counted(progress.on(screen), 12, 15)
    with shown.task("checking a-parrot-of-very-many-words-and-parameters", 1_234_567_890) as bar:
        bar.advance(1_000_000_000)
    assert "12 of 15 checking" in screen.getvalue()
    assert max(len(line) for line in screen.getvalue().replace("\r", "\n").splitlines()) < 80


def test_the_time_left_is_worked_out_over_bursts() -> None:
    times = iter([0.0, 0.0, 10.0, 11.0, 12.0])
    screen = Terminal()
    with progress.Bars(screen, lambda: next(times)).task("parrot", 100) as bar:
        bar.advance(50)  # a burst after ten seconds of nothing
        bar.advance(0)
    assert "50 % of 100 bytes, 0:10 left" in screen.getvalue()
