"""What is known of the voices without loading them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from dragoman.domain.speech import VoiceCard
from dragoman.phonemes.english.lexicon import Region

FOLDER = resources.files("dragoman.engines.kokoro_onnx") / "voices"


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of `voices.toml`, which says what its fields mean."""

    name: str
    kokoro: str
    about: str
    english: Region
    male: bool
    gain_db: float
    korean_gain_db: float
    sha256: str


def facts() -> list[Fact]:
    """All entries, in the order of the API's own messages."""
    entries = tomllib.loads((FOLDER / "voices.toml").read_text("utf-8"))["voices"]
    return [Fact(**entry) for entry in entries]


def voices() -> Sequence[VoiceCard]:
    """See `engines.VOICES`."""
    known = facts()
    return [
        *(VoiceCard(fact.name, fact.kokoro, fact.about) for fact in known),
        *(VoiceCard(fact.kokoro, fact.name, fact.about) for fact in known),
    ]
