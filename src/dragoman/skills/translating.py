"""Speech in any language, written in English: recogniser and chat model together.

A small Whisper hears far better than it translates. So the recording is transcribed in its own
language, and the text is translated by the chat model, sentence by sentence. Whisper's own
translation stands in where there is no chat model, or where its answer is not English.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias, assert_never

from dragoman.domain.chat import CHAT
from dragoman.domain.engine import Engine, Engines
from dragoman.domain.transcription import (
    LanguageFound,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.skills.interpreting import Interpreter
from dragoman.skills.sentences import Joiner, Sentence

Recogniser: TypeAlias = Engine[TranscriptionRequest, TranscriptionEvent]


class Translator:
    """See `domain.engine.Engine`: a recogniser that translates well; all else is as it was.

    Times of a translation are those of the source; a translated segment has no tokens and no
    words. English speech stays as it is.
    """

    def __init__(self, recogniser: Recogniser, engines: Engines) -> None:
        """`engines`: where the chat model is borrowed, if there is one."""
        self._recogniser = recogniser
        self._engines = engines

    async def stream(
        self, request: TranscriptionRequest
    ) -> AsyncGenerator[TranscriptionEvent, None]:
        """See `Engine.stream`."""
        if request.task == "transcribe" or not self._engines.has(CHAT):
            async with aclosing(self._recogniser.stream(request)) as events:
                async for event in events:
                    yield event
            return
        work = _Work(self._recogniser, self._engines, request)
        # The prompt is English, by contract: it would make the recogniser hear English.
        source = replace(request, task="transcribe", prompt=None, words=False)
        async with aclosing(self._recogniser.stream(source)) as events:
            async for event in events:
                for answer in await work.take(event):
                    yield answer


class _Work:
    """One recording on its way into English."""

    def __init__(
        self, recogniser: Recogniser, engines: Engines, request: TranscriptionRequest
    ) -> None:
        self._interpreter = Interpreter(engines, request.prompt, request.temperature)
        self._recogniser = recogniser
        self._request = request
        self._language = "en"
        self._joiner = Joiner()
        self._own: list[Segment] | None = None
        self._count = 0

    async def take(self, event: TranscriptionEvent) -> list[TranscriptionEvent]:
        """What follows from the recogniser's next event."""
        match event:
            case LanguageFound():
                self._language = event.language
                return [event]
            case Segment() if self._language == "en":
                return [event]
            case Segment():
                return await self._all(self._joiner.feed(event))
            case TranscriptionFinished():
                return [*await self._all(self._joiner.finish()), event]
            case _:
                assert_never(event)

    async def _all(self, sentences: Iterator[Sentence]) -> list[TranscriptionEvent]:
        answers: list[TranscriptionEvent] = []
        for sentence in sentences:
            for segment in sentence.said_as(await self._english(sentence)):
                answers.append(replace(segment, index=self._count))
                self._count += 1
        return answers

    async def _english(self, sentence: Sentence) -> str:
        """By the chat model; if that is not English, the recogniser's own; never nothing."""
        answer = await self._interpreter.english(sentence.text, self._language)
        if answer.trusted:
            return answer.text
        if self._own is None:
            async with aclosing(self._recogniser.stream(self._request)) as events:
                self._own = [event async for event in events if isinstance(event, Segment)]
        middle_s = [(segment, (segment.start_s + segment.end_s) / 2) for segment in self._own]
        said = "".join(
            segment.text for segment, at_s in middle_s if sentence.start_s <= at_s <= sentence.end_s
        )
        return said.strip() or answer.text or sentence.text
