"""Speech at an upstream: its raw samples become a file of the caller's format as they come."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping

import httpx2
import numpy as np
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.level import amplify, to_int16
from dragoman.audio.wav import SAMPLE_RATE
from dragoman.domain.engine import Outlet
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.domain.speech import (
    Sound,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    unknown_voice,
)
from dragoman.engines.remote_openai.calls import Calls, Post
from dragoman.engines.remote_openai.circuit import Clock
from dragoman.engines.remote_openai.settings import SpeechSettings

HEADERS = {"Accept": "audio/pcm, application/octet-stream", "Content-Type": "application/json"}
RAW = ("audio/pcm", "audio/l16", "audio/raw", "audio/x-raw", "application/octet-stream")
"""The types under which servers send samples without a header."""
FILES = (b"RIFF", b"OggS", b"fLaC", b"ID3")
"""The beginnings of what is a file and no samples."""
FULL_SCALE = 32_768.0


class RemoteSpeech:
    """See `domain.engine.BlockingEngine`."""

    def __init__(self, settings: SpeechSettings, clock: Clock = time.monotonic) -> None:
        self._settings = settings
        self._calls = Calls(settings, clock)

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._settings.concurrency

    def gauges(self) -> Mapping[str, float]:
        """See `domain.engine.Gauged`."""
        return self._calls.gauges()

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: it cannot be passed on, or the upstream says that it is wrong.
            Overloaded: the upstreams have too much to do.
            EngineUnavailable: no upstream is there, or none lets us in.
            EngineFailed: it broke, or sends what are no samples.
        """
        content = json.dumps(self._body(request)).encode()
        self._calls.send(
            Post("audio/speech", HEADERS, lambda: content),
            outlet,
            lambda response: _events(request, response),
        )

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self._calls.close()

    def _body(self, request: SpeechRequest) -> Mapping[str, str | float]:
        _check(request)
        if self._settings.voices and request.voice not in self._settings.voices:
            raise unknown_voice(self._settings.voices)
        said: dict[str, str | float] = {
            "model": self._settings.model,
            "input": request.text,
            "voice": request.voice,
            "response_format": "pcm",
        }
        if request.speed is not None:
            said["speed"] = request.speed
        return said


def _check(request: SpeechRequest) -> None:
    """Refuse what OpenAI's API has no word for."""
    if not request.text.strip():
        raise RequestInvalid("There is nothing to say: the input is empty.", param="input")
    manner = request.accent or request.usual_language or request.pauses != 1.0
    beyond = {
        "x_dry_run": request.dry_run,
        "x_verify": request.verified,
        "x_word_times": request.words,
        "x_language": request.language is not None,
        "instructions": bool(manner),
    }
    for name, is_beyond in beyond.items():
        if is_beyond:
            raise RequestInvalid(
                f"Unsupported parameter: '{name}' is not supported with this model.",
                param=name,
                code="unsupported_parameter",
            )


def _events(request: SpeechRequest, response: httpx2.Response) -> Iterator[SpeechEvent]:
    kind = response.headers.get("content-type", RAW[0]).partition(";")[0].strip().lower()
    if kind not in RAW:
        raise EngineFailed("The upstream sent no raw samples.")
    out = encoder(request.format)
    count = 0
    for samples in _samples(response.iter_bytes()):
        count += samples.size
        if request.gain_db:
            louder = amplify(samples.astype(np.float32) / FULL_SCALE, request.gain_db)
            samples = to_int16(louder)  # noqa: PLW2901 - the same samples, louder
        if data := out.feed(samples):
            yield Sound(data)
    if not count:
        raise EngineFailed("The upstream sent no sound.")
    if data := out.flush():
        yield Sound(data)
    # How many tokens it read is not in the answer: 0, as where an upstream of chat counts none.
    yield SpeechFinished(count / SAMPLE_RATE, 0)


def _samples(pieces: Iterable[bytes]) -> Iterator[NDArray[np.int16]]:
    """Mono samples, shape (n,); a piece may end in the middle of one."""
    held, is_first = b"", True
    for piece in pieces:
        held += piece
        if is_first and len(held) >= max(map(len, FILES)):
            is_first = False
            if held.startswith(FILES):
                raise EngineFailed("The upstream sent a file in place of raw samples.")
        whole = 0 if is_first else len(held) // 2 * 2
        if whole:
            yield np.frombuffer(held[:whole], "<i2").astype(np.int16, copy=False)
            held = held[whole:]
    if len(held) >= 2:
        yield np.frombuffer(held[: len(held) // 2 * 2], "<i2").astype(np.int16, copy=False)
