"""Keys that callers hold, and what each may use."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Allowance:
    """The allowance of a key in a minute and in a day; None: no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Tokens of prompts and answers together."""
    audio_seconds_per_minute: int | None = None
    """Seconds of sound, sent and made."""
    requests_per_day: int | None = None
    """Days are those of UTC."""
    tokens_per_day: int | None = None
    audio_seconds_per_day: int | None = None

    def limits(self) -> Mapping[str, int]:
        """Return the limits that there are, by name."""
        return {name: most for name, most in asdict(self).items() if most is not None}


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    name: str
    digest: str
    """SHA-256 of the secret, in hexadecimal."""
    created: str = ""
    """The day, as in 2026-11-30."""
    operates: bool = False
    """Whether its holder may look into the server and load and unload its models."""
    allowance: Allowance = Allowance()
    named: bool = True
    """Whether an operator gave it a name; one that is only listed in the settings has none."""


class Keyring(Protocol):
    """Every key that is let in."""

    @property
    def required(self) -> bool:
        """Whether a key is needed at all."""
        ...

    def find(self, secret: str) -> Key | None:
        """Return the key with this secret."""
        ...


def digest(secret: str) -> str:
    """Return what is kept of a secret.

    One round of SHA-256 is enough: secrets are random and long, there is nothing to guess.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def unnamed(secret: str) -> Key:
    """Return a key that only the settings list: it has no limits, and a name made of its hash."""
    mark = digest(secret)
    return Key(f"key-{mark[:8]}", mark, operates=True, named=False)


class PlainKeys:
    """See `Keyring`: secrets that never change."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._keys = {key.digest: key for key in map(unnamed, secrets)}

    @property
    def required(self) -> bool:
        """See `Keyring.required`."""
        return bool(self._keys)

    def find(self, secret: str) -> Key | None:
        """See `Keyring.find`."""
        return self._keys.get(digest(secret))
