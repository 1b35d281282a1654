"""Voices that callers made, and the consents of those whose voices were recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody's recorded agreement; only its name may change."""

    id: str
    name: str
    language: str
    """The language of the recording as a BCP 47 tag."""
    created_at: int
    """The time of creation in Unix seconds."""


@dataclass(frozen=True, slots=True)
class CustomVoice:
    """A blend of a model's voices under a name of its own."""

    id: str
    name: str
    blend: str
    created_at: int
    """The time of creation in Unix seconds."""


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """A part of the list of consents, the oldest first."""

    consents: Sequence[Consent]
    has_more: bool


class CustomVoices(Protocol):
    """Where both are kept. What was acknowledged outlives the process and the power.

    Every method raises `StorageFailed` where the disk is full or broken, and `NotFound` for an id
    that is not there.
    """

    async def keep_consent(self, consent: Consent, recording: str) -> None:
        """Store a consent with a copy of the file at `recording`."""
        ...

    async def consent(self, name: str) -> Consent:
        """Return the consent with that id."""
        ...

    async def consents(self, after: str | None, limit: int) -> ConsentPage:
        """Return at most `limit` consents that come after the one with the id `after`."""
        ...

    async def rename_consent(self, name: str, label: str) -> Consent:
        """Give the consent another name."""
        ...

    async def delete_consent(self, name: str) -> None:
        """Delete the consent and its recording."""
        ...

    async def keep_voice(self, voice: CustomVoice) -> None:
        """Store a custom voice."""
        ...

    async def voice(self, name: str) -> CustomVoice:
        """Return the custom voice with that id."""
        ...

    async def voices(self) -> Sequence[CustomVoice]:
        """Return all custom voices."""
        ...

    async def delete_voice(self, name: str) -> None:
        """Delete the custom voice with that id."""
        ...
