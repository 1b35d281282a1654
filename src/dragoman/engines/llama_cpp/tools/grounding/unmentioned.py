"""Lists in optional arguments of which the request mentions nothing: they are left out.

A small model that may give a list fills it, with fifty ingredients or a whole deck of cards.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import cast

from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.constraints import required
from dragoman.engines.llama_cpp.constraints.required import Path
from dragoman.engines.llama_cpp.json_values import leaves, members
from dragoman.engines.llama_cpp.prompt.own_words import own_words
from dragoman.engines.llama_cpp.tools.grounding import dates
from dragoman.engines.llama_cpp.tools.grounding.quantities import Quantities
from dragoman.engines.llama_cpp.tools.grounding.wording import Wording, normal, words

FEWEST = 2
"""Values that a list must have: one may be another word for what was mentioned."""
MOST = 400
"""Values of a list that are looked at."""
DEEPEST = 4
"""Levels of objects and lists in which values are looked for."""
SENTENCE = 4
"""Words that are written, not looked up; so many times three letters, where no spaces stand."""
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]|-?\d+(?:\.\d+)?(?=\s*[,\]}])')
_WHOLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAMED = re.compile(r"\s*:")
_SENTENCE = re.compile(r"(?:[.!?](?=\s|$)|[。！？؟\n])")
_LISTED = re.compile(
    r"(?:[,;،]\s?)?\b(?:and|und|et|y|e|og|och|en|и|or|oder|ou|или|أو)\b"
    r"|[,;、،，；]|(?:[와과랑]|하고)(?=\s)"
    r"|[와과및和跟与與や]|と|\sو"
)
_LEFT_OPEN = re.compile(
    r"\b(?:random\w*|whatever|anything|any numbers?|any one|you (?:choose|pick|decide)|up to you"
    r"|surprise me|your choice|don'?t care|doesn'?t matter|(?:make|made)\b.{0,12}\bup|dummy"
    r"|placeholder|egal|beliebig\w*|zufallig\w*|uberrasch\w*|irgend\w*|such dir|n'importe|hasard"
    r"|cualquier\w*|al azar|qualquer|любо\w*|случайн\w*)"
    r"|아무|랜덤|임의|무작위|알아서|随便|随机|任意|你决定|適当|任せ|何でも|ランダム|عشوائي|أي شيء"
)
"""Words of who leaves it to the model."""
_MAKING = {
    *("create", "write", "add", "save", "make", "compose", "draft", "generate", "plan", "update"),
    *("set", "post", "new", "propose", "suggest", "build", "prepare", "design"),
}
"""First words of functions for what the model is to write."""
_WRITTEN = re.compile(
    r"(?:step|todo|task|subtask|item|option|choice|answer|question|child|children|block|section"
    r"|slide|paragraph|chapter|bullet|point|ingredient|instruction|idea|tip|line|row|card|entrie"
    r"|milestone|objective|goal|detail|note|content|message)s?$"
)
"""Last words of lists that hold such a thing."""


class Mentions:
    """The mentions of messages, against which arguments of functions are left out."""

    def __init__(
        self,
        messages: Sequence[Message],
        schemas: Mapping[str, Mapping[str, object]],
        written: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """`schemas` of arguments, by the names of functions; `written`: as they came."""
        users = [own_words(message.text) for message in messages if message.role == "user"]
        # Around what the user typed agents write more.
        around = {message.text for message in messages} - {*users}
        others = [message.text for message in messages if message.text in around]
        others += [call.arguments for message in messages for call in message.tool_calls]
        self._other, self._own = "\n".join(others), "\n".join(users)
        self._wording = Wording(self._other, self._own)
        self._quantities: Quantities | None = None
        self._says_when: bool | None = None
        self._items = max(map(_items, _SENTENCE.split(normal(self._own))))
        pictured = any(
            not isinstance(part, TextPart) for message in messages for part in message.parts
        )
        # What was asked for last may be an answer to a question about it.
        asked = normal("\n".join(users[-2:]))
        self._open = pictured or bool(_LEFT_OPEN.search(asked))
        """Whether any value may be meant: it is in a picture, or the user does not mind."""
        self._schemas = schemas
        self._written = {**schemas, **(written or {})}
        self._optional = {name: _optional(schema) for name, schema in schemas.items()}

    def optional(self, name: str) -> Collection[str]:
        """The arguments of `name` that may be left out, without lists of set values."""
        return self._optional.get(name, ())

    def must(self, name: str, path: Path) -> bool:
        """Whether a value must be given in arguments of `name`, and the schema has none for it."""
        return name in self._schemas and required.must(self._written[name], path)

    def is_named(self, name: str, path: Path) -> bool:
        """Whether a value inside an argument of `name` is one of those that the schema names."""
        return len(path) > 1 and required.names_its_values(self._schemas.get(name, {}), path)

    def missing(self, name: str, arguments: str) -> list[str]:
        """The optional arguments of `name` that are lists, most of whose values nobody mentioned.

        `arguments`: a JSON object, or the beginning of one.
        """
        optional = self.optional(name)
        parsed = given_in(arguments) if optional and not self._open else None
        return [each for each in optional if parsed and self._is_missing(name, each, parsed)]

    def _is_missing(self, name: str, argument: str, parsed: Mapping[str, object]) -> bool:
        value = parsed.get(argument)
        if not isinstance(value, list) or is_written(name, argument):
            return False
        inside = leaves((argument,), cast("list[object]", value), DEEPEST)
        values = {each for path, each in islice(inside, MOST) if not self.is_named(name, path)}
        mentioned = sum(map(self.mention, values))
        # As many things as were listed may be the same in other words.
        return len(values) >= max(FEWEST, self._items + 1) and 2 * mentioned < len(values)

    def mention(self, value: str | float) -> bool:
        """Whether a number is one of those mentioned, or a text has a word in common with them.

        A date and a time of day are mentioned, too, where the user says anything of when.
        """
        if self._open:
            return True
        if dates.is_one(value):
            if self._says_when is None:
                self._says_when = dates.says_when(self._own)
            return self._says_when or str(value) in self._other
        if not isinstance(value, str):
            self._quantities = self._quantities or Quantities(self._other, self._own)
            return self._quantities.hold(value)
        used = words(value)
        if not used or len(used) >= SENTENCE or len("".join(used)) >= 12 * SENTENCE:
            return True
        return any(not self._wording.comparable(word) or self._wording.hold(word) for word in used)


def is_written(function: str, argument: str) -> bool:
    """Whether a list is what a function is called to make, as the steps of a recipe."""
    verb, *_ = words(function) or [""]
    return verb in _MAKING and any(map(_WRITTEN.match, words(argument)[-1:]))


def _items(sentence: str) -> int:
    """The things that a sentence lists; 0: it lists nothing."""
    marks = len(_LISTED.findall(sentence))
    return marks + 1 if marks else 0


def _optional(schema: Mapping[str, object]) -> Collection[str]:
    """The properties that may be left out, but for lists whose values the schema names itself."""
    return [
        name
        for name in required.spare(schema)
        if not required.names_its_values(schema, (name,)) or not _is_list(schema, name)
    ]


def _is_list(schema: Mapping[str, object], name: str) -> bool:
    known = cast("Mapping[str, object]", schema["properties"])[name]
    return isinstance(known, Mapping) and "items" in known


def given_in(arguments: str) -> Mapping[str, object]:
    """The arguments of a call, of which there may be the beginning alone."""
    return members(arguments) or members(_closed(arguments))


def _closed(beginning: str) -> str:
    """The beginning of a JSON text up to its last whole string, with all that is open closed."""
    depth: list[str] = []
    end = 0
    for part in _JSON.finditer(beginning):
        if part[0] in "{[":
            depth.append("}" if part[0] == "{" else "]")
        elif part[0] in "}]":
            del depth[-1:]
        elif part[0].startswith('"') and _is_open_or_name(beginning, part):
            continue
        end = part.end()
    return beginning[:end] + "".join(reversed(depth))


def _is_open_or_name(text: str, string: re.Match[str]) -> bool:
    return not _WHOLE.fullmatch(string[0]) or bool(_NAMED.match(text, string.end()))
