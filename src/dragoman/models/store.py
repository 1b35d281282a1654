"""The model store: one directory a model, whole and verified, or not there at all."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from dragoman.models import files, manifest
from dragoman.models.derive import derive
from dragoman.models.entry import File, FileSource, Model, Source
from dragoman.models.errors import (
    DiskFull,
    NotPulled,
    PullFailed,
    SourceFailed,
    StoreError,
    VerifyFailed,
)
from dragoman.models.progress import Progress, Silent
from dragoman.models.sources import fetcher
from dragoman.models.stage import Stage

_WORK = ".work"
"""Inside the root: what is being put together. Model ids never begin with a dot."""
_SPARE = 64 * 1024 * 1024
"""Bytes that must stay free besides."""


class State(Enum):
    """How much of a model is in the store."""

    ABSENT = "absent"
    PARTIAL = "partial"
    """Something is there, but not all of it is verified: pull or verify it."""
    PRESENT = "present"


def default_root(environment: Mapping[str, str]) -> Path:
    """Where models are kept: `DRAGOMAN_MODELS`, or the user's data directory."""
    place = environment.get("DRAGOMAN_MODELS")
    return Path(place).expanduser() if place else user_data_path("dragoman") / "models"


class Store:
    """Models under `root`; any number of processes may use one store at once."""

    def __init__(self, root: Path, *, free_bytes: Callable[[Path], int] = files.free_bytes) -> None:
        self.root = root
        self._free_bytes = free_bytes

    def directory(self, model: Model) -> Path:
        """Where its files are, once it is present."""
        return self.root / model.id

    def state(self, model: Model) -> State:
        """Whether it can be used; reads no weights, only their sizes and times."""
        if not model.files:
            return State.PRESENT
        directory = self.directory(model)
        if not directory.is_dir():
            return State.ABSENT
        whole = any(manifest.unchanged(directory, _kept(variant)) for variant in model.variants())
        return State.PRESENT if whole else State.PARTIAL

    def pull(
        self,
        model: Model,
        progress: Progress | None = None,
        *,
        offline: bool = False,
        given: Sequence[Path] = (),
    ) -> None:
        """Make it present: from what is there, then from `given` places, then from its sources.

        An interrupted pull goes on where it stopped.

        Raises:
            StoreError: it could not be had; the message says what to do.
        """
        progress = progress or Silent()
        if self.state(model) is State.PRESENT:
            return
        with self._alone(model, progress):
            # Another process may have pulled it while we waited.
            if self.state(model) is State.PRESENT or self._adopted(model, progress):
                return
            self._pull(model, progress, given, offline=offline)

    def verify(self, model: Model, progress: Progress | None = None) -> None:
        """Read every file again.

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
            if self._adopted(model, progress):
                return
            files.remove(self.directory(model) / manifest.NAME)
            good = self._good(model, _kept(model.files), progress)
            bad = ", ".join(file.name for file in _kept(model.files) if file not in good)
            raise VerifyFailed(
                f"{model.id}: {bad} changed since it was pulled, or is missing. "
                f"`dragoman models pull {model.id}` fetches what is wrong again."
            )

    def remove(self, model: Model, progress: Progress | None = None) -> None:
        """Delete it, and whatever an unfinished pull left."""
        with self._alone(model, progress or Silent()):
            work = self._work(model)
            if self.directory(model).exists():
                work.mkdir(parents=True, exist_ok=True)
                # First out of the way at once, then file by file: never half a model.
                self.directory(model).replace(work / "removed")
            files.remove(work)

    def _work(self, model: Model) -> Path:
        return self.root / _WORK / model.id

    @contextmanager
    def _alone(self, model: Model, progress: Progress) -> Generator[None]:
        """Keep other processes away from this model."""
        try:
            locks = self.root / _WORK / "locks"
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

    def _good(self, model: Model, wanted: Sequence[File], progress: Progress) -> list[File]:
        """Those of the `wanted` files that are in the model's directory, by their sums."""
        directory = self.directory(model)
        there = [file for file in wanted if _has_size(directory / file.name, file.size)]
        if not there:
            return []
        with progress.task(f"{model.id}: checking", sum(file.size for file in there)) as bar:
            return [
                file
                for file in there
                if files.sha256(directory / file.name, bar.advance) == file.sha256
            ]

    def _adopted(self, model: Model, progress: Progress) -> bool:
        """Whether all files are there and right; then that is noted.

        So a store may be filled by hand, or copied from another machine.
        """
        directory = self.directory(model)
        for variant in model.variants():
            kept = _kept(variant)
            if all(_has_size(directory / file.name, file.size) for file in kept) and len(
                self._good(model, kept, progress)
            ) == len(kept):
                manifest.write(directory, kept)
                return True
        return False

    def _pull(
        self, model: Model, progress: Progress, given: Sequence[Path], *, offline: bool
    ) -> None:
        sources: list[Source] = [FileSource("file", str(path)) for path in given]
        sources += model.sources
        usable = [source for source in sources if not offline or fetcher(source).local]
        failures = list[str]()
        for source in usable:
            try:
                self._pull_from(source, model, progress)
            except SourceFailed as failure:
                failures.append(failure.message)
                progress.say(f"{model.id}: {failure.message}.")
            else:
                files.remove(self._work(model))
                return
        if offline and not failures:
            raise NotPulled(
                f"{model.id} is not in {self.root}, and nothing may be fetched (--offline). "
                f"Run `dragoman models pull {model.id}` once with a network, or copy the directory "
                "from a machine that has it."
            )
        raise PullFailed(_advice(model, failures))

    def _pull_from(self, source: Source, model: Model, progress: Progress) -> None:
        wanted_files = source.files or model.files
        kept = _kept(wanted_files)
        stage = Stage(self._work(model), source)
        stage.open()
        missing = [file for file in kept if not stage.has(file)]
        for file in self._good(model, missing, progress):
            stage.borrow(file, self.directory(model) / file.name)
        derived = [file for file in kept if file.derived and not stage.has(file)]
        bases = {file.derived.source for file in derived if file.derived}
        wanted = [
            file
            for file in wanted_files
            if not file.derived and not stage.has(file) and (file.keep or file.name in bases)
        ]
        fetch = fetcher(source)
        need = fetch.need(wanted, stage)
        self._make_sure_of_room(model, need.disk + sum(file.size for file in derived))
        if wanted:
            progress.say(f"{model.id}: {source}")
            with progress.task(model.id, need.download) as bar:
                fetch.fetch(wanted, stage, bar)
            with progress.task(f"{model.id}: checking", sum(file.size for file in wanted)) as bar:
                for file in wanted:
                    stage.accept(file, bar.advance)
        for file in derived:
            _derive(file, stage)
        stage.finish(kept)
        self._publish(model, stage, kept)

    def _make_sure_of_room(self, model: Model, needed: int) -> None:
        free = self._free_bytes(self.root)
        if free < needed + _SPARE:
            have, want = files.how_much(free), files.how_much(needed + _SPARE)
            raise DiskFull(
                files.no_room(
                    self.root, f"{model.id} needs {want} while it is put together, {have} is free"
                )
            )

    def _publish(self, model: Model, stage: Stage, kept: Sequence[File]) -> None:
        """Put the finished directory in its place."""
        manifest.write(stage.directory, kept)
        directory = self.directory(model)
        if directory.exists():
            directory.replace(self._work(model) / "replaced")
        stage.directory.replace(directory)
        files.settle(self.root)


def _kept(wanted: Sequence[File]) -> tuple[File, ...]:
    return tuple(file for file in wanted if file.keep)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _derive(file: File, stage: Stage) -> None:
    assert file.derived
    derive(file.derived.by, stage.directory / file.derived.source, stage.part(file))
    stage.accept(file)


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
