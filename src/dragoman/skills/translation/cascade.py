"""The two ways of translating speech: by the recogniser alone, and by a chat model after it."""

from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeAlias, assert_never

from dragoman.domain.engine import Engine
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import (
    LanguageFound,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Translated,
    Way,
)
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.interpreter import Interpreter
from dragoman.skills.translation.sentences import Sentence, sentences

Recogniser: TypeAlias = Engine[TranscriptionRequest, TranscriptionEvent]

ENGLISH = "en"
"""The language that a recogniser translates into."""


async def own_words(
    recogniser: Recogniser,
    identifier: Identifier,
    request: TranscriptionRequest,
    interpreter: Interpreter | None = None,
) -> AsyncGenerator[TranscriptionEvent, None]:
    """Stream the recogniser's own translation, each segment of it checked to be English.

    Whisper leaves some sentences as they are: `interpreter`, if given, translates those.
    """
    spoken = ENGLISH
    async with aclosing(recogniser.stream(request)) as events:
        async for event in events:
            if isinstance(event, LanguageFound):
                spoken = event.language
            if not isinstance(event, Segment):
                yield event
            elif await identifier.passes(event.text, ENGLISH, (spoken,)):
                how: Translated = "as_spoken" if spoken == ENGLISH else "recogniser"
                yield replace(event, translated=how)
            else:
                yield await _mended(event, spoken, interpreter)


async def _mended(segment: Segment, spoken: str, interpreter: Interpreter | None) -> Segment:
    if interpreter is not None:
        answer = await interpreter.render(segment.text.strip(), spoken)
        if answer.trusted:
            text = f" {answer.text}"
            return replace(segment, text=text, tokens=(), words=(), translated="chat")
    return replace(segment, translated="nobody")


@dataclass(slots=True)
class Transcript:
    """The events of a recogniser for one recording; without an end, it was stopped."""

    language: LanguageFound
    segments: list[Segment] = field(default_factory=list[Segment])
    end: TranscriptionFinished | None = None


class Cascade:
    """One recording, transcribed first and then translated by a chat model."""

    def __init__(
        self,
        recogniser: Recogniser,
        interpreter: Interpreter,
        identifier: Identifier,
        request: TranscriptionRequest,
        known: Collection[str],
    ) -> None:
        """`known`: the languages of the chat model; empty: nobody says which."""
        self._recogniser = recogniser
        self._interpreter = interpreter
        self._identifier = identifier
        self._request = request
        self._known = known
        self._own: list[Segment] | None = None

    async def events(
        self, way_from: Callable[[str], Way]
    ) -> AsyncGenerator[TranscriptionEvent, None]:
        """Stream the language, the segments at the times of the source, and the end.

        `way_from`: the way to translate from a language.
        """
        # The prompt is English, by contract: it would make the recogniser hear English.
        source = replace(self._request, task="transcribe", prompt=None, words=False)
        transcript = await self._transcribe(source, way_from)
        language = transcript.language.language
        yield transcript.language
        if transcript.end is None and way_from(language) == "recogniser":
            own = self._again(language)
            async with aclosing(
                own_words(self._recogniser, self._identifier, own, self._interpreter)
            ) as events:
                async for event in events:
                    if not isinstance(event, LanguageFound):
                        yield event
            return
        if transcript.end is None:
            own = self._again(language)
            transcript = await self._transcribe(own, None)
            language = ENGLISH if own.task == "translate" else language
        numbers = count()
        for sentence in sentences(transcript.segments):
            for segment in await self._translate(sentence, language):
                yield replace(segment, index=next(numbers))
        if transcript.end is not None:
            yield transcript.end

    async def _transcribe(
        self, request: TranscriptionRequest, way_from: Callable[[str], Way] | None
    ) -> Transcript:
        """`way_from`: stop where the recording should be heard in another manner."""
        transcript = Transcript(LanguageFound(ENGLISH, 0.0))
        async with aclosing(self._recogniser.stream(request)) as events:
            async for event in events:
                match event:
                    case LanguageFound():
                        transcript.language = event
                        if way_from is not None and self._otherwise(event.language, way_from):
                            return transcript
                    case Segment():
                        transcript.segments.append(event)
                    case TranscriptionFinished():
                        transcript.end = event
                    case _:
                        assert_never(event)
        return transcript

    def _otherwise(self, language: str, way_from: Callable[[str], Way]) -> bool:
        """Whether a recording in `language` is not to be just transcribed."""
        if language == self._request.into:
            return self._request.words or (language == ENGLISH and self._request.prompt is not None)
        return way_from(language) == "recogniser" or self._by_english(language)

    def _by_english(self, language: str) -> bool:
        """Whether only the recogniser knows the language: what it says in English is translated."""
        into = self._request.into
        return into != ENGLISH and bool(self._known) and language not in (into, *self._known)

    def _again(self, language: str) -> TranscriptionRequest:
        """How it is to be heard instead."""
        request = replace(self._request, language=language, into=ENGLISH)
        if language != self._request.into:
            return request
        prompt = request.prompt if language == ENGLISH else None
        return replace(request, task="transcribe", prompt=prompt)

    async def _translate(self, sentence: Sentence, spoken: str) -> list[Segment]:
        """A sentence in the language asked for: as it is, or translated; never nothing."""
        into = self._request.into
        language = spoken
        if spoken == into:
            language = await self._identifier.other(sentence.text, into, self._known) or into
        elif await self._identifier.surely(sentence.text, into, spoken):
            language = into
        if language == into:
            return [replace(segment, translated="as_spoken") for segment in sentence.segments]
        text, how = await self._translated(sentence, language)
        return [replace(segment, translated=how) for segment in sentence.reworded(text)]

    async def _translated(self, sentence: Sentence, language: str) -> tuple[str, Translated]:
        answer = await self._interpreter.render(sentence.text, language)
        if answer.trusted:
            return answer.text, "chat"
        if self._request.into == ENGLISH:
            own = await self._own_words_during(sentence)
            if own and await self._identifier.passes(own, ENGLISH, (language,)):
                return own, "recogniser"
        return sentence.text, "nobody"

    async def _own_words_during(self, sentence: Sentence) -> str:
        """What the recogniser says in those segments whose middle falls into the sentence.

        It is asked when it has finished its first task: it may have no second worker.
        """
        if self._own is None:
            try:
                self._own = (await self._transcribe(self._request, None)).segments
            except RequestInvalid:  # it does not translate
                self._own = []
        return "".join(
            segment.text
            for segment in self._own
            if sentence.start_s <= (segment.start_s + segment.end_s) / 2 <= sentence.end_s
        ).strip()
