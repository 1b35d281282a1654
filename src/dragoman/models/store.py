"""The model store: one directory a model, whole and verified, or not there at all."""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from dragoman.models import files, manifest
from dragoman.models.assembly import Assembly, kept_of
from dragoman.models.entry import FileSource, Model, Source
from dragoman.models.errors import (
    DiskFull,
    FileRefused,
    NotPulled,
    PullFailed,
    SourceFailed,
    StoreError,
    VerifyFailed,
)
from dragoman.models.progress import Progress, Screen, Silent
from dragoman.models.sources import fetcher
from dragoman.models.total import Total

_WORK = ".work"
"""Inside the root: what is being put together. Model ids never begin with a dot."""
_LOCKS = ".locks"
WEEK_S = 7 * 86_400.0
"""Seconds after which the sums of a model are compared again."""
_SPARE = 64 * 1024 * 1024
"""Bytes that must stay free besides."""


class State(Enum):
    """How much of a model is in the store."""

    ABSENT = "absent"
    PARTIAL = "partial"
    """A part is there, but not all of it is verified: pull or verify the model."""
    PRESENT = "present"


class Store:
    """Models under `root`; any number of processes may use one store at once."""

    def __init__(self, root: Path, *, free_bytes: Callable[[Path], int] = files.free_bytes) -> None:
        self.root = root
        self._free_bytes = free_bytes

    def directory(self, model: Model) -> Path:
        """The directory of a model's files, once it is present."""
        return self.root / model.id

    def state(self, model: Model) -> State:
        """Whether the model can be used; reads no weights, only their sizes and times."""
        if not model.files:
            return State.PRESENT
        directory = self.directory(model)
        if not directory.is_dir():
            return State.ABSENT
        whole = any(manifest.unchanged(directory, kept_of(variant)) for variant in model.variants())
        return State.PRESENT if whole else State.PARTIAL

    def pull(
        self,
        model: Model,
        progress: Progress | None = None,
        *,
        offline: bool = False,
        from_path: Path | None = None,
    ) -> None:
        """Make the model present: from files here, then from `from_path`, then from its sources.

        `from_path` is a directory that holds the files by their names, or the one file.

        An interrupted pull goes on where it stopped.

        Raises:
            StoreError: it could not be had; the message says what to do.
        """
        progress = progress or Silent()
        if self.state(model) is State.PRESENT:
            return
        with self._alone(model, progress):
            assembly = self._assembly(model, progress)
            # Another process may have pulled it while we waited.
            if self.state(model) is State.PRESENT or self._is_whole(model, assembly):
                return
            self._pull(model, assembly, progress, self._sources(model, from_path, offline=offline))
            files.discard(self._work(model))

    def pull_all(self, models: Sequence[Model], screen: Screen, *, offline: bool = False) -> None:
        """Make all of the models present, and say first how much is to come.

        Raises:
            StoreError: one could not be had; the message says what to do.
        """
        self._check(models, screen)
        missing = [model for model in models if self.state(model) is not State.PRESENT]
        if offline:  # nothing comes from far
            for model in missing:
                self.pull(model, screen, offline=True)
        elif missing:
            sizes = {model.id: model.download for model in missing}
            noun = "model" if len(missing) == 1 else "models"
            size = files.how_much(sum(sizes.values()))
            screen.say(f"Fetching {len(missing)} {noun}, about {size}, to")
            screen.say(f"  {self.root}")
            with Total.of(screen, sizes) as total:
                for model in missing:
                    self.pull(model, total)
                    total.settle(model.id)

    def check_again(self, models: Sequence[Model], screen: Screen, now: float) -> None:
        """Read models again that nobody has read for a week: disks rot without a word.

        What is not right is no longer present, and the next pull fetches it. A store that cannot be
        written to is left as it is. `now`: seconds since 1970.

        Raises:
            StoreError: the store cannot be used.
        """
        old = [
            model
            for model in models
            if model.files
            and self.state(model) is State.PRESENT
            and now - manifest.written_at(self.directory(model)) > WEEK_S
            and os.access(self.root, os.W_OK)
            and os.access(self.directory(model), os.W_OK)
        ]
        for model in old:
            try:
                self.verify(model, screen)
            except VerifyFailed as failure:
                screen.say(failure.message)

    def _check(self, models: Sequence[Model], screen: Screen) -> None:
        """Look first at what is here and was not pulled here: it may be whole."""
        unsure = [model for model in models if self.state(model) is State.PARTIAL]
        if unsure:
            size = files.how_much(sum(model.size for model in unsure))
            screen.say(f"Checking {', '.join(model.id for model in unsure)}: about {size} to read.")
        for model in unsure:
            with self._alone(model, screen):
                self._is_whole(model, self._assembly(model, Silent()))

    def verify(self, model: Model, progress: Progress | None = None) -> None:
        """Read every file of the model again and compare its sum.

        Raises:
            VerifyFailed: some are not what they should be; they are no longer taken for verified.
            NotPulled: it is not here.
        """
        progress = progress or Silent()
        if self.state(model) is State.ABSENT:
            raise NotPulled(f"{model.id} is not here: `dragoman models pull {model.id}`.")
        if not model.files:
            return
        with self._alone(model, progress):
            assembly = self._assembly(model, progress)
            if assembly.adopt():
                return
            files.remove(self.directory(model) / manifest.NAME)
            bad = ", ".join(file.name for file in assembly.bad())
            raise VerifyFailed(
                f"{model.id}: {bad} changed since it was pulled, or is missing. "
                f"`dragoman models pull {model.id}` fetches what is wrong again."
            )

    def damaged(self, model: Model, progress: Progress | None = None) -> tuple[str, ...]:
        """The files of a model whose sums are not right or that are missing; changes nothing.

        Another process may be at work on the model: it is not waited for.

        Raises:
            OSError: a file cannot be read.
        """
        return tuple(file.name for file in self._assembly(model, progress or Silent()).bad())

    def remove(self, model: Model, progress: Progress | None = None) -> None:
        """Delete the model, and whatever an unfinished pull left."""
        with self._alone(model, progress or Silent()):
            work = self._work(model)
            if self.directory(model).exists():
                work.mkdir(parents=True, exist_ok=True)
                # First out of the way at once, then file by file: never half a model.
                files.remove(work / "removed")
                self.directory(model).replace(work / "removed")
            files.discard(work)

    def _is_whole(self, model: Model, assembly: Assembly) -> bool:
        """Whether all files are here, those counted that can be made of what is here."""
        if assembly.adopt():
            return True
        if not assembly.complete(partial(self._make_sure_of_room, model)):
            return False
        files.discard(self._work(model))
        return True

    def _assembly(self, model: Model, progress: Progress) -> Assembly:
        return Assembly(model, self.directory(model), self._work(model), progress)

    def _work(self, model: Model) -> Path:
        return self.root / _WORK / model.id

    @contextmanager
    def _alone(self, model: Model, progress: Progress) -> Generator[None]:
        """Keep other processes away from this model."""
        try:
            locks = self.root / _LOCKS
            locks.mkdir(parents=True, exist_ok=True)
            lock = FileLock(locks / f"{model.id}.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                progress.say(f"{model.id}: another process is at work on it; waiting.")
                lock.acquire()
            try:
                with files.room_in(self.root):
                    yield
            finally:
                lock.release()
        except OSError as error:
            raise StoreError(
                f"The model store {self.root} cannot be used: {error}. Set DRAGOMAN_MODELS to a "
                "directory that you may write to."
            ) from error

    def _sources(self, model: Model, from_path: Path | None, *, offline: bool) -> Sequence[Source]:
        """Where to look, in order.

        Raises:
            NotPulled: it would have to be fetched, and must not be.
        """
        handed = [FileSource("file", str(from_path))] if from_path else []
        sources = [*handed, *model.sources]
        usable = [source for source in sources if not offline or fetcher(source).local]
        if not usable:
            raise NotPulled(
                f"{model.id} is not in {self.root}, and nothing may be fetched (--offline). "
                f"Run `dragoman models pull {model.id}` once with a network (without a name it "
                "gets the whole starter set), or copy the directory from a machine that has it."
            )
        return usable

    def _pull(
        self, model: Model, assembly: Assembly, progress: Progress, sources: Sequence[Source]
    ) -> None:
        failures = list[str]()
        for source in sources:
            try:
                assembly.pull(source, partial(self._make_sure_of_room, model))
            except SourceFailed as failure:
                failures.append(failure.message)
                progress.say(f"{model.id}: {failure.message}.")
            except FileRefused:
                files.discard(self._work(model))
                raise
            else:
                return
        raise PullFailed(_advice(model, failures))

    def _make_sure_of_room(self, model: Model, needed: int) -> None:
        free = self._free_bytes(self.root)
        if free < needed + _SPARE:
            have, want = files.how_much(free), files.how_much(needed + _SPARE)
            raise DiskFull(
                files.no_room(
                    self.root, f"{model.id} needs {want} while it is put together, {have} is free"
                )
            )


def _advice(model: Model, failures: Sequence[str]) -> str:
    """What to do when no source has a model."""
    told = "".join(f"\n  - {failure}." for failure in failures)
    sums = "".join(
        f"\n  {file.sha256}  {file.name} ({file.size} bytes)"
        for file in model.files
        if file.derived is None
    )
    return (
        f"{model.id} could not be fetched:{told}\n"
        "If the network was away, run the same command again: what is already here is kept. If a "
        "packager is gone for good, get the files wherever you can (their sums tell whether they "
        f"are the right ones):{sums}\n"
        f"and hand them over: `dragoman models pull {model.id} --from-file PATH` (a directory with "
        "these files, or the file itself where there is only one)."
    )
