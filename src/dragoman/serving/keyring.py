"""Every key that is let in: those of the settings, and those of a file that may change."""

import logging
import time
from collections.abc import Callable, Mapping

from dragoman.domain.keys import Key, PlainKeys, digest
from dragoman.serving.key_file import KeyFile, KeyFileWrong

log = logging.getLogger("dragoman.keys")

LOOK_S = 1.0
"""Seconds between two looks at the file: a revoked key is refused that soon."""


class FileKeyring:
    """The keys of the settings and of a file, whose changes are in force after `LOOK_S` seconds.

    A file that is gone or broken changes nothing: it must never open a server, nor close it.
    """

    def __init__(
        self,
        secrets: tuple[str, ...],
        file: KeyFile,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the file, if it is there.

        Raises:
            KeyFileWrong: it is there and cannot be understood.
        """
        self._plain = PlainKeys(secrets)
        self._file = file
        self._clock = clock
        self._state = self._look()
        self._there = self._state is not None
        self._named = self._read()
        self._next_look = clock() + LOOK_S

    @property
    def required(self) -> bool:
        """See `Keyring.required`."""
        self._refresh()
        return self._plain.required or self._there

    def find(self, secret: str) -> Key | None:
        """See `Keyring.find`."""
        self._refresh()
        return self._plain.find(secret) or self._named.get(digest(secret))

    def _refresh(self) -> None:
        if self._clock() < self._next_look:
            return
        self._next_look = self._clock() + LOOK_S
        state = self._look()
        if state == self._state:
            return
        self._state = state
        if state is None:
            log.error("the file of keys is gone: those that were read last stay in force")
            return
        try:
            self._named = self._read()
        except KeyFileWrong as error:
            log.error("the keys that were read last stay in force: %s", error)  # noqa: TRY400 - the reason is the news
            return
        self._there = True
        log.info("event=keys-read keys=%d", len(self._named))

    def _look(self) -> tuple[int, int, int] | None:
        """What tells one state of the file from another; None: it is not there."""
        try:
            state = self._file.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _read(self) -> Mapping[str, Key]:
        return {key.digest: key for key in self._file.read() if key.digest}
