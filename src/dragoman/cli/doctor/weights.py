"""The default models: whether they are here, how large they are, whether their sums are right."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dragoman.cli.doctor.finding import Finding, ok, problem, warning
from dragoman.models.entry import Model
from dragoman.models.files import how_much
from dragoman.models.progress import Bar, Progress
from dragoman.models.store import State, Store

SUMS_S = 300.0
"""The seconds that all sums may take: from a slow disk 1.5 GB take one minute."""


class OutOfTime(Exception):
    """The clock of the sums has run out."""


class Deadline:
    """A progress that shows another one, and ends the work when its time is over."""

    def __init__(
        self, shown: Progress, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shown, self._clock = shown, clock
        self._end = clock() + seconds

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Bar, None, None]:
        """See `Progress.task`."""
        with self._shown.task(title, total) as bar:
            self._bar = bar
            yield self

    def advance(self, size: int) -> None:
        """See `Bar.advance`.

        Raises:
            OutOfTime: the time is over.
        """
        self._bar.advance(size)
        if self._clock() > self._end:
            raise OutOfTime

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        self._shown.say(line)


def findings(
    store: Store, models: Sequence[Model], sums: Progress | None, *, offline: bool
) -> Sequence[Finding]:
    """Judge each model; with `sums`, which shows how far it is, files are read, too."""
    return tuple(_finding(store, model, sums, offline=offline) for model in models if model.files)


def missing(store: Store, models: Sequence[Model]) -> int:
    """The bytes that pulling takes on the disk, about: what is fetched and what it becomes."""
    absent = (model for model in models if store.state(model) is not State.PRESENT)
    return sum(model.download + model.size for model in absent)


def _finding(store: Store, model: Model, sums: Progress | None, *, offline: bool) -> Finding:
    state = store.state(model)
    facts = {"kind": model.kind, "state": state.value, "bytes": model.size}
    pull = f"`dragoman models pull {model.id}`"
    if state is State.PRESENT:
        return _present(store, model, sums, facts)
    if state is State.PARTIAL:
        text = "is here in part, or is not verified"
        return problem(model.id, text, f"{pull} goes on from there.", **facts)
    if offline:
        advice = f"Nothing may be fetched (DRAGOMAN_OFFLINE): {pull} once, with a network."
        return problem(model.id, "is not here", advice, **facts)
    advice = f"{pull} fetches it ({how_much(model.download)}), and so does the first start."
    return warning(model.id, "is not here", advice, **facts)


def _present(
    store: Store, model: Model, sums: Progress | None, facts: Mapping[str, Any]
) -> Finding:
    size = how_much(model.size)
    verify = f"`dragoman models verify {model.id}`"
    if sums is None:
        return ok(model.id, f"{size}; sums not looked at", **facts, sums=None)
    try:
        damaged = store.damaged(model, sums)
    except OutOfTime:
        text = f"{size}; sums not done in time"
        return warning(model.id, text, f"The disk is slow: {verify} waits.", **facts, sums=None)
    except OSError as error:
        return problem(model.id, f"cannot be read: {error}", "Look at the disk.", **facts)
    if damaged:
        text = f"{', '.join(damaged)}: not what was pulled"
        advice = f"{verify}, then `dragoman models pull {model.id}`, which fetches it again."
        return problem(model.id, text, advice, **facts, sums=False)
    return ok(model.id, f"{size}, sums right", **facts, sums=True)
