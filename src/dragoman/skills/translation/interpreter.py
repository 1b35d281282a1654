"""The translation of one sentence of a transcript, by the chat model, and its checks."""

from contextlib import aclosing
from dataclasses import dataclass

from dragoman.domain.chat import CHAT, ChatRequest, ChoiceFinished, Sampling, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import Engines
from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.domain.languages import name
from dragoman.domain.transcription import TranscriptionRequest
from dragoman.skills.translation.identifier import Identifier

SYSTEM = (
    "You are a professional interpreter. Translate the user's {language} text into natural "
    "{into}. It was transcribed from speech and may hold small errors: translate what was meant. "
    "Answer with the {into} translation only."
)
WORDS = " These names and words may occur: {prompt}"
LONGEST_PROMPT = 800
"""The characters of the caller's prompt that the chat model gets: the last ones, as with
Whisper."""

AGAIN = "Translate this {language} sentence into {into}. Write {into} only.\n\n{text}"
"""The prompt of the second try."""

QUOTES = "\"'“”‘’«»「」"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A translation, and whether it is whole and in the right language."""

    text: str
    trusted: bool


class Interpreter:
    """Translates sentence after sentence for one request."""

    def __init__(
        self, engines: Engines, identifier: Identifier, request: TranscriptionRequest
    ) -> None:
        """`request.prompt` holds words that help."""
        self._engines = engines
        self._identifier = identifier
        self._into = request.into
        self._prompt = request.prompt
        self._temperature = request.temperature
        self._broken = False

    async def render(self, text: str, language: str) -> Rendering:
        """Translate `text`: the first of two tries that can be trusted.

        A chat model that breaks is asked nothing more: nothing of it is trusted from then on.

        Raises:
            Overloaded: too many others ask the chat model.
            EngineFailed, EngineUnavailable: it broke, and nobody else translates into the language.
        """
        if self._broken:
            return Rendering("", trusted=False)
        spoken, into = name(language).title(), name(self._into).title()
        system = SYSTEM.format(language=spoken, into=into)
        if self._prompt:
            system += WORDS.format(prompt=self._prompt[-LONGEST_PROMPT:])
        again = AGAIN.format(language=spoken, into=into, text=text)
        try:
            first = await self._try(
                text, language, _message("system", system), _message("user", text)
            )
            if first.trusted:
                return first
            return await self._try(text, language, _message("user", again))
        except (EngineFailed, EngineUnavailable):
            if self._into != "en":
                raise
            self._broken = True
            return Rendering("", trusted=False)

    async def _try(self, source: str, language: str, *messages: Message) -> Rendering:
        request = ChatRequest(
            messages=messages,
            max_tokens=48 + 2 * len(source),
            sampling=Sampling(temperature=self._temperature),
        )
        answer = ""
        whole = False
        async with (
            self._engines.lease(CHAT) as lease,
            aclosing(lease.engine.stream(request)) as events,
        ):
            async for event in events:
                match event:
                    case TextDelta():
                        answer += event.text
                    case ChoiceFinished():
                        whole = event.reason == "stop"
                    case _:
                        pass
        text = _unquoted(" ".join(answer.split()), source)
        trusted = whole and bool(text) and not _same(text, source)
        if trusted:
            trusted = await self._identifier.passes(text, self._into, (language, "en"))
        return Rendering(text, trusted)


def _message(role: str, text: str) -> Message:
    return Message("system" if role == "system" else "user", (TextPart(text),))


def _unquoted(answer: str, source: str) -> str:
    """Without the quotation marks that models like to put around a translation."""
    if source[:1] in QUOTES or len(answer) < 2 or {answer[0], answer[-1]} - set(QUOTES):
        return answer
    return answer[1:-1].strip()


def _same(answer: str, source: str) -> bool:
    return answer.casefold().strip(" .!?") == source.casefold().strip(" .!?")
