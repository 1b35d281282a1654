"""The sources of files: a package index, a hub, this machine."""

from collections.abc import Sequence
from typing import Protocol, assert_never

from dragoman.models.entry import File, FileSource, HubSource, PackageSource, Source
from dragoman.models.progress import Bar
from dragoman.models.sources.file import FileFetcher
from dragoman.models.sources.package import PackageFetcher
from dragoman.models.stage import Need, Stage


class Fetcher(Protocol):
    """A fetcher: one source at work on one model."""

    @property
    def local(self) -> bool:
        """Whether the fetcher works without a network."""
        ...

    def need(self, missing: Sequence[File], stage: Stage) -> Need:
        """The bytes that are still to be fetched."""
        ...

    def fetch(self, missing: Sequence[File], stage: Stage, bar: Bar) -> None:
        """Fetch the `missing` files into their parts, whole but unchecked.

        An interrupted fetch leaves what it has on the stage and goes on from there the next time.

        Raises:
            SourceFailed: this source does not have them, or not now.
        """
        ...


def fetcher(source: Source) -> Fetcher:
    """The fetcher for a source of the catalogue."""
    match source:
        case PackageSource():
            return PackageFetcher(source)
        case HubSource():
            # Here, not above: a start without a pull should not pay for the hub's client.
            from dragoman.models.sources.hub import HubFetcher  # noqa: PLC0415

            return HubFetcher(source)
        case FileSource():
            return FileFetcher(source)
        case _:
            assert_never(source)
