"""One line on a screen that says how far a recording is."""

import sys
import time
from types import TracebackType
from typing import Self

import click

WIDTH = 79
TITLE = 30
BAR = 20
DRAW_S = 0.1
FIRST_S = 0.5
"""The seconds before the first bar: quick work needs none."""


class Meter:
    """A bar of sound that is written down, on standard error; drawn only where `shown`."""

    def __init__(self, title: str, *, shown: bool) -> None:
        self._title = title if len(title) <= TITLE else f"…{title[1 - TITLE :]}"
        self._shown = shown
        self._began = time.monotonic()
        self._drawn = 0.0
        self._on_screen = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave an empty line, whatever came between."""
        if self._on_screen:
            self._write(" " * WIDTH)
            self._write("")

    def reach(self, done_s: float, total_s: float) -> None:
        """`done_s` of `total_s` seconds are written down."""
        now = time.monotonic()
        if not self._shown or now - self._drawn < DRAW_S or now - self._began < FIRST_S:
            return
        self._drawn = now
        part = min(done_s / total_s, 1.0) if total_s else 1.0
        bar = "#" * int(part * BAR)
        line = f"{self._title} [{bar:<{BAR}}] {int(part * 100):3} % of {_clock(total_s)}"
        if done_s:
            line += f", {_clock((now - self._began) * (total_s - done_s) / done_s)} left"
        self._write(f"{line[:WIDTH]:<{WIDTH}}")

    def _write(self, text: str) -> None:
        self._on_screen = True
        click.echo(f"\r{text}", nl=False, err=True)
        sys.stderr.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
