"""Synthesis of one chunk of phonemes, part by part: vocoded, crossfaded, trimmed, levelled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.audio.level import amplify, fade, sounding
from dragoman.engines.kokoro_onnx.network import FRAME, SAMPLE_RATE, Network, Prosody
from dragoman.engines.kokoro_onnx.parts import PartLengths
from dragoman.engines.kokoro_onnx.voices import Voice
from dragoman.phonemes.chunk import Chunk

THRESHOLD = 0.01
"""The amplitude below which there is silence, at −22 dBFS."""
MARGIN, FADE = SAMPLE_RATE * 30 // 1000, SAMPLE_RATE * 5 // 1000
FASTEST, SLOWEST = 1.25, 0.8
"""The limits of the pace at which the network is still clear; beyond them the sound is
stretched."""
TOLERATED = 0.01
"""The error of a chunk's length that is accepted, as a share of it."""
BEFORE = 4
"""The frames before the first symbol in which there may be sound."""
CONTEXT, OPENING = 6, 10
"""The frames on both sides of a part that are made with it and thrown away (the last stage looks
nearly four far); before the first symbol, where there is silence, more: without it a short word at
the beginning ("A cold wind") got lost."""
DECAY, DROP = 12, 8.0
"""The frames after the last letter began, and after the last frame that is less than `DROP` below
the loudest (in the network's measure; silence is 18 below): meanwhile the sound dies away, though a
prosody goes on for half a second, and the network breathes there."""
CROSSFADE = SAMPLE_RATE * 10 // 1000
"""The samples in which a part is crossfaded into the next."""


@dataclass(frozen=True, slots=True)
class Place:
    """A word: `text[start:end]`, which sounds from sample `first` of the part to before `last`."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A part of a chunk's sound; there is no silence before the first nor after the last."""

    samples: NDArray[np.float32]
    """Mono at 24 kHz, shape (n,)."""
    words: tuple[Place, ...]
    """The words of this part, one for each place of the text, however many words it is read as:
    those that begin in the part, and with the last part the last one, which may have begun
    before."""
    closing: bool
    """Whether this is the chunk's last part."""


def pace(speed: float) -> float:
    """The part of `speed` that the network does itself; the rest is stretched."""
    return min(max(speed, SLOWEST), FASTEST)


def synthesise(
    network: Network,
    chunk: Chunk,
    voice: Voice,
    speed: float,
    lengths: PartLengths,
    stopped: Callable[[], bool],
) -> Iterator[Spoken]:
    """Speak `chunk` at `speed` (within the network's own range) in parts of these `lengths`.

    Raises:
        Stopped: `stopped` said so meanwhile.
    """
    style = voice.style(chunk.language, len(chunk.phonemes))

    def prosody_at(pace: float) -> Prosody:
        return network.predict_prosody(
            chunk.phonemes, style, pace * voice.pace(chunk.language), stopped
        )

    prosody = _paced(prosody_at, speed)
    words = _places(chunk, prosody)
    began: int | None = None
    held = np.zeros(0, np.float32)
    """The silence so far, which is given out with the sound after it."""
    for part in _parts(network, prosody, lengths, stopped):
        samples = np.concatenate([held, amplify(part.samples, voice.gain(chunk.language))])
        start, end = sounding(samples, THRESHOLD, MARGIN)
        held = samples[end:]
        if not (end or part.closing):
            continue
        opening = began is None
        start = start if opening else 0
        sound = fade(samples[start:end], FADE if opening else 0, FADE if part.closing else 0)
        first = part.last - samples.size + start
        began = first if began is None else began
        # Nobody knows before where the last word ends: its last symbol has silence in it.
        known = words if part.closing else words[:-1]
        here = [word for word in known if part.closing or word.first < first + sound.size]
        words = words[len(here) :]
        most = first + sound.size if part.closing else prosody.frames * FRAME
        places = tuple(_within(word, began, most, first) for word in here)
        yield Spoken(sound, places, part.closing)


def _paced(prosody_at: Callable[[float], Prosody], speed: float) -> Prosody:
    """The prosody at `speed` times what it is at 1.

    The network rounds each symbol to frames, and is up to 5 % off: it is asked for more then.
    """
    prosody = prosody_at(speed)
    if speed == 1:
        return prosody
    off = _frames(prosody) * speed / max(_frames(prosody_at(1.0)), 1)
    return prosody if abs(off - 1) < TOLERATED else prosody_at(speed * off)


def _frames(prosody: Prosody) -> int:
    """From the first symbol to the mark at the end, whose silence is cut off anyway."""
    return int(prosody.starts[-2:][0] - prosody.starts[0])


def _places(chunk: Chunk, prosody: Prosody) -> list[Place]:
    """The words in samples of the prosody."""
    places: list[Place] = []
    for word in chunk.words:
        first, last = (int(prosody.starts[at]) * FRAME for at in (word.first, word.last))
        if places and places[-1].start == word.start:
            first = places.pop().first
        places.append(Place(word.start, word.end, first, last))
    return places


def _within(word: Place, least: int, most: int, part: int) -> Place:
    """The word in samples of the part that begins at sample `part`, before it if it began there."""
    first, last = (min(max(at, least), most) - part for at in (word.first, word.last))
    return Place(word.start, word.end, first, last)


@dataclass(frozen=True, slots=True)
class _Part:
    samples: NDArray[np.float32]
    last: int
    """The sample of the prosody after them."""
    closing: bool
    """Whether it is the last part of the chunk."""


def _sounding_frames(prosody: Prosody) -> int:
    """Frames until nothing sounds any more."""
    loud = np.flatnonzero(prosody.loudness > prosody.loudness.max() - DROP)
    letter = prosody.starts[-3:][0]  # after it come a full stop, as a rule, and silence
    return min(max(int(loud[-1]), int(letter)) + 1 + DECAY, prosody.frames)


def _parts(
    network: Network, prosody: Prosody, lengths: PartLengths, stopped: Callable[[], bool]
) -> Iterator[_Part]:
    """The sound of the prosody, each part going over softly into the next."""
    overlap = np.zeros(0, np.float32)
    at = opening = max(int(prosody.starts[0]) - BEFORE, 0)
    frames = _sounding_frames(prosody)
    while at < frames:
        end = lengths.cut(at, prosody.loudness[:frames])
        first = max(at - (OPENING if at == opening else CONTEXT), 0)
        last = min(end + CONTEXT, frames)
        samples = network.vocode(prosody, first, last, stopped)[(at - first) * FRAME :].copy()
        rising = np.linspace(0, 1, overlap.size, dtype=np.float32)
        samples[: overlap.size] = samples[: overlap.size] * rising + overlap * (1 - rising)
        length = (end - at) * FRAME
        if end == frames:
            dying = min(DECAY * FRAME, length)
            samples[length - dying : length] *= np.linspace(1, 0, dying, dtype=np.float32)
        overlap = samples[length : length + CROSSFADE]
        yield _Part(samples[:length], end * FRAME, end == frames)
        at = end
