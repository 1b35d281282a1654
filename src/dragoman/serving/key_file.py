"""The file of named keys: their hashes, their limits, and never a secret."""

import json
import re
import secrets
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from filelock import FileLock

from dragoman.domain.keys import Allowance, Key, digest
from dragoman.serving import replacement

PREFIX = "sk-dragoman-"
"""The beginning of every secret, by which scanners of source code recognise it."""
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
MOST_BYTES = 4 * 2**20
MOST_KEYS = 1_000
"""The most keys of a file: each is a value of a label in the metrics."""
_LIMITS = tuple(field.name for field in fields(Allowance))


class KeyFileWrong(Exception):
    """The file of keys cannot be read, or contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The file of named keys: their hashes and limits, never a secret."""

    path: Path

    def read(self) -> Sequence[Key]:
        """Return the keys, revoked ones included: their digest is empty.

        Raises:
            KeyFileWrong: it is there and cannot be understood.
        """
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise KeyFileWrong(f"{self.path}: larger than {MOST_BYTES} bytes")
            content: Any = json.loads(self.path.read_text())
            keys = [_key(each) for each in content["keys"]]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise KeyFileWrong(f"{self.path}: {type(error).__name__}: {error}") from error
        if len(keys) > MOST_KEYS:
            raise KeyFileWrong(f"{self.path}: more than {MOST_KEYS} keys")
        if len({key.name for key in keys}) < len(keys):
            raise KeyFileWrong(f"{self.path}: two keys have the same name")
        return keys

    def create(
        self, name: str, allowance: Allowance, *, operates: bool = False, again: bool = False
    ) -> str:
        """Add a key and return its secret, which is kept nowhere.

        `again`: the name is taken, and its holder gets another secret; limits that are not given
        stay as they are.

        Raises:
            KeyFileWrong: the name is not right, or taken, or not taken.
        """
        if not NAME.fullmatch(name) or name.startswith("key-"):
            raise KeyFileWrong(
                f"{name!r} is no name for a key: small letters, digits, '.', '_' and '-', at most "
                "63, and not beginning with 'key-'"
            )
        with self._changed() as keys:
            if again and name not in keys:
                raise KeyFileWrong(f"there is no key {name!r} to replace")
            if not again and name in keys:
                raise KeyFileWrong(
                    f"there is a key {name!r} already, or was: what it keeps would be this one's. "
                    "Take another name, or --replace"
                )
            secret = PREFIX + secrets.token_urlsafe(32)
            today = datetime.now(UTC).date().isoformat()
            if name in keys:  # whoever gets another secret keeps what he may do
                operates = operates or keys[name].operates
                allowance = replace(keys[name].allowance, **allowance.limits())
            keys[name] = Key(name, digest(secret), today, operates, allowance)
        return secret

    def revoke(self, name: str) -> None:
        """Revoke a key: nobody is let in with it any more; its name stays taken.

        Raises:
            KeyFileWrong: there is no such key.
        """
        with self._changed() as keys:
            if name not in keys:
                raise KeyFileWrong(f"there is no key {name!r}")
            keys[name] = replace(keys[name], digest="")

    @contextmanager
    def _changed(self) -> Generator[dict[str, Key]]:
        """The keys by name, to be changed inside: written when that went well."""
        try:
            replacement.make_directory(self.path.parent)
            lock = self.path.with_name(f"{self.path.name}.lock")
            replacement.make_lock(lock)
            with FileLock(lock, timeout=10):
                keys = {key.name: key for key in self.read()}
                yield keys
                self._write(keys.values())
        except (OSError, TimeoutError) as error:
            raise KeyFileWrong(f"{self.path}: {error}") from error

    def _write(self, keys: Iterable[Key]) -> None:
        content = {"keys": [_fields(key) for key in keys]}
        replacement.replace(self.path, json.dumps(content, indent=2) + "\n")


def _fields(key: Key) -> Mapping[str, object]:
    return {
        "name": key.name,
        "sha256": key.digest,
        "created": key.created,
        "operator": key.operates,
        **key.allowance.limits(),
    }


def _key(value: object) -> Key:
    """One key of the file.

    Raises:
        ValueError: a field is wrong, missing or unknown.
    """
    if not isinstance(value, dict):
        raise ValueError("a key is an object")  # noqa: TRY004 - one error for whatever is wrong
    given = cast("dict[str, Any]", value)
    unknown = given.keys() - {"name", "sha256", "created", "operator", *_LIMITS}
    name, mark = given.get("name"), given.get("sha256", "")
    if unknown:
        raise ValueError(f"unknown field {min(unknown)!r}")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a key")
    if not isinstance(mark, str) or not re.fullmatch(r"(?:[0-9a-f]{64})?", mark):
        raise ValueError(f"sha256 of {name} is no SHA-256")
    if not isinstance(given.get("operator", False), bool):
        raise ValueError(f"operator of {name} is neither true nor false")  # noqa: TRY004 - as above
    limits = {limit: given[limit] for limit in _LIMITS if given.get(limit) is not None}
    for limit, most in limits.items():
        if not isinstance(most, int) or isinstance(most, bool) or not 0 <= most <= 10**12:
            raise ValueError(f"{limit} of {name} is no whole number")
    operates = given.get("operator", False)
    return Key(name, mark, str(given.get("created", "")), operates, Allowance(**limits))
