"""The questions that facts answer better than a small model's prose.

A question is understood whole if each of its sentences is one that `questions.toml` knows. What
becomes of the others, `open_questions.py` decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.skills.pictures.particulars import TOPICS, Particular, Particulars, Topic
from dragoman.skills.pictures.patterns import filled, filled_parts, read_tables
from dragoman.skills.pictures.vocabulary import Vocabulary

Language: TypeAlias = Literal["en", "ko"]

_SENTENCE = re.compile(r"([^.?!\n。？！…]+)([.?!\n。？！…]*)")
_SPACE = re.compile(r"\s+")
_HANGUL = re.compile("[가-힣]")
_LONGEST = 1000
"""Characters; longer texts ask for more than what is understood here."""
_LANGUAGES: tuple[Language, ...] = ("en", "ko")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in small letters, without signs."""

    text: str
    marked: bool
    """Whether the sentence ended with a question mark."""


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A text about pictures, as far as it is understood: what its writer wants to know."""

    describe: bool
    compare: bool
    language: Language
    particulars: tuple[Particular, ...] = ()
    events: bool = False
    """Whether the description should say what happens, which no facts tell."""
    rest: tuple[Sentence, ...] = ()
    """The sentences that no pattern knows."""

    @property
    def known(self) -> bool:
        """Whether there is something that facts answer."""
        return self.describe or self.compare or bool(self.particulars)


@dataclass(frozen=True, slots=True)
class Questions:
    """The patterns of `questions.toml`, for both languages."""

    describe: re.Pattern[str]
    compare: re.Pattern[str]
    polite: re.Pattern[str]
    lead: re.Pattern[str]
    """The words by which a sentence goes on from another: "and"."""
    events: re.Pattern[str]
    """The words that ask a description to say what happens."""
    language: tuple[re.Pattern[str], ...]
    """The sentences that only wish for a language."""
    wish: tuple[re.Pattern[str], ...]
    """The wishes for a language that stand inside another sentence."""
    particulars: Particulars

    def understood(self, text: str) -> ParsedQuestion | None:
        """The wishes of `text` about pictures; None: it asks something else, or more than that."""
        question = self.read(text)
        return question if question and question.known and not question.rest else None

    def read(self, text: str) -> ParsedQuestion | None:
        """The wishes of `text`, with the sentences not understood; None: it is too long."""
        if len(text) > _LONGEST:
            return None
        describe = compare = events = False
        language: Language | None = None
        particulars: list[Particular] = []
        unknown: list[Sentence] = []
        for sentence in _sentences(text):
            rest, chosen = self._without_wish(self.lead.sub("", sentence.text))
            language = chosen or language
            if not rest or self.polite.fullmatch(rest):
                continue
            if self.describe.fullmatch(rest):
                describe = True
                events = events or self.events.search(rest) is not None
            elif self.compare.fullmatch(rest):
                compare = True
            elif (particular := self.particulars.read(rest)) is not None:
                particulars.append(particular)
            else:
                unknown.append(Sentence(rest, sentence.marked))
        spoken: Language = "ko" if _HANGUL.search(text) else "en"
        language = language or spoken
        return ParsedQuestion(
            describe, compare, language, tuple(particulars), events, tuple(unknown)
        )

    def chosen_language(self, text: str) -> Language | None:
        """The language that `text` wishes for, and nothing else; None: it says more, or nothing."""
        if len(text) > _LONGEST:
            return None
        language: Language | None = None
        for sentence in _sentences(text):
            rest, chosen = self._without_wish(sentence.text)
            if rest:
                return None
            language = chosen or language
        return language

    def _without_wish(self, sentence: str) -> tuple[str, Language | None]:
        """The sentence without its wish for a language, and that wish."""
        for pattern in self.language:
            whole = pattern.fullmatch(sentence)
            if whole:
                return "", _language(whole["language"])
        for pattern in self.wish:
            inside = pattern.search(sentence)
            if inside:
                rest = sentence[: inside.start()] + sentence[inside.end() :]
                return rest, _language(inside["language"])
        return sentence, None


def read_questions(vocabulary: Vocabulary) -> Questions:
    """Read the patterns and compile them; `vocabulary` is what particulars may be asked of."""
    tables, more = read_tables("questions.toml"), read_tables("particulars.toml")
    particulars: list[tuple[Topic, re.Pattern[str]]] = []
    describe: list[str] = []
    compare: list[str] = []
    language: list[str] = []
    wish: list[str] = []
    for name in _LANGUAGES:
        table = tables[name]
        parts = filled_parts(table["parts"])
        describe += filled(table["describe"], parts)
        compare += filled(table["compare"], parts)
        language += filled(table["language"], parts)
        wish += filled([table["wish"]], parts)
        parts = filled_parts({**table["parts"], **more[name]["parts"]})
        for topic in TOPICS:
            patterns = filled(more[name][topic], parts)
            particulars.extend((topic, re.compile(pattern)) for pattern in patterns)
    return Questions(
        re.compile("|".join(describe)),
        re.compile("|".join(compare)),
        re.compile(tables["all"]["polite"]),
        re.compile(tables["all"]["lead"]),
        re.compile(tables["all"]["events"]),
        tuple(re.compile(pattern) for pattern in language),
        tuple(re.compile(pattern) for pattern in wish),
        Particulars(tuple(particulars), vocabulary),
    )


def _sentences(text: str) -> Iterator[Sentence]:
    plain = text.replace("’", "'").replace(",", " ").lower()
    for piece, signs in _SENTENCE.findall(plain):
        sentence = _SPACE.sub(" ", piece).strip(" ;:~-\"'")
        if sentence:
            yield Sentence(sentence, "?" in signs or "？" in signs)


def _language(name: str) -> Language:
    return "en" if name in ("english", "영어") else "ko"
