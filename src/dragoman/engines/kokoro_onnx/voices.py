"""The voices that come with Dragoman, and what they speak Korean with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.speech import blend, unknown_voice
from dragoman.engines.kokoro_onnx import shelf
from dragoman.phonemes.english.lexicon import Region

Table = NDArray[np.float32]
"""One style for each length of chunk: row n - 1 for n symbols, shape (510, 256)."""

NOTHING = np.zeros((510, 256), np.float32)


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
    """The voices by the API's names and by Kokoro's own, and blends of them."""

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self._voices = voices

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return tuple(self._voices)

    def find(self, name: str) -> Voice:
        """The voice of that name, or the blend: "af_bella(2)+af_sky(1)" is two parts to one.

        Raises:
            RequestInvalid: there is none; the message lists those that there are.
        """
        parts = blend(name)
        if parts is None or any(part not in self._voices for part, _ in parts):
            raise unknown_voice(self.names)
        if len(parts) == 1:
            return self._voices[parts[0][0]]
        return _blended(name, [(self._voices[part], weight) for part, weight in parts])


def _blended(name: str, voices: Sequence[tuple[Voice, float]]) -> Voice:
    """The mean of the tables and gains; it reads as its heaviest part does."""
    whole = sum(weight for _, weight in voices)
    parts = [(voice, weight / whole) for voice, weight in voices]
    heaviest, _ = max(voices, key=lambda part: part[1])
    return Voice(
        name=name,
        region=heaviest.region,
        english=sum((voice.english * np.float32(share) for voice, share in parts), NOTHING),
        gain_db=sum(voice.gain_db * share for voice, share in parts),
        korean=sum((voice.korean * np.float32(share) for voice, share in parts), NOTHING),
        korean_gain_db=sum(voice.korean_gain_db * share for voice, share in parts),
    )


def load(directory: Path) -> Voices:
    """The voices beside this module, with the Japanese ones of `voices_ja.npz` for Korean.

    No voice of Kokoro is Korean; these two are nearest, and a fifth of the asked voice is kept.
    """
    with np.load(directory / "voices_ja.npz", allow_pickle=False) as arrays:
        nezumi, kumo = (
            arrays[name].reshape(-1, 256).astype(np.float32) for name in ("jf_nezumi", "jm_kumo")
        )
    voices: dict[str, Voice] = {}
    facts = shelf.facts()
    for fact in facts:
        with (shelf.FOLDER / f"{fact.kokoro}.npy").open("rb") as file:
            own: Table = np.load(file, allow_pickle=False).astype(np.float32)
        accent = 0.6 * kumo + 0.2 * nezumi if fact.male else 0.8 * nezumi
        voices[fact.name] = Voice(
            name=fact.name,
            region=fact.english,
            english=own,
            gain_db=fact.gain_db,
            korean=(accent + 0.2 * own).astype(np.float32),
            korean_gain_db=fact.korean_gain_db,
        )
    return Voices(voices | {fact.kokoro: voices[fact.name] for fact in facts})
