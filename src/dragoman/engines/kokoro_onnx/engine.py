"""The Kokoro engine: text to an encoded stream, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.level import amplify, to_int16
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
from dragoman.engines.kokoro_onnx import network, synthesis, voices
from dragoman.engines.kokoro_onnx.fair_lock import FairLock
from dragoman.engines.kokoro_onnx.network import SAMPLE_RATE
from dragoman.engines.kokoro_onnx.parts import PartLengths
from dragoman.engines.kokoro_onnx.settings import settings
from dragoman.phonemes import reader

SILENCE_MS = 300
"""The silence, in milliseconds, that a text of signs alone gets, an emoji for instance."""
SLOWEST, FASTEST = 0.25, 4.0
"""The limits of the speed, whatever the text asks for."""
STREAMS = 16
"""Requests that are spoken in turns; more wait until one of them is done."""


@dataclass(frozen=True, slots=True)
class Kokoro:
    """Speech by Kokoro; see `BlockingEngine`."""

    network: network.Network
    voices: voices.Voices
    reader: reader.Reader
    lock: FairLock

    @classmethod
    def load(cls, spec: EngineSpec) -> "Kokoro":
        """Read everything from `spec.directory`; `settings` says what the options are."""
        options = settings(spec)
        return cls(
            network.load(options),
            voices.load(options.directory),
            reader.load(options.directory),
            FairLock(),
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
        chunks = self.reader.read(
            request.text,
            request.language,
            request.accent or voice.region,
            pronunciations=request.pronunciations if request.plain else None,
            usual=request.usual_language,
        )
        if request.dry_run:
            outlet.emit(SpeechEstimate(sum(len(chunk.phonemes) for chunk in chunks)))
            return
        stream = _Stream(request, outlet)
        symbols = 0
        lengths = PartLengths()
        for chunk in chunks:
            stream.turn(chunk.rate)
            stream.pause(chunk.pause_before_ms)
            parts = synthesis.synthesise(
                self.network, chunk, voice, stream.pace, lengths, lambda: outlet.stopped
            )
            done = False
            while not done:
                with self.lock:
                    if outlet.stopped:
                        raise Stopped
                    spoken = next(parts)
                if request.words:
                    stream.send_words(spoken.words)
                stream.put(_levelled(spoken.samples, request.gain_db + chunk.gain_db))
                done = spoken.closing
            stream.pause(chunk.pause_after_ms * request.pauses)
            symbols += len(chunk.phonemes)
        if not symbols:
            stream.pause(SILENCE_MS)
        outlet.emit(SpeechFinished(stream.finish(), symbols))

    def close(self) -> None:
        """See `BlockingEngine`; the end of the process frees the network."""


def _levelled(samples: NDArray[np.float32], gain_db: float) -> NDArray[np.float32]:
    return amplify(samples, gain_db) if gain_db else samples


class _Stream:
    """The way of the sound from the network to the caller: stretched, encoded, sent."""

    def __init__(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        self._speed = request.rate
        self._encoder = encoder(request.format)
        self._outlet = outlet
        self._samples = 0
        """Samples sent so far."""
        self._input_samples = 0
        """Samples put since the last change of the tempo."""
        self._before = 0
        """Samples sent until the last change of the tempo."""
        self._begin(request.rate)

    @property
    def pace(self) -> float:
        """The part of the speed that the network does itself."""
        return self._pace

    def turn(self, rate: float) -> None:
        """Go on at `rate` times the speed of the request."""
        speed = min(max(self._speed * rate, SLOWEST), FASTEST)
        if speed != self._now:
            self._flush()
            self._before, self._input_samples = self._samples, 0
            self._begin(speed)

    def _begin(self, speed: float) -> None:
        self._now = speed
        self._pace = synthesis.pace(speed)
        self._tempo = speed / self._pace
        self._stretch = None if self._tempo == 1 else Stretch(self._tempo, SAMPLE_RATE)

    def send_words(self, words: Sequence[synthesis.Place]) -> None:
        """Say when the words of what is put next are heard."""

        def seconds(sample: int) -> float:
            return (self._before + (self._input_samples + sample) / self._tempo) / SAMPLE_RATE

        for word in words:
            times = seconds(word.first), seconds(word.last)
            self._outlet.emit(SpokenWord(word.start, word.end, *times))

    def pause(self, length_ms: float) -> None:
        """Be silent for so long at a speed of 1; what is stretched is as much shorter before."""
        self.put(np.zeros(int(SAMPLE_RATE * length_ms / 1000 / self._pace), np.float32))

    def put(self, samples: NDArray[np.float32]) -> None:
        """Send what is ready after these samples."""
        self._input_samples += samples.size
        self._encode(self._stretch.feed(samples) if self._stretch else samples)

    def finish(self) -> float:
        """Send the rest; the seconds of sound in all."""
        self._flush()
        self._send(self._encoder.flush())
        return self._samples / SAMPLE_RATE

    def _flush(self) -> None:
        if self._stretch:
            self._encode(self._stretch.flush())

    def _encode(self, samples: NDArray[np.float32]) -> None:
        self._samples += samples.size
        self._send(self._encoder.feed(to_int16(samples)))

    def _send(self, data: bytes) -> None:
        if data:
            self._outlet.emit(Sound(data))
