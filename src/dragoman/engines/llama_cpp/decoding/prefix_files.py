"""The prefix cache on disk: what the server itself reads ahead is read once for all its starts."""

import contextlib
import hashlib
import logging
import os
import queue
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from dragoman.engines.llama_cpp.decoding.library import State, Tokens

log = logging.getLogger(__name__)

SUFFIX = ".prefix"
UNFINISHED = ".part"
LOST_S = 3600.0
"""Seconds after which an unfinished file is nobody's any more: its process has ended."""

_DIGEST_BYTES = hashlib.sha256().digest_size
_COUNT_BYTES = 4


def directory() -> Path:
    """The directory of prefixes in the user's cache."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "dragoman" / "prefixes"


class PrefixFiles:
    """Keeps the state of sequences in files, one for each prefix.

    A file holds a SHA-256 of the rest, the number of tokens (4 bytes), the tokens (4 bytes each)
    and the state. Its name says which build of the library and which weights and settings the state
    is of: another build may read such bytes wrong. A file that is damaged is removed, and a
    directory that cannot be written to costs the gain and nothing else.
    """

    def __init__(self, directory: Path, build: str, most_bytes: int) -> None:
        """`build`: all that a state depends on; `most_bytes`: of all files in the directory."""
        self._directory = directory
        self._build = build
        self._prefix = hashlib.sha256(build.encode()).hexdigest()[:16]
        self._most = most_bytes
        self._known: set[bytes] = set()
        self._written: queue.SimpleQueue[tuple[Tokens, State]] = queue.SimpleQueue()
        self._writer = ThreadPoolExecutor(1, "dragoman-prefixes")

    def load(self) -> Iterator[tuple[Tokens, State]]:
        """The prefixes of this build and their states, the latest used first.

        States are mapped from their files, so that they take no memory of this process. They have
        no more bytes than all files may have.
        """
        self._remove_lost()
        left = self._most
        for path in reversed(_by_age(self._directory, f"{self._prefix}-*{SUFFIX}")):
            with contextlib.suppress(OSError):
                left -= path.stat().st_size
                if left < 0:
                    return
                content = _content(path)
                if content is None:
                    log.warning("%s is damaged and removed", path)
                    path.unlink(missing_ok=True)
                    continue
                os.utime(path)
                self._known.add(_key(content[0]))
                yield content

    def holds(self, tokens: Sequence[int]) -> bool:
        """Whether this prefix was loaded, or is being written."""
        return _key(np.array(tokens, np.int32)) in self._known

    def save(self, tokens: Sequence[int], state: State) -> None:
        """Write a prefix, on a thread of its own."""
        prefix = np.array(tokens, np.int32)
        self._known.add(_key(prefix))
        self._writer.submit(self._write, prefix, state)

    def written(self) -> Iterator[tuple[Tokens, State]]:
        """The prefixes that were written since the last call, mapped from their files."""
        while not self._written.empty():
            yield self._written.get()

    def close(self) -> None:
        """Wait for what is being written."""
        self._writer.shutdown()

    def _write(self, tokens: Tokens, state: State) -> None:
        parts = (np.array([len(tokens)], np.int32).tobytes(), tokens.tobytes(), state.data)
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self._directory, suffix=UNFINISHED, delete=False
            ) as file:
                try:
                    file.write(digest.digest())
                    for part in parts:
                        file.write(part)
                    file.close()
                    # A reader sees a whole file or none, and two that write the same do no harm.
                    name = f"{self._prefix}-{_key(tokens).hex()[:16]}{SUFFIX}"
                    path = Path(file.name).replace(self._directory / name)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise
            self._evict()
            if (content := _content(path)) is not None:
                self._written.put(content)
        except OSError as error:
            log.info("the prefix cache is not kept on disk: %s", error)

    def _remove_lost(self) -> None:
        """Remove files that a process did not finish."""
        for path in _by_age(self._directory, f"*{UNFINISHED}"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > LOST_S:
                    path.unlink()

    def _evict(self) -> None:
        """Remove the least recently used files, of any build, beyond the bytes for all."""
        paths = _by_age(self._directory, f"*{SUFFIX}")
        total = sum(_size(path) for path in paths)
        for path in paths:
            if total <= self._most:
                return
            total -= _size(path)
            path.unlink(missing_ok=True)


def _by_age(directory: Path, pattern: str) -> list[Path]:
    """The files in a directory, the least recently used first."""
    with contextlib.suppress(OSError):
        return sorted(directory.glob(pattern), key=lambda path: path.stat().st_mtime_ns)
    return []


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def _content(path: Path) -> tuple[Tokens, State] | None:
    """The tokens and the state in a file; None: it is damaged."""
    if path.stat().st_size <= _DIGEST_BYTES + _COUNT_BYTES:
        return None
    data: State = np.memmap(path, np.uint8, mode="r")
    body = data[_DIGEST_BYTES:]
    if hashlib.sha256(body.data).digest() != data[:_DIGEST_BYTES].tobytes():
        return None
    begins = _COUNT_BYTES + 4 * int(body[:_COUNT_BYTES].copy().view(np.int32)[0])
    return body[_COUNT_BYTES:begins].copy().view(np.int32), body[begins:]


def _key(tokens: Tokens) -> bytes:
    return hashlib.sha256(tokens.tobytes()).digest()
