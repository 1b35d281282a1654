"""One chunk of phonemes to finished sound: spoken, trimmed, levelled, faded."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.audio.level import amplify, fade, sounding
from dragoman.engines.kokoro_onnx.network import SAMPLE_RATE, Network
from dragoman.engines.kokoro_onnx.voices import Voice
from dragoman.phonemes.chunk import Chunk

THRESHOLD = 0.01
"""Amplitude below which there is silence, at −22 dBFS."""
MARGIN, FADE = SAMPLE_RATE * 30 // 1000, SAMPLE_RATE * 5 // 1000
FASTEST, SLOWEST = 1.25, 0.8
"""How far the network changes its pace and is still clear; beyond, the sound is stretched."""


@dataclass(frozen=True, slots=True)
class Place:
    """A word: `text[start:end]`, heard from sample `first` of the chunk to before `last`."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A chunk's sound without silence around it."""

    samples: NDArray[np.float32]
    """Mono at 24 kHz, shape (n,)."""
    words: tuple[Place, ...]
    """One for each place of the text, however many words it is read as."""


def pace(speed: float) -> float:
    """The part of `speed` that the network does itself."""
    return min(max(speed, SLOWEST), FASTEST)


def say(
    network: Network, chunk: Chunk, voice: Voice, speed: float, stopped: Callable[[], bool]
) -> Spoken:
    """Speak `chunk` at `speed` (within the network's own range).

    Raises:
        Stopped: `stopped` said so meanwhile.
    """
    style = voice.style(chunk.language, len(chunk.phonemes))
    own_speed = speed * voice.pace(chunk.language)
    uttered = network.speak(chunk.phonemes, style, own_speed, stopped)
    samples = amplify(uttered.samples, voice.gain(chunk.language))
    start, end = sounding(samples, THRESHOLD, MARGIN)
    trimmed = fade(samples[start:end], FADE)

    def place(symbol: int) -> int:
        return min(max(int(uttered.starts[symbol]) - start, 0), trimmed.size)

    places: list[Place] = []
    for word in chunk.words:
        first = place(word.first)
        if places and places[-1].start == word.start:
            first = places.pop().first
        places.append(Place(word.start, word.end, first, place(word.last)))
    return Spoken(trimmed, tuple(places))
