"""The assembly of one model: files that are here already, files fetched, files derived."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from dragoman.models import files, manifest
from dragoman.models.derive import derive
from dragoman.models.entry import File, Model, Source
from dragoman.models.progress import Bar, Progress
from dragoman.models.sources import fetcher
from dragoman.models.stage import Stage

_log = logging.getLogger(__name__)


class Assembly:
    """The assembly of one model, whose place in the store nobody else touches meanwhile."""

    def __init__(self, model: Model, directory: Path, work: Path, progress: Progress) -> None:
        self._model = model
        self._directory = directory
        self._work = work
        self._progress = progress

    def good(self, candidates: Sequence[File]) -> list[File]:
        """The `candidates` that are in the model's directory with the right sums."""
        there = [file for file in candidates if self._has_size(file)]
        if not there:
            return []
        with self._checking(there) as bar:
            return [
                file
                for file in there
                if files.sha256(self._directory / file.name, bar.advance) == file.sha256
            ]

    def adopt(self) -> bool:
        """Note the model as present where all files of a variant are here and right; tell whether.

        So a store may be filled by hand, or copied from another machine.
        """
        for variant in self._model.variants():
            kept = kept_of(variant)
            if all(self._has_size(file) for file in kept) and len(self.good(kept)) == len(kept):
                manifest.write(self._directory, kept)
                return True
        return False

    def complete(self, make_sure_of_room: Callable[[int], None]) -> bool:
        """Make derived files that are missing from good files that are here; whether all are then.

        So a store that was filled before a file was derived goes on working without a network.

        Raises:
            SourceFailed: what was made is not what the catalogue expects.
            DiskFull: there is no room.
        """
        for variant in self._model.variants():
            kept = kept_of(variant)
            good = self.good(kept)
            names = {file.name for file in good}
            missing = [file for file in kept if file not in good]
            if all(file.derived and file.derived.source in names for file in missing):
                make_sure_of_room(sum(file.size for file in missing))
                stage = Stage(self._work, "what is here")
                stage.open()
                for file in good:
                    if not stage.has(file):
                        stage.borrow(file, self._directory / file.name)
                self._derive(missing, stage)
                stage.finish(kept)
                self._publish(stage, kept)
                return True
        return False

    def bad(self) -> list[File]:
        """The files that are wrong or missing, of the variant that lacks fewest."""
        return min((self._bad(variant) for variant in self._model.variants()), key=len)

    def _bad(self, variant: Sequence[File]) -> list[File]:
        kept = kept_of(variant)
        good = self.good(kept)
        return [file for file in kept if file not in good]

    def pull(self, source: Source, make_sure_of_room: Callable[[int], None]) -> None:
        """Put the model in its place, with the files that `source` has.

        `make_sure_of_room` is asked first, for so many bytes.

        Raises:
            SourceFailed: the source does not have it, or not now.
            FileRefused: a file could carry code.
            DiskFull: there is no room.
        """
        listed = source.files or self._model.files
        kept = kept_of(listed)
        stage = Stage(self._work, source)
        stage.open()
        for file in self.good([file for file in kept if not stage.has(file)]):
            stage.borrow(file, self._directory / file.name)
        missing = [file for file in kept if not stage.has(file)]
        bases = {file.derived.source for file in missing if file.derived}
        downloads = [
            file
            for file in listed
            if (file in missing or file.name in bases) and not file.derived and not stage.has(file)
        ]
        fetch = fetcher(source)
        need = fetch.need(downloads, stage)
        make_sure_of_room(need.disk + sum(file.size for file in missing if file.derived))
        if downloads:
            # Packagers' names would puzzle whoever only waits.
            _log.debug("model=%s event=fetching source=%s", self._model.id, source)
            with self._progress.task(self._model.id, need.download) as bar:
                fetch.fetch(downloads, stage, bar)
            with self._checking(downloads) as bar:
                for file in downloads:
                    stage.accept(file, bar.advance)
        self._derive(missing, stage)
        stage.finish(kept)
        self._publish(stage, kept)

    def _derive(self, missing: Sequence[File], stage: Stage) -> None:
        """Make those of the `missing` files that are derived ones."""
        for file in missing:
            if file.derived and not stage.has(file):
                derive(file.derived.by, stage.directory / file.derived.source, stage.part(file))
                stage.accept(file)

    def _publish(self, stage: Stage, kept: Sequence[File]) -> None:
        """Put the finished directory in its place."""
        manifest.write(stage.directory, kept)
        if self._directory.exists():
            replaced = self._work / "replaced"
            files.remove(replaced)
            self._directory.replace(replaced)
        stage.directory.replace(self._directory)
        files.settle(self._directory.parent)

    def _checking(self, there: Sequence[File]) -> AbstractContextManager[Bar]:
        total = sum(file.size for file in there)
        return self._progress.task(f"checking {self._model.id}", total)

    def _has_size(self, file: File) -> bool:
        path = self._directory / file.name
        return path.is_file() and path.stat().st_size == file.size


def kept_of(listed: Sequence[File]) -> tuple[File, ...]:
    """The files that stay once others have been derived."""
    return tuple(file for file in listed if file.keep)
