"""One bar for a pull of several models."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from dragoman.models.errors import SourceFailed
from dragoman.models.progress import Bar, Lasting, Progress, Screen


class Total:
    """The progress of models pulled one after the other, as one bar.

    A task that is named after its model counts as part of it. Other tasks (checking sums) only
    change the title meanwhile: no bytes come, but time passes, so the time left stays true.
    """

    def __init__(self, screen: Progress, bar: Lasting, sizes: Mapping[str, int]) -> None:
        self._screen = screen
        self._bar = bar
        self._sizes = dict(sizes)
        """A map from model id to the bytes to fetch, as far as they are known."""
        self._ids = tuple(sizes)
        self._fetched = set[str]()

    @classmethod
    @contextmanager
    def of(cls, screen: Screen, sizes: Mapping[str, int]) -> "Generator[Total]":
        """Begin the pull of these models, of so many bytes each."""
        count = len(sizes)
        title = f"{count} models" if count > 1 else next(iter(sizes), "")
        with screen.task(title, sum(sizes.values())) as bar:
            total = cls(screen, bar, sizes)
            yield total
            bar.change(title, total.size)

    @property
    def size(self) -> int:
        """The bytes of all the models."""
        return sum(self._sizes.values())

    def settle(self, model_id: str) -> None:
        """Note that the model is here; one that needed no fetch after all does not count."""
        if model_id not in self._fetched:
            self._sizes[model_id] = 0
            self._bar.change(self._place(model_id), self.size)

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Bar]:
        """See `Progress.task`."""
        if title not in self._sizes:
            self._bar.change(self._place(title), self.size)
            yield _Aside()
            return
        self._fetched.add(title)
        self._sizes[title] = total  # less than was thought where a part is here already
        self._bar.change(self._place(title), self.size)
        counted = _Counted(self._bar)
        try:
            yield counted
        except SourceFailed:
            self._bar.advance(-counted.done)  # another source begins anew
            raise
        self._bar.advance(total - counted.done)

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        self._screen.say(line)

    def _place(self, title: str) -> str:
        """`2 of 5 whisper-base`."""
        model_id = title.rpartition(" ")[2]
        if len(self._ids) < 2 or model_id not in self._ids:
            return title
        return f"{self._ids.index(model_id) + 1} of {len(self._ids)} {title}"


class _Aside:
    def advance(self, size: int) -> None:
        """See `Bar.advance`."""


class _Counted:
    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self.done = 0

    def advance(self, size: int) -> None:
        """See `Bar.advance`."""
        self.done += size
        self._bar.advance(size)
