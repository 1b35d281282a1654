"""One sentence of a transcript into English, by the chat model, and checked."""

from contextlib import aclosing
from dataclasses import dataclass

from dragoman.domain.chat import (
    CHAT,
    ChatRequest,
    ChoiceFinished,
    Message,
    Sampling,
    TextDelta,
    TextPart,
)
from dragoman.domain.engine import Engines
from dragoman.domain.languages import name
from dragoman.skills.english import is_english

SYSTEM = (
    "You are a professional interpreter. Translate the user's {language} text into natural "
    "English. It was transcribed from speech and may hold small errors: translate what was meant. "
    "Answer with the English translation only."
)
WORDS = " These names and words may occur: {prompt}"
AGAIN = "Translate this {language} sentence into English. Write English only.\n\n{text}"
"""The second try."""

QUOTES = "\"'“”‘’«»「」"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A translation, and whether it is English and of a sane length."""

    text: str
    trusted: bool


class Interpreter:
    """Translates sentence after sentence."""

    def __init__(self, engines: Engines, prompt: str | None, temperature: float) -> None:
        """`prompt`: English words that help."""
        self._engines = engines
        self._prompt = prompt
        self._temperature = temperature

    async def english(self, text: str, language: str) -> Rendering:
        """`text` in English; the better of two tries."""
        spoken = name(language).title()
        system = SYSTEM.format(language=spoken)
        if self._prompt:
            system += WORDS.format(prompt=self._prompt)
        first = await self._try(text, _message("system", system), _message("user", text))
        if first.trusted:
            return first
        again = AGAIN.format(language=spoken, text=text)
        second = await self._try(text, _message("user", again))
        return second if second.trusted else first

    async def _try(self, source: str, *messages: Message) -> Rendering:
        request = ChatRequest(
            messages=messages,
            max_tokens=48 + 2 * len(source),
            sampling=Sampling(temperature=self._temperature),
        )
        said = ""
        whole = False
        async with (
            self._engines.lease(CHAT) as lease,
            aclosing(lease.engine.stream(request)) as events,
        ):
            async for event in events:
                match event:
                    case TextDelta():
                        said += event.text
                    case ChoiceFinished():
                        whole = event.reason == "stop"
                    case _:
                        pass
        english = _unquoted(" ".join(said.split()), source)
        trusted = whole and bool(english) and is_english(english) and not _same(english, source)
        return Rendering(english, trusted)


def _message(role: str, text: str) -> Message:
    return Message("system" if role == "system" else "user", (TextPart(text),))


def _unquoted(answer: str, source: str) -> str:
    """Without the quotation marks that models like to put around a translation."""
    if source[:1] in QUOTES or len(answer) < 2 or {answer[0], answer[-1]} - set(QUOTES):
        return answer
    return answer[1:-1].strip()


def _same(answer: str, source: str) -> bool:
    return answer.casefold().strip(" .!?") == source.casefold().strip(" .!?")
