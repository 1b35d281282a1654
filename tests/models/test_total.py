"""One bar for a pull of several models."""

import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dragoman.models import progress
from dragoman.models.errors import SourceFailed
from dragoman.models.files import how_much
from dragoman.models.store import State, Store
from dragoman.models.total import Total
from models.index import Index
from models.test_package import parrot

SIZES: Mapping[str, int] = {"parrot": 600, "magpie": 400}


def ten_seconds() -> Callable[[], float]:
    """A clock that is read at the beginning and at the end."""
    return iter((0.0, 10.0)).__next__


def fail(total: Total) -> None:
    with total.task("parrot", 1000) as bar:
        bar.advance(300)
        raise SourceFailed("gone")


def lines(log: io.StringIO) -> list[str]:
    return log.getvalue().splitlines()


def test_two_models_are_one_task_and_each_line_says_of_which() -> None:
    log = io.StringIO()
    with Total.of(progress.Lines(log, ten_seconds()), SIZES) as total:
        for name, size in SIZES.items():
            with total.task(name, size) as bar:
                bar.advance(size // 2)
            with total.task(f"checking {name}", size) as bar:
                bar.advance(size)
    assert lines(log) == [
        "1 of 2 parrot: 30 % of 1 kB",
        "1 of 2 parrot: 60 % of 1 kB",
        "2 of 2 magpie: 80 % of 1 kB",
        "2 models: 1 kB in 10.0 s, 100 bytes/s",
    ]


def test_what_was_here_already_does_not_count() -> None:
    log = io.StringIO()
    with Total.of(progress.Lines(log, ten_seconds()), SIZES) as total:
        total.settle("parrot")
        with total.task("magpie", 100) as bar:  # the rest is there from an earlier pull
            bar.advance(50)
    assert lines(log) == [
        "2 of 2 magpie: 50 % of 100 bytes",
        "2 models: 100 bytes in 10.0 s, 10 bytes/s",
    ]


def test_a_source_that_fails_takes_its_bytes_with_it() -> None:
    log = io.StringIO()
    with Total.of(progress.Lines(log, ten_seconds()), {"parrot": 1000}) as total:
        with pytest.raises(SourceFailed):
            fail(total)
        with total.task("parrot", 1000) as bar:
            bar.advance(300)
            bar.advance(200)
    assert lines(log) == [
        "parrot: 30 % of 1 kB",
        "parrot: 50 % of 1 kB",
        "parrot: 1 kB in 10.0 s, 100 bytes/s",
    ]


@pytest.mark.parametrize("offline", [True, False])
def test_a_store_that_was_copied_is_checked_and_not_called_fetched(
    index: Index, store: Store, tmp_path: Path, *, offline: bool
) -> None:
    model = parrot(index)
    store.pull_all([model], progress.Lines(io.StringIO()))
    shutil.copytree(store.directory(model), tmp_path / "copied" / model.id)
    (tmp_path / "copied" / model.id / ".verified.json").unlink()
    copied, log = Store(tmp_path / "copied"), io.StringIO()
    for _ in range(2):  # the second time there is nothing to say
        copied.pull_all([model], progress.Lines(log), offline=offline)
    assert lines(log) == [f"Checking {model.id}: about {how_much(model.size)} to read."]
    assert copied.state(model) is State.PRESENT


def test_a_pull_ends_with_the_whole_of_what_came(index: Index, store: Store) -> None:
    log, model = io.StringIO(), parrot(index)
    store.pull_all([model], progress.Lines(log))
    first, place, *_, last = lines(log)
    assert first.startswith("Fetching 1 model, about ")
    assert Path(place.strip()) == store.root
    assert last.startswith("parrot: ")
    assert first.split("about ")[1].rstrip(", to") == last.split(": ")[1].split(" in")[0]
