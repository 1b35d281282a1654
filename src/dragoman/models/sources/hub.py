"""A fetcher from the Hugging Face hub, at a pinned revision, through its own client.

Mirrors and tokens are the client's business: `HF_ENDPOINT`, `HF_TOKEN`.
"""

import socket
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx2
from huggingface_hub import constants, errors

from dragoman.models.entry import File, HubSource
from dragoman.models.errors import SourceGone, SourceUnreachable
from dragoman.models.progress import Bar
from dragoman.models.stage import Need, Stage

_download: Callable[..., str] = import_module("huggingface_hub").hf_hub_download
"""By its name, because its own type is partly unknown."""


class HubFetcher:
    """The fetcher for the hub; see `Fetcher`."""

    local = False

    def __init__(self, source: HubSource, endpoint: str | None = None) -> None:
        self._source = source
        self._endpoint = endpoint

    def need(self, missing: Sequence[File], stage: Stage) -> Need:
        """See `Fetcher.need`."""
        size = sum(file.size for file in missing if not _whole(stage.part(file), file))
        return Need(size, size)

    def fetch(self, missing: Sequence[File], stage: Stage, bar: Bar) -> None:
        """See `Fetcher.fetch`."""
        for file in missing:
            part = stage.part(file)
            if not _whole(part, file):
                self._download(file, stage.scratch, bar).replace(part)

    def _download(self, file: File, scratch: Path, bar: Bar) -> Path:
        _look_up(self._endpoint or constants.ENDPOINT)
        source = self._source
        try:
            path = _download(
                source.repository,
                source.paths.get(file.name, file.name),
                revision=source.revision,
                local_dir=scratch,
                endpoint=self._endpoint,
                tqdm_class=_relay(bar),
            )
        except errors.GatedRepoError as error:
            raise SourceGone(
                f"{source} is given only to those who accept its licence: accept it on the hub, "
                "then `hf auth login`"
            ) from error
        except (
            errors.RepositoryNotFoundError,
            errors.RevisionNotFoundError,
            errors.RemoteEntryNotFoundError,
        ) as error:
            raise SourceGone(f"{source} has no {file.name} (any more)") from error
        except (OSError, errors.XetDownloadError, httpx2.HTTPError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # this machine's trouble; the client's own errors have no number
            why = str(error).rstrip(".")
            raise SourceUnreachable(f"the hub did not answer for {file.name}: {why}") from error
        return Path(path)


def _look_up(endpoint: str) -> None:
    """Notice at once that there is no network: the client tries for most of a minute, and says so.

    Behind a proxy, names are the proxy's business.

    Raises:
        SourceUnreachable: the hub's name has no address.
    """
    if getproxies():
        return
    host = urlsplit(endpoint).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except OSError as error:
        raise SourceUnreachable(f"{host} cannot be found: there seems to be no network") from error


def _whole(part: Path, file: File) -> bool:
    """Whether an earlier pull got all of it."""
    return part.exists() and part.stat().st_size == file.size


class _Relay:
    """The client's progress bar (tqdm's shape), which draws nothing and tells ours."""

    def __init__(self, bar: Bar, initial: float) -> None:
        self._bar = bar
        bar.advance(int(initial))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, n: float | None = 1) -> None:
        self._bar.advance(int(n or 0))


def _relay(bar: Bar) -> Callable[..., _Relay]:
    def make(initial: float = 0, **_: object) -> _Relay:
        return _Relay(bar, initial)

    return make
