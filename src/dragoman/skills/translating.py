"""Speech in any language, written in English: recogniser and chat model together.

A small Whisper hears far better than it translates. So the recording is transcribed in its own
language, and the text is translated by the chat model, sentence by sentence. Whisper's own
translation stands in where there is no chat model, or where its answer is not English.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import count
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
        # The prompt is English, by contract: it would make the recogniser hear English.
        source = replace(request, task="transcribe", prompt=None, words=False)
        joiner = Joiner()
        sentences: list[Sentence] = []
        language = "en"
        last: TranscriptionFinished | None = None
        async with aclosing(self._recogniser.stream(source)) as events:
            async for event in events:
                match event:
                    case LanguageFound():
                        language = event.language
                        yield event
                    case Segment() if language == "en":
                        yield event
                    case Segment():
                        sentences.extend(joiner.feed(event))
                    case TranscriptionFinished():
                        last = event
                    case _:
                        assert_never(event)
        sentences.extend(joiner.finish())
        numbers = count()
        async with aclosing(self._english(sentences, language, request)) as segments:
            async for segment in segments:
                yield replace(segment, index=next(numbers))
        if last is not None:
            yield last

    async def _english(
        self, sentences: Sequence[Sentence], language: str, request: TranscriptionRequest
    ) -> AsyncGenerator[Segment, None]:
        """By the chat model; where that is not English, the recogniser's own; never nothing.

        The recogniser is asked when it has finished its first task: it may have no second worker.
        """
        interpreter = Interpreter(self._engines, request.prompt, request.temperature)
        own: list[Segment] | None = None
        for sentence in sentences:
            answer = await interpreter.english(sentence.text, language)
            text = answer.text
            if not answer.trusted:
                if own is None:
                    own = await self._own(request)
                text = _during(sentence, own) or text or sentence.text
            for segment in sentence.said_as(text):
                yield segment

    async def _own(self, request: TranscriptionRequest) -> list[Segment]:
        async with aclosing(self._recogniser.stream(request)) as events:
            return [event async for event in events if isinstance(event, Segment)]


def _during(sentence: Sentence, segments: Sequence[Segment]) -> str:
    """What is said in those segments whose middle falls into the sentence."""
    return "".join(
        segment.text
        for segment in segments
        if sentence.start_s <= (segment.start_s + segment.end_s) / 2 <= sentence.end_s
    ).strip()
