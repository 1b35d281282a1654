"""Which questions sentences made from facts answer better than a small model's prose.

Only questions that are understood whole are taken: every sentence of them has to be one that
`questions.toml` knows. Anything more ("… and write a poem about it") goes to the chat model.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from dragoman.skills.pictures.particulars import TOPICS, Particular, Particulars, Topic
from dragoman.skills.pictures.vocabulary import Vocabulary

Language: TypeAlias = Literal["en", "ko"]

_ENDS = re.compile(r"[.?!\n。？！…]+")
_SPACE = re.compile(r"\s+")
_HANGUL = re.compile("[가-힣]")
_LONGEST = 1000
"""Characters; longer texts ask for more than what is understood here."""
_LANGUAGES: tuple[Language, ...] = ("en", "ko")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted: a description, a comparison, particulars, and in which language."""

    describe: bool
    compare: bool
    language: Language
    particulars: tuple[Particular, ...] = ()


@dataclass(frozen=True, slots=True)
class Questions:
    """The patterns of `questions.toml`, of both languages."""

    describe: re.Pattern[str]
    compare: re.Pattern[str]
    polite: re.Pattern[str]
    language: tuple[re.Pattern[str], ...]
    """Sentences that only wish for a language."""
    wish: tuple[re.Pattern[str], ...]
    """The same wish inside of another sentence."""
    particulars: Particulars

    def understood(self, text: str) -> Asked | None:
        """What `text` asks of pictures; None: something else, or more than that."""
        if len(text) > _LONGEST:
            return None
        describe = compare = False
        language: Language | None = None
        particulars: list[Particular] = []
        for sentence in _sentences(text):
            rest, wanted = self._without_wish(sentence)
            language = wanted or language
            if not rest or self.polite.fullmatch(rest):
                continue
            if self.describe.fullmatch(rest):
                describe = True
            elif self.compare.fullmatch(rest):
                compare = True
            elif (particular := self.particulars.asked(rest)) is not None:
                particulars.append(particular)
            else:
                return None
        if not describe and not compare and not particulars:
            return None
        spoken: Language = "ko" if _HANGUL.search(text) else "en"
        return Asked(describe, compare, language or spoken, tuple(particulars))

    def wanted_language(self, text: str) -> Language | None:
        """The language that `text` asks for, and nothing else; None: it says more, or nothing."""
        if len(text) > _LONGEST:
            return None
        language: Language | None = None
        for sentence in _sentences(text):
            rest, wanted = self._without_wish(sentence)
            if rest:
                return None
            language = wanted or language
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
    """The patterns, compiled; `vocabulary` is what particulars may be asked of."""
    tables, more = _tables("questions.toml"), _tables("particulars.toml")
    particulars: list[tuple[Topic, re.Pattern[str]]] = []
    describe: list[str] = []
    compare: list[str] = []
    language: list[str] = []
    wish: list[str] = []
    for name in _LANGUAGES:
        table = tables[name]
        parts = _parts(table["parts"])
        describe += _filled(table["describe"], parts)
        compare += _filled(table["compare"], parts)
        language += _filled(table["language"], parts)
        wish += _filled([table["wish"]], parts)
        parts = _parts({**table["parts"], **more[name]["parts"]})
        for topic in TOPICS:
            patterns = _filled(more[name][topic], parts)
            particulars.extend((topic, re.compile(pattern)) for pattern in patterns)
    return Questions(
        re.compile("|".join(describe)),
        re.compile("|".join(compare)),
        re.compile(tables["all"]["polite"]),
        tuple(re.compile(pattern) for pattern in language),
        tuple(re.compile(pattern) for pattern in wish),
        Particulars(tuple(particulars), vocabulary),
    )


def _tables(name: str) -> Mapping[str, Any]:
    text = (files("dragoman.skills.pictures") / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _parts(table: Mapping[str, str]) -> dict[str, str]:
    """The named patterns, each with those above it filled in."""
    parts: dict[str, str] = {}
    for name, pattern in table.items():
        parts[name] = _filled([pattern], parts)[0]
    return parts


def _filled(patterns: Sequence[str], parts: Mapping[str, str]) -> list[str]:
    filled = list(patterns)
    for name, part in parts.items():
        filled = [pattern.replace(f"{{{name}}}", f"(?:{part})") for pattern in filled]
    return filled


def _sentences(text: str) -> list[str]:
    plain = text.replace("’", "'").replace(",", " ").lower()
    pieces = (_SPACE.sub(" ", piece).strip(" ;:~-\"'") for piece in _ENDS.split(plain))
    return [piece for piece in pieces if piece]


def _language(name: str) -> Language:
    return "en" if name in ("english", "영어") else "ko"
