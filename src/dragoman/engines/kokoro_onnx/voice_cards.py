"""The voices as data, read without loading any style: `voices/voices.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

from dragoman.domain.speech import VoiceCard
from dragoman.phonemes.english.arpabet import Region

FOLDER = resources.files("dragoman.engines.kokoro_onnx") / "voices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One entry of `voices.toml`, which says what its fields mean."""

    name: str | None = None
    """The API's name; None: the voice has Kokoro's alone."""
    kokoro: str
    about: str
    english: Region
    male: bool
    gain_db: float
    korean_gain_db: float
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """A voice that was recorded in another language, from `voices.toml`, too."""

    kokoro: str
    language: str | None = None
    """The voice's language; None: one that is not spoken here (Hindi); English is, with its
    accent."""
    about: str
    male: bool
    gain_db: float
    """Decibels that bring the voice to −22 dBFS in English."""
    own_gain_db: float = 0.0
    """Decibels that bring the voice to −22 dBFS in its own language."""
    korean_gain_db: float
    sha256: str | None = None
    """The SHA-256 of the voice's file; None: it comes with the model."""


@dataclass(frozen=True, slots=True)
class Accent:
    """The blend with which voices of one sex speak a language."""

    language: str
    male: bool
    natives: Mapping[str, float]
    """The native voices, by Kokoro's names, and their shares; the rest to 1 is the voice of the
    request."""
    timbre: float | None = None
    """The share of the request's voice in the timbre, where it differs from that in the prosody."""
    gain_db: float | None = None
    """Decibels for the blend; None for Korean, where they stand with each voice."""


def facts() -> list[Fact]:
    """All entries: those with the API's names in the order of its own messages, then the rest."""
    return [Fact(**entry) for entry in _table()["voices"]]


def accents() -> list[Accent]:
    """The blends in which languages other than English are spoken."""
    return [Accent(**entry) for entry in _table()["accents"]]


def natives() -> list[Native]:
    """The voices of other languages."""
    return [Native(**entry) for entry in _table()["natives"]]


def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((FOLDER / "voices.toml").read_text("utf-8"))


def voices(_: Mapping[str, Any] = MappingProxyType({})) -> Sequence[VoiceCard]:
    """The voice cards of this engine, whatever its options; see `engines.EngineEntry.voices`."""
    known = facts()
    return [
        *(VoiceCard(fact.name, fact.kokoro, fact.about) for fact in known if fact.name),
        *(VoiceCard(fact.kokoro, fact.name, fact.about) for fact in known),
        *(VoiceCard(native.kokoro, None, native.about) for native in natives()),
    ]
