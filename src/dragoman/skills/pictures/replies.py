"""Replies made from facts alone, streamed like a chat model's."""

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
from dragoman.skills.pictures import english, korean
from dragoman.skills.pictures.answers import InEnglish, InKorean, Speaker, answered
from dragoman.skills.pictures.korean import Korean, read_names
from dragoman.skills.pictures.open_questions import read_open_questions
from dragoman.skills.pictures.questions import Language, ParsedQuestion, read_questions
from dragoman.skills.pictures.vocabulary import Vocabulary

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
    """A whole answer that was made from facts."""

    text: str

    def events(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """The reply as a chat model would stream it: word by word, each counted as one token.

        Every choice says the same: there is one truth. The prompt's tokens are estimated, as no
        model has read it; those of its pictures are not among them.
        """
        text = self.text[: _end(self.text, request.stop)]
        pieces: list[str] = _PIECE.findall(text)
        kept = pieces[: request.max_tokens]
        for choice in range(request.choices):
            for piece in kept:
                yield TextDelta(choice, piece)
            yield ChoiceFinished(choice, "stop" if len(kept) == len(pieces) else "length")
        usage = Usage(_prompt_tokens(request), completion_tokens=len(kept) * request.choices)
        yield ChatFinished(usage)


class Replies:
    """Makes answers that facts can give, and says of other questions that they cannot."""

    def __init__(self) -> None:
        names = read_names()
        vocabulary = Vocabulary(names)
        self._korean = Korean(names)
        self._speakers: dict[Language, Speaker] = {
            "en": InEnglish(),
            "ko": InKorean(self._korean, names),
        }
        self._questions = read_questions(vocabulary)
        self._open = read_open_questions(vocabulary)

    def reply(
        self,
        system: Sequence[str],
        question: str,
        facts: Sequence[Facts],
        *,
        identical: bool,
        others: Sequence[Facts] = (),
    ) -> Reply | None:
        """The reply; None: the chat model is to answer, or the system text wishes for something.

        `facts` are of the pictures that the question is about, `others` of the rest of the
        conversation's; `identical`: they are equal to the last pixel.
        """
        parsed = self._questions.read(question)
        if parsed is None:
            return None
        language = self._language(system, parsed)
        questions = self._open.questions(parsed)
        if language is None or not (parsed.known or questions):
            return None
        pictures = (*facts, *others)
        alone = parsed.compare and len(facts) < 2
        if alone and any(each.text for each in pictures):
            return None
        if not self._open.unanswered(questions, pictures):
            return None
        tell = self._in_korean if language == "ko" else _in_english
        general = parsed.describe or parsed.compare or questions
        parts = [tell(parsed, facts, identical=identical, more=bool(questions))] if general else []
        parts += [answered(self._speakers[language], each, facts) for each in parsed.particulars]
        return Reply("\n".join(parts))

    def compares(self, question: str) -> bool:
        """Whether `question` is about more than one picture."""
        parsed = self._questions.read(question)
        return parsed is not None and parsed.compare

    def follow(self, questions: Sequence[str], facts: Sequence[Facts]) -> bool:
        """Whether all of these questions, with which no picture came, are about those before."""
        readings = [self._questions.read(question) for question in questions]
        return all(each and self._open.about_pictures(each, facts) for each in readings)

    def _language(self, system: Sequence[str], question: ParsedQuestion) -> Language | None:
        """The language to answer in; None: a system text wishes for more than that."""
        language = question.language
        for text in system:
            chosen = self._questions.chosen_language(text)
            if chosen is None and not _PLAIN_SYSTEM.fullmatch(text.strip(" .\n").lower()):
                return None
            language = chosen or language
        return language

    def _in_korean(
        self, question: ParsedQuestion, facts: Sequence[Facts], *, identical: bool, more: bool
    ) -> str:
        one = len(facts) == 1
        known = self._korean.describe(facts[0]) if one else self._korean.describe_each(facts)
        if question.compare:
            compared = korean.NO_OTHER if one else self._korean.compare(facts, identical=identical)
            known = f"{known} {compared}"
        if more:
            return korean.only(known)
        return f"{known} {korean.UNKNOWN}" if question.events else known


def _in_english(
    question: ParsedQuestion, facts: Sequence[Facts], *, identical: bool, more: bool
) -> str:
    """`more`: something is asked besides that no facts tell."""
    one = len(facts) == 1
    known = english.describe(facts[0]) if one else english.describe_each(facts)
    if question.compare:
        compared = english.NO_OTHER if one else english.compare(facts, identical=identical)
        known = f"{known} {compared}"
    if more:
        return english.only(known)
    return f"{known} {english.UNKNOWN}" if question.events else known


def _end(text: str, stop: Sequence[str]) -> int:
    """Where the first stop sequence begins, or the text ends."""
    places = [at for word in stop if (at := text.find(word)) >= 0]
    return min(places, default=len(text))


def _prompt_tokens(request: ChatRequest) -> int:
    return sum(
        _TOKENS_A_MESSAGE + -(-len(message.text.encode()) // _BYTES_A_TOKEN)
        for message in request.messages
    )
