"""Speech verification: a recogniser listens before speech is sent; misheard sentences are repeated.

Sentence by sentence, so the first sound is there after one sentence was spoken and heard.
"""

import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.resample import resampled
from dragoman.audio.wav import SAMPLE_RATE
from dragoman.domain import transcription
from dragoman.domain.engine import Engine, Engines
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import (
    Sound,
    SpeechEstimate,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
)
from dragoman.domain.transcription import TRANSCRIPTION, Recording, Segment, TranscriptionRequest
from dragoman.phonemes import language as languages
from dragoman.phonemes.language import Languages
from dragoman.phonemes.markup.reading import stretches
from dragoman.phonemes.saying import differences, spoken_form
from dragoman.phonemes.scan import SPOKEN, Language
from dragoman.phonemes.sentences import SENTENCE_MS, sentences
from dragoman.phonemes.traced import Traced, itself

TOLERATED = 0.15
"""The share of a sentence's characters that may be misheard: recognisers mishear good speech,
too."""
PACES = (1.0, 0.9, 0.8)
"""The pace of each try: the same pace again would sound the same."""
SLOWEST, FASTEST = 0.25, 4.0

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class _Take:
    """A sentence, spoken once."""

    samples: Samples
    words: tuple[SpokenWord, ...]
    tokens: int
    errors: int = 0


class Tongues:
    """The language detection for texts that are verified, loaded with the first of them."""

    def __init__(self) -> None:
        self._loaded: Languages | None = None
        self._loading = anyio.Lock()

    async def languages(self) -> Languages:
        """The languages; the first call loads them: half a second, 60 MB."""
        async with self._loading:
            if self._loaded is None:
                self._loaded = await anyio.to_thread.run_sync(languages.load)
        return self._loaded


class SpeechVerification:
    """A voice whose speech is verified by a recogniser; see `domain.engine.Engine`."""

    def __init__(
        self, voice: Engine[SpeechRequest, SpeechEvent], engines: Engines, tongues: Tongues
    ) -> None:
        self._voice = voice
        self._engines = engines
        self._tongues = tongues

    def stream(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """See `Engine.stream`.

        Raises:
            RequestInvalid: nobody here can listen.
        """
        if request.verified and not request.dry_run:
            return self._verified(replace(request, verified=False))
        return self._voice.stream(request)

    async def _verified(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        if not self._engines.has(TRANSCRIPTION):
            raise RequestInvalid(
                "Unsupported value: 'x_verify' does not support true: no speech recogniser is "
                "installed.",
                param="x_verify",
                code="unsupported_value",
            )
        tongues = await self._tongues.languages()
        alone = await anyio.to_thread.run_sync(_sentences, request, tongues)
        out = encoder(request.format)
        samples = tokens = errors = characters = 0
        for sentence in alone:
            reference, take = await self._best(sentence)
            for word in take.words:
                yield _moved(word, sentence, samples / SAMPLE_RATE)
            samples += take.samples.size
            tokens += take.tokens
            errors += take.errors
            characters += len(reference)
            if data := await anyio.to_thread.run_sync(out.feed, take.samples):
                yield Sound(data)
        if data := out.flush():
            yield Sound(data)
        rate = errors / characters if characters else 0.0
        yield SpeechFinished(samples / SAMPLE_RATE, tokens, rate)

    async def _best(self, sentence: "_Sentence") -> tuple[str, _Take]:
        """What the sentence says, and the take that was understood best."""
        language = sentence.language
        reference = spoken_form(sentence.request.text, language)
        takes: list[_Take] = []
        for pace in PACES:
            speed = max(SLOWEST, sentence.request.rate * pace)
            take = await self._spoken(replace(sentence.request, speed=speed), sentence.pause_ms)
            if reference:
                transcript = await self._transcript(take.samples, language)
                count = await anyio.to_thread.run_sync(
                    differences, reference, spoken_form(transcript, language)
                )
                take = replace(take, errors=min(count, len(reference)))
            takes.append(take)
            if take.errors <= TOLERATED * len(reference):
                break
        return reference, min(takes, key=lambda take: take.errors)

    async def _spoken(self, request: SpeechRequest, pause_ms: int) -> _Take:
        data = bytearray()
        words: list[SpokenWord] = []
        tokens = 0
        async with aclosing(self._voice.stream(request)) as events:
            async for event in events:
                match event:
                    case Sound():
                        data += event.data
                    case SpokenWord():
                        words.append(event)
                    case SpeechFinished():
                        tokens = event.input_tokens
                    case SpeechEstimate():
                        pass  # of dry runs alone
        # What ends a text has a sentence's pause after it; a paragraph has a longer one.
        more_ms = max(0, pause_ms - SENTENCE_MS) * request.pauses / request.rate
        data += bytes(2 * int(SAMPLE_RATE * more_ms / 1000))
        return _Take(np.frombuffer(bytes(data), "<i2"), tuple(words), tokens)

    async def _transcript(self, samples: Samples, language: Language) -> str:
        recording = await anyio.to_thread.run_sync(_recorded, samples)
        try:
            request = TranscriptionRequest(recording, language=language, timed=False)
            async with (
                self._engines.lease(TRANSCRIPTION) as lease,
                aclosing(lease.engine.stream(request)) as events,
            ):
                return "".join([event.text async for event in events if isinstance(event, Segment)])
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(shutil.rmtree, Path(recording.path).parent)


def _recorded(samples: Samples) -> Recording:
    """The samples as a recogniser reads them, in a new private directory."""
    slower = resampled(samples, SAMPLE_RATE, transcription.SAMPLE_RATE)
    path = Path(tempfile.mkdtemp(prefix="dragoman-")) / "samples"
    path.write_bytes(slower.astype("<i2").tobytes())
    return Recording(str(path), slower.size)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that is spoken alone, and verified."""

    request: SpeechRequest
    language: Language
    plain: Traced
    """Its text, with places in the whole."""
    pause_ms: int


def _sentences(request: SpeechRequest, tongues: Languages) -> list[_Sentence]:
    """The sentences of a text without its markup; at least one.

    Raises:
        RequestInvalid: for a language that is not spoken here.
    """
    parts = stretches(request.text)
    whole = "".join(stretch.plain.text for stretch in parts)
    tongues.check(whole, request.language)
    fixed = SPOKEN.get(request.language or "")
    usual = SPOKEN.get(request.usual_language or "", "en")
    around = fixed or tongues.of(whole, usual)
    spoken_alone: list[_Sentence] = []
    for stretch in parts:
        for sentence in sentences(stretch.plain.text):
            start, end = sentence.start, sentence.end
            own = stretch.plain.part(start, end)
            language = fixed or tongues.melody(whole, own.text, around)
            is_last = not stretch.plain.text[end:].strip()
            alone = replace(
                request,
                text=own.text,
                plain=True,
                pronunciations=tuple(stretch.pronunciations_in(own, 0, len(own.text))),
                format="pcm",
                language=language,
                speed=min(max(request.rate * stretch.manner.rate, SLOWEST), FASTEST),
                gain_db=request.gain_db + stretch.manner.gain_db,
            )
            pause_ms = max(sentence.pause_after_ms, stretch.pause_ms if is_last else 0)
            spoken_alone.append(_Sentence(alone, language, own, pause_ms))
    silent = replace(request, text=request.text, plain=True, format="pcm")
    return spoken_alone or [_Sentence(silent, around, itself(request.text), 0)]


def _moved(word: SpokenWord, sentence: _Sentence, start_s: float) -> SpokenWord:
    start, end = sentence.plain.place(word.start, word.end)
    return SpokenWord(start, end, word.start_s + start_s, word.end_s + start_s)
