"""Open questions, known by their form: what facts do not tell is not invented.

A small model that is asked what an animal does answers with a scene. Such a question gets the facts
and the words that more cannot be told; what wants something made is left to the model.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.domain.picture import Facts
from dragoman.skills.pictures.patterns import filled, filled_parts, read_tables
from dragoman.skills.pictures.questions import ParsedQuestion, Sentence
from dragoman.skills.pictures.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """The patterns of `open_questions.toml`, for both languages."""

    question: re.Pattern[str]
    request: re.Pattern[str]
    remark: re.Pattern[str]
    scene: re.Pattern[str]
    about: re.Pattern[str]
    elsewhere: re.Pattern[str]
    vocabulary: Vocabulary

    def questions(self, question: ParsedQuestion) -> list[Sentence]:
        """The unknown sentences of `question`, without remarks that ask for nothing."""
        return [each for each in question.rest if not self.remark.fullmatch(each.text)]

    def unanswered(self, questions: Sequence[Sentence], pictures: Iterable[Facts]) -> bool:
        """Whether these are questions, all of them, that the facts of `pictures` do not answer.

        Text in a picture may answer a question, of which the model reads more than patterns do: a
        page is left to it, and of other pictures with text all but what happens there.
        """
        if not all(map(self._is_question, questions)):
            return False
        readable = [facts for facts in pictures if facts.text]
        if any(facts.kind == "mostly text" for facts in readable):
            return False
        return not readable or all(self.scene.search(each.text) for each in questions)

    def about_pictures(self, question: ParsedQuestion, pictures: Sequence[Facts]) -> bool:
        """Whether `question`, with which no picture came, is about earlier `pictures`."""
        return all(self._is_about(each, pictures) for each in self.questions(question))

    def _is_question(self, sentence: Sentence) -> bool:
        text = sentence.text
        if self.request.search(text):
            return False
        return sentence.marked or self.question.fullmatch(text) is not None

    def _is_about(self, sentence: Sentence, pictures: Sequence[Facts]) -> bool:
        text = sentence.text
        if not self._is_question(sentence) or self.elsewhere.search(text):
            return False
        if self.about.search(text):
            return True
        names = {name for facts in pictures for name in _names(facts)}
        return any(_begins(word, text) for word in self.vocabulary.words(names))


def read_open_questions(vocabulary: Vocabulary) -> OpenQuestions:
    """Read the patterns and compile them; `vocabulary` is what things in pictures are called."""
    tables, more = read_tables("questions.toml"), read_tables("open_questions.toml")

    def compiled(name: str) -> re.Pattern[str]:
        return re.compile("|".join(_patterns(tables, more, name)))

    return OpenQuestions(
        compiled("question"),
        compiled("request"),
        compiled("remark"),
        compiled("scene"),
        compiled("about"),
        compiled("elsewhere"),
        vocabulary,
    )


def _patterns(tables: Mapping[str, Any], more: Mapping[str, Any], name: str) -> list[str]:
    patterns: list[str] = []
    for language in ("en", "ko"):
        parts = filled_parts({**tables[language]["parts"], **more[language]["parts"]})
        patterns += filled(more[language][name], parts)
    return patterns


def _names(facts: Facts) -> set[str]:
    subject = {facts.subject} if facts.subject else set[str]()
    return subject | {thing.name for thing in facts.things}


def _begins(word: str, text: str) -> bool:
    """Whether a word of `text` is `word`; in Korean, where particles follow, begins with it."""
    end = r"\b" if word.isascii() else ""
    return re.search(rf"\b{re.escape(word)}{end}", text) is not None
