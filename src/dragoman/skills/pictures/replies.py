"""Answers made from facts alone, told like a chat model's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    Usage,
)
from dragoman.domain.picture import Facts
from dragoman.skills.pictures import english
from dragoman.skills.pictures.answers import InEnglish, InKorean, Speaker, told
from dragoman.skills.pictures.korean import Korean, read_names
from dragoman.skills.pictures.questions import Asked, Language, read_questions
from dragoman.skills.pictures.vocabulary import Vocabulary

FINGERPRINT = "fp_recognisers"
SEEN_BY = "recognisers"

_PIECE = re.compile(r"\s*\S+")
_PLAIN_SYSTEM = re.compile(
    r"you are an? (?:very |really )?(?:helpful|friendly|useful|kind)?(?: ai| virtual| vision)?"
    r" ?(?:assistant|helper|chatbot|ai)",
)
_BYTES_A_TOKEN = 4
_TOKENS_A_MESSAGE = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer."""

    text: str

    def events(self, request: ChatRequest, image_tokens: int) -> Iterator[ChatEvent]:
        """The answer as a model would tell it: word by word, each counted as one token.

        Every choice says the same: there is one truth. The prompt's tokens are estimated, as no
        model has read it.
        """
        text = self.text[: _end(self.text, request.stop)]
        pieces: list[str] = _PIECE.findall(text)
        told = pieces[: request.max_tokens]
        for choice in range(request.choices):
            for piece in told:
                yield TextDelta(choice, piece)
            yield ChoiceFinished(choice, "stop" if len(told) == len(pieces) else "length")
        usage = Usage(
            prompt_tokens=_prompt_tokens(request) + image_tokens,
            completion_tokens=len(told) * request.choices,
            image_tokens=image_tokens,
        )
        yield ChatFinished(usage, FINGERPRINT, seen_by=SEEN_BY)


class Replies:
    """Makes answers to the questions that `Questions` knows."""

    def __init__(self) -> None:
        names = read_names()
        self._korean = Korean(names)
        self._speakers: dict[Language, Speaker] = {
            "en": InEnglish(),
            "ko": InKorean(self._korean, names),
        }
        self._questions = read_questions(Vocabulary(names))

    def reply(
        self, system: Sequence[str], question: str, facts: Sequence[Facts], *, identical: bool
    ) -> Reply | None:
        """The answer; None: something else is asked, or the system text wishes for something.

        `facts` are of the pictures that came with the question; `identical`: they are equal to the
        last pixel.
        """
        asked = self._questions.understood(question)
        if asked is None or (asked.compare and len(facts) < 2):
            return None
        language = asked.language
        for text in system:
            wanted = self._questions.wanted_language(text)
            if wanted is None and not _PLAIN_SYSTEM.fullmatch(text.strip(" .\n").lower()):
                return None
            language = wanted or language
        tell = self._in_korean if language == "ko" else _in_english
        general = asked.describe or asked.compare
        answers = [tell(asked, facts, identical=identical)] if general else []
        answers += [told(self._speakers[language], each, facts) for each in asked.particulars]
        return Reply("\n".join(answers))

    def _in_korean(self, asked: Asked, facts: Sequence[Facts], *, identical: bool) -> str:
        if len(facts) == 1:
            return self._korean.describe(facts[0])
        told = self._korean.describe_each(facts)
        if not asked.compare:
            return told
        return f"{told} {self._korean.compare(facts, identical=identical)}"


def _in_english(asked: Asked, facts: Sequence[Facts], *, identical: bool) -> str:
    if len(facts) == 1:
        return english.describe(facts[0])
    told = english.describe_each(facts)
    return f"{told} {english.compare(facts, identical=identical)}" if asked.compare else told


def _end(text: str, stop: Sequence[str]) -> int:
    """Where the first stop sequence begins, or the text ends."""
    found = [at for word in stop if (at := text.find(word)) >= 0]
    return min(found, default=len(text))


def _prompt_tokens(request: ChatRequest) -> int:
    return sum(
        _TOKENS_A_MESSAGE + -(-len(message.text.encode()) // _BYTES_A_TOKEN)
        for message in request.messages
    )
