"""The engine: text to an encoded stream, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.level import to_int16
from dragoman.audio.stretch import Stretch
from dragoman.domain.engine import EngineSpec, Outlet, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import (
    Sound,
    SpeechEstimate,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
)
from dragoman.engines.kokoro_onnx import network, speaker, voices
from dragoman.engines.kokoro_onnx.network import SAMPLE_RATE
from dragoman.engines.kokoro_onnx.plan import Plan
from dragoman.engines.kokoro_onnx.settings import settings
from dragoman.engines.kokoro_onnx.turns import Turns
from dragoman.phonemes import reader

SILENCE_MS = 300
"""What a text of signs alone, an emoji say, sounds like."""
STREAMS = 16
"""Requests that are spoken in turns; more wait until one of them is done."""


@dataclass(frozen=True, slots=True)
class Kokoro:
    """See `BlockingEngine`."""

    network: network.Network
    voices: voices.Voices
    reader: reader.Reader
    turns: Turns

    @classmethod
    def load(cls, spec: EngineSpec) -> "Kokoro":
        """Read everything from `spec.directory`; `settings` says what the options are."""
        asked = settings(spec)
        return cls(
            network.load(asked),
            voices.load(asked.directory),
            reader.load(asked.directory),
            Turns(),
        )

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine`."""
        return STREAMS

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        """See `BlockingEngine`."""
        voice = self.voices.find(request.voice)
        if not request.text.strip():
            raise RequestInvalid("There is nothing to say: the input is empty.", param="input")
        chunks = self.reader.read(request.text, request.language, voice.region)
        if request.dry_run:
            outlet.emit(SpeechEstimate(sum(len(chunk.phonemes) for chunk in chunks)))
            return
        stream = _Stream(request, outlet)
        symbols = 0
        pace = speaker.pace(request.speed)
        plan = Plan()
        for chunk in chunks:
            parts = speaker.say(self.network, chunk, voice, pace, plan, lambda: outlet.stopped)
            done = False
            while not done:
                with self.turns:
                    if outlet.stopped:
                        raise Stopped
                    spoken = next(parts)
                if request.words:
                    stream.tell(spoken.words)
                stream.put(spoken.samples)
                done = spoken.closing
            stream.put(_silence(chunk.pause_after_ms / request.speed))
            symbols += len(chunk.phonemes)
        if not symbols:
            stream.put(_silence(SILENCE_MS))
        outlet.emit(SpeechFinished(stream.finish(), symbols))

    def close(self) -> None:
        """See `BlockingEngine`; the end of the process frees the network."""


def _silence(length_ms: float) -> NDArray[np.float32]:
    return np.zeros(int(SAMPLE_RATE * length_ms / 1000), np.float32)


class _Stream:
    """The way of the sound from the network to the caller: stretched, encoded, sent."""

    def __init__(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        self._tempo = request.speed / speaker.pace(request.speed)
        self._stretch = None if self._tempo == 1 else Stretch(self._tempo, SAMPLE_RATE)
        self._encoder = encoder(request.format)
        self._outlet = outlet
        self._taken = 0
        self._samples = 0

    def tell(self, words: Sequence[speaker.Place]) -> None:
        """Say when the words of what is put next are heard."""

        def seconds(sample: int) -> float:
            return (self._taken + sample) / self._tempo / SAMPLE_RATE

        for word in words:
            times = seconds(word.first), seconds(word.last)
            self._outlet.emit(SpokenWord(word.start, word.end, *times))

    def put(self, samples: NDArray[np.float32]) -> None:
        """Send what is ready after these samples."""
        self._taken += samples.size
        self._encode(self._stretch.feed(samples) if self._stretch else samples)

    def finish(self) -> float:
        """Send the rest; the seconds of sound in all."""
        if self._stretch:
            self._encode(self._stretch.flush())
        self._send(self._encoder.flush())
        return self._samples / SAMPLE_RATE

    def _encode(self, samples: NDArray[np.float32]) -> None:
        self._samples += samples.size
        self._send(self._encoder.feed(to_int16(samples)))

    def _send(self, data: bytes) -> None:
        if data:
            self._outlet.emit(Sound(data))
