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
    assert log.getvalue() == "parrot: 2 MB in 0.0 s, 20 MB/s\n"


def test_elsewhere_there_is_a_line_for_each_tenth() -> None:
    times: Iterator[float] = iter([0.0, 8.0])
    log = io.StringIO()
    with progress.Lines(log, lambda: next(times)).task("parrot", 100) as bar:
        for _ in range(50):
            bar.advance(2)
    tenths = [f"parrot: {percent} % of 100 bytes" for percent in range(10, 100, 10)]
    assert log.getvalue().splitlines() == [*tenths, "parrot: 100 bytes in 8.0 s, 12 bytes/s"]


def test_no_bar_is_wider_than_a_terminal() -> None:
    times: Iterator[float] = iter([0.0, 0.0, 5.0, 5.0])
    screen = Terminal()
    title = "12 of 15 checking a-parrot-of-very-many-words-and-parameters"
    with progress.Bars(screen, lambda: next(times)).task(title, 9_990_000_000) as bar:
        bar.advance(4_990_000_000)
    assert "/s, 0:05 left" in screen.getvalue()
    assert max(len(line) for line in screen.getvalue().replace("\r", "\n").splitlines()) < 80


def test_words_stand_above_the_bar() -> None:
    screen = Terminal()
    shown = progress.on(screen)
    with shown.task("parrot", 100) as bar:
        shown.say("waiting")
        bar.advance(100)
    above, below = screen.getvalue().rstrip().split("\n")
    assert above.rpartition("\r")[2].rstrip() == "waiting"
    assert "100 %" in below


def test_the_time_left_is_worked_out_over_bursts() -> None:
    times = iter([0.0, 0.0, 10.0, 11.0, 12.0])
    screen = Terminal()
    with progress.Bars(screen, lambda: next(times)).task("parrot", 100) as bar:
        bar.advance(50)  # a burst after ten seconds of nothing
        bar.advance(0)
    assert "50 % of 100 bytes, 5 bytes/s, 0:10 left" in screen.getvalue()
