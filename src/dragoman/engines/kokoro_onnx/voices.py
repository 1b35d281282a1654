"""The voices that come with Dragoman, and their blends for other languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.speech import blend
from dragoman.engines.kokoro_onnx import voice_cards
from dragoman.phonemes.english.arpabet import Region

Table = NDArray[np.float32]
"""The style for each length of chunk: row n - 1 for n symbols, shape (510, 256)."""


@dataclass(frozen=True, slots=True)
class LanguagePace:
    """The pace of the network in a language; found for Korean by measuring (docs/voices.md)."""

    pace: float = 1.0
    """The pace of the network at a speed of 1."""
    more: int = 0
    """The symbols by which the chunk counts as longer when a style is chosen: such styles are
    clearer."""
    least: int = 1
    """The fewest symbols for which a style is chosen."""

    def row(self, symbols: int) -> int:
        """The row of a table for a chunk of so many symbols."""
        return max(symbols + self.more, self.least) - 1


PLAIN = LanguagePace()
LANGUAGE_PACES: Mapping[str, LanguagePace] = {"ko": LanguagePace(pace=0.95, more=20, least=60)}


TIMBRE = 128
"""The numbers of a style that are its timbre: the first 128 of 256; the others are its prosody."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of styles, and its shares in a blend."""

    table: Table
    timbre: float
    prosody: float


@dataclass(frozen=True, slots=True)
class LanguageStyle:
    """The style of a voice in a language: a blend, and decibels to −22 dBFS."""

    parts: tuple[Part, ...]
    gain_db: float

    def style(self, row: int) -> NDArray[np.float32]:
        """The style of a row, shape (256,); the last row stands for those beyond it."""
        style = np.zeros(256, np.float32)
        for part in self.parts:
            own = part.table[min(row, len(part.table) - 1)]
            style[:TIMBRE] += own[:TIMBRE] * np.float32(part.timbre)
            style[TIMBRE:] += own[TIMBRE:] * np.float32(part.prosody)
        return style


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice with its style in each language, English at least."""

    name: str
    region: Region
    styles: Mapping[str, LanguageStyle]

    def style(self, language: str, symbols: int) -> NDArray[np.float32]:
        """The style for a chunk of so many symbols, shape (256,)."""
        return self._style(language).style(self._pace(language).row(symbols))

    def pace(self, language: str) -> float:
        """The network's pace at a speed of 1."""
        return self._pace(language).pace

    def gain(self, language: str) -> float:
        """Decibels that bring the voice to −22 dBFS."""
        return self._style(language).gain_db

    def _pace(self, language: str) -> LanguagePace:
        return LANGUAGE_PACES.get(language, PLAIN)

    def _style(self, language: str) -> LanguageStyle:
        return self.styles.get(language) or self.styles["en"]


class Voices:
    """The voices by the API's names and by Kokoro's own, and blends of them."""

    def __init__(self, voices: Mapping[str, Voice]) -> None:
        self._voices = voices

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all voices, the API's first."""
        return tuple(self._voices)

    def find(self, name: str) -> Voice:
        """The voice of that name, or the blend: "af_bella(2)+af_sky(1)" is two parts to one.

        Raises:
            RequestInvalid: there is none; the message lists those that there are.
        """
        parts = blend(name, self._voices)
        if len(parts) == 1:
            return self._voices[parts[0][0]]
        return _blended(name, [(self._voices[part], weight) for part, weight in parts])


def _blended(name: str, voices: Sequence[tuple[Voice, float]]) -> Voice:
    """The mean of the styles and gains; it reads as its heaviest part does."""
    whole = sum(weight for _, weight in voices)
    shares = [(voice, weight / whole) for voice, weight in voices]
    heaviest, _ = max(voices, key=lambda part: part[1])

    def mixed(language: str) -> LanguageStyle:
        styles = [(voice.styles[language], share) for voice, share in shares]
        parts = [
            Part(part.table, part.timbre * share, part.prosody * share)
            for style, share in styles
            for part in style.parts
        ]
        return LanguageStyle(tuple(parts), sum(style.gain_db * share for style, share in styles))

    return Voice(name, heaviest.region, {name: mixed(name) for name in heaviest.styles})


def load(directory: Path) -> Voices:
    """The voices beside this module, with the Japanese ones of `voices_ja.npz`.

    No voice of Kokoro is Korean; Japanese ones are nearest.
    """
    known = voice_cards.natives()
    tables = {native.kokoro: _read(native.kokoro) for native in known if native.sha256}
    with np.load(directory / "voices_ja.npz", allow_pickle=False) as arrays:
        for name in arrays:
            tables[name] = arrays[name].reshape(-1, 256).astype(np.float32)
    voices: dict[str, Voice] = {}
    facts, accents = voice_cards.facts(), voice_cards.accents()
    for fact in facts:
        own = _read(fact.kokoro)
        styles = _styles(own, fact, accents, tables)
        voices[fact.kokoro] = Voice(fact.name or fact.kokoro, fact.english, styles)
    named = {fact.name: voices[fact.kokoro] for fact in facts if fact.name}
    for native in known:
        if native.kokoro not in tables:
            continue
        own = tables[native.kokoro]
        styles = dict(_styles(own, native, accents, tables))
        if native.language is not None:
            styles[native.language] = LanguageStyle((Part(own, 1.0, 1.0),), native.own_gain_db)
        voices[native.kokoro] = Voice(native.kokoro, "us", styles)
    return Voices(named | voices)


def _styles(
    own: Table,
    fact: voice_cards.Fact | voice_cards.Native,
    accents: Sequence[voice_cards.Accent],
    tables: Mapping[str, Table],
) -> Mapping[str, LanguageStyle]:
    """English as the voice itself speaks it, other languages with those who are native there."""
    styles = {"en": LanguageStyle((Part(own, 1.0, 1.0),), fact.gain_db)}
    for accent in accents:
        if accent.male == fact.male:
            gain = fact.korean_gain_db if accent.gain_db is None else accent.gain_db
            styles[accent.language] = LanguageStyle(_parts(accent, own, tables), gain)
    return styles


def _parts(
    accent: voice_cards.Accent, own: Table, natives: Mapping[str, Table]
) -> tuple[Part, ...]:
    """The native voices with the asked one's `own` table."""
    shared = sum(accent.natives.values())
    mine = 1 - shared if accent.timbre is None else accent.timbre
    others = [
        Part(natives[name], (1 - mine) * share / shared, share)
        for name, share in accent.natives.items()
    ]
    return (*others, Part(own, mine, 1 - shared))


def _read(kokoro: str) -> Table:
    with (voice_cards.FOLDER / f"{kokoro}.npy").open("rb") as file:
        return np.load(file, allow_pickle=False).astype(np.float32)
