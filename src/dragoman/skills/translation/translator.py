"""A recogniser that translates speech into any language, with the help of a chat model.

A small Whisper hears far better than it translates. So the recording is transcribed in its own
language, and the text is translated by the chat model, sentence by sentence. Whisper's own
translation, into English alone, stands in where there is no chat model, where it measured better
for the language, and where an answer is not English.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import NamedTuple

from dragoman.domain.chat import CHAT
from dragoman.domain.engine import Engines
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.models import ModelCard
from dragoman.domain.transcription import TranscriptionEvent, TranscriptionRequest, Way
from dragoman.skills.translation.cascade import ENGLISH, Cascade, Recogniser, own_words
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.interpreter import Interpreter


class Measured(NamedTuple):
    """The chrF of the two ways, 0 … 100, over so many clips."""

    chat: float
    recogniser: float
    clips: int


MEASURED: Mapping[tuple[str, str], Mapping[str, Measured]] = {
    ("whisper-base", "qwen2.5-coder-1.5b-instruct"): {
        "ko": Measured(46.9, 36.1, 20),
        "es": Measured(56.7, 45.1, 40),
        "fr": Measured(57.5, 47.8, 40),
        "it": Measured(59.5, 51.4, 40),
        "ru": Measured(45.0, 35.1, 40),
    }
}
"""The measured ways by the ids of a recogniser and of a chat model, then by the spoken language."""


def best(language: str, recogniser: ModelCard, chat: ModelCard) -> Way:
    """The better way to translate speech in `language` (ISO-639-1) into English.

    Where nobody measured: the chat model, if its card lists the language, or lists none at all.
    """
    measured = MEASURED.get((recogniser.id, chat.id), {}).get(language)
    if measured is not None:
        return "chat" if measured.chat >= measured.recogniser else "recogniser"
    return "chat" if not chat.languages or language in chat.languages else "recogniser"


class Translator:
    """A recogniser that translates well; see `domain.engine.Engine`.

    Times of a translation are those of the source; a translated segment has no tokens and no
    words. What is in the right language already stays as it is.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        card: ModelCard,
        engines: Engines,
        identifier: Identifier,
        way: Way | None = None,
    ) -> None:
        """`engines`: where the chat model is borrowed, if there is one. `way`: the operator's."""
        self._recogniser = recogniser
        self._card = card
        self._engines = engines
        self._identifier = identifier
        self._way: Way | None = way

    def stream(self, request: TranscriptionRequest) -> AsyncGenerator[TranscriptionEvent, None]:
        """See `Engine.stream`.

        Raises:
            RequestInvalid: no chat model is here, or not one that knows the language.
        """
        if request.task == "transcribe":
            return self._recogniser.stream(request)
        return self._translated(request)

    async def _translated(
        self, request: TranscriptionRequest
    ) -> AsyncGenerator[TranscriptionEvent, None]:
        if (chat := await self._chat(request)) is None:
            work = own_words(self._recogniser, self._identifier, request)
        else:
            work = Cascade(
                self._recogniser,
                Interpreter(self._engines, self._identifier, request),
                self._identifier,
                request,
                chat.languages,
            ).events(lambda language: self._best_way(request, language, chat))
        async with aclosing(work) as events:
            async for event in events:
                yield event

    def _best_way(self, request: TranscriptionRequest, language: str, chat: ModelCard) -> Way:
        """Who is asked first: as the caller wants it, or the operator, or by measurement."""
        if request.into != ENGLISH:
            return "chat"
        return request.way or self._way or best(language, self._card, chat)

    async def _chat(self, request: TranscriptionRequest) -> ModelCard | None:
        """The chat model, if there is one and it runs."""
        needed = request.into != ENGLISH
        if not self._engines.has(CHAT):
            if needed or request.way == "chat":
                raise RequestInvalid(
                    "This takes a chat model, and none is installed.",
                    param="x_to_language" if needed else "x_translate_by",
                    code="unsupported_value",
                )
            return None
        try:
            async with self._engines.lease(CHAT) as lease:
                card = lease.card
        except EngineUnavailable:
            if needed:
                raise
            return None
        if needed and request.into not in card.languages:
            raise RequestInvalid(
                f"Language '{request.into}' is not one that {card.id} knows: "
                f"{', '.join(card.languages) or 'its entry in the catalogue lists none'}.",
                param="x_to_language",
                code="unsupported_language",
            )
        return card
