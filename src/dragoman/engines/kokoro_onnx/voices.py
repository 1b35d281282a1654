"""The voices that come with Dragoman, and what they speak Korean with."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.speech import unknown_voice
from dragoman.phonemes.english.lexicon import Region

Table = NDArray[np.float32]
"""One style for each length of chunk: row n - 1 for n symbols, shape (510, 256)."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice: how it sounds, in English and in Korean."""

    name: str
    region: Region
    english: Table
    gain_db: float
    korean: Table
    korean_gain_db: float

    def style(self, language: str, symbols: int) -> NDArray[np.float32]:
        """The style for a chunk of so many symbols, shape (256,)."""
        table = self.korean if language == "ko" else self.english
        return table[min(max(symbols, 1), len(table)) - 1]

    def gain(self, language: str) -> float:
        """Decibels that bring the voice to −22 dBFS."""
        return self.korean_gain_db if language == "ko" else self.gain_db


class Voices:
    """The voices by name."""

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self._voices = voices

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return tuple(self._voices)

    def find(self, name: str) -> Voice:
        """The voice of that name.

        Raises:
            RequestInvalid: there is none; the message lists those that there are.
        """
        voice = self._voices.get(name)
        if voice is None:
            raise unknown_voice(self.names)
        return voice


def load(directory: Path) -> Voices:
    """The voices beside this module, with the Japanese ones of `voices_ja.npz` for Korean.

    No voice of Kokoro is Korean; these two are nearest, and a fifth of the asked voice is kept.
    """
    with np.load(directory / "voices_ja.npz", allow_pickle=False) as arrays:
        nezumi, kumo = (
            arrays[name].reshape(-1, 256).astype(np.float32) for name in ("jf_nezumi", "jm_kumo")
        )
    folder = resources.files("dragoman.engines.kokoro_onnx") / "voices"
    facts = tomllib.loads((folder / "voices.toml").read_text("utf-8"))
    voices: dict[str, Voice] = {}
    for fact in facts["voices"]:
        with (folder / f"{fact['kokoro']}.npy").open("rb") as file:
            own: Table = np.load(file, allow_pickle=False).astype(np.float32)
        accent = 0.6 * kumo + 0.2 * nezumi if fact["male"] else 0.8 * nezumi
        voices[fact["name"]] = Voice(
            name=fact["name"],
            region=fact["english"],
            english=own,
            gain_db=fact["gain_db"],
            korean=(accent + 0.2 * own).astype(np.float32),
            korean_gain_db=fact["korean_gain_db"],
        )
    return Voices(voices)
