"""The places that are written to: how much room they have, and whether they may be written to."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.cli.doctor.finding import Finding, ok, problem, warning
from dragoman.models.files import how_much

SPARE = 10**9
"""The bytes under which a disk is nearly full: prefixes, uploads and stored answers take some."""


@dataclass(frozen=True, slots=True)
class Place:
    """A directory, or the nearest one above it that is there."""

    path: Path
    free: int
    writable: bool

    @classmethod
    def of(cls, path: Path) -> "Place":
        """Look at a directory; a nameless file in it is made and gone again."""
        existing = next(each for each in (path, *path.parents) if each.is_dir())
        return cls(path, shutil.disk_usage(existing).free, _writable(existing))


def findings(
    store: Place, cache: Place, others: Mapping[str, Place], missing: int
) -> Sequence[Finding]:
    """Judge the store of models, the cache and the other places.

    `missing` are the bytes of the default models that are still to be fetched and unpacked.
    """
    return (_store(store, missing), _cache(cache), *_kept(others))


def _store(place: Place, missing: int) -> Finding:
    facts = {"path": str(place.path), "free": place.free, "writable": place.writable}
    facts |= {"missing": missing}
    text = f"{how_much(place.free)} free in {place.path}"
    other = "Keep models elsewhere: DRAGOMAN_MODELS=/a/directory/on/another/disk."
    if missing and not place.writable:
        advice = f"The models that are missing cannot be put there. {other}"
        return problem("model store", f"{place.path} may not be written to", advice, **facts)
    if missing and place.free < missing:
        advice = f"The models that are missing take {how_much(missing)} meanwhile. {other}"
        return problem("model store", text, advice, **facts)
    if not place.writable:
        advice = "Models can be used from there; nothing can be pulled or removed."
        return warning("model store", f"{place.path} may not be written to", advice, **facts)
    if place.free < SPARE:
        return warning("model store", text, f"Nearly full. {other}", **facts)
    return ok("model store", text, **facts)


def _cache(place: Place) -> Finding:
    facts = {"path": str(place.path), "free": place.free, "writable": place.writable}
    advice = (
        "The server works without it; each start then reads what requests with tools begin with "
        "once more. XDG_CACHE_HOME=/a/directory puts it elsewhere."
    )
    if not place.writable:
        return warning("cache", f"{place.path} may not be written to", advice, **facts)
    text = f"{how_much(place.free)} free in {place.path}"
    if place.free < SPARE:
        return warning("cache", text, advice, **facts)
    return ok("cache", text, **facts)


def _kept(others: Mapping[str, Place]) -> Iterator[Finding]:
    """One finding for each place that cannot be used, or one for all."""
    bad = {what: place for what, place in others.items() if not place.writable}
    for what, place in bad.items():
        advice = f"{what} cannot be written: give the server's user that directory."
        path = str(place.path)
        yield problem("directories", f"{place.path} may not be written to", advice, path=path)
    if not bad:
        paths = sorted({str(place.path) for place in others.values()})
        yield ok("directories", f"may be written to: {', '.join(paths)}", paths=paths)
    full = {place.path: place.free for place in others.values() if place.free < SPARE // 10}
    for path, free in full.items():
        advice = "Uploads and answers are refused when it is full: make room."
        yield problem("directories", f"{how_much(free)} free in {path}", advice, path=str(path))


def _writable(directory: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
