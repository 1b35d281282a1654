"""Which calls are written and not made: answered ones, and those with invented identifiers.

A small model that has to fill in an identifier writes 1234567890 or user@example.com. Quantities
and dates may be worked out, so that they need not stand anywhere; an identifier must.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

from dragoman.domain.conversation import AnyTool, CustomTool, Message
from dragoman.engines.llama_cpp.json_values import leaves, members
from dragoman.engines.llama_cpp.prompt import own_words
from dragoman.engines.llama_cpp.tools.answer_forms import Rejected, Values
from dragoman.engines.llama_cpp.tools.grounding import confidence
from dragoman.engines.llama_cpp.tools.grounding.confidence import Drawn
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import Mentions

LONGEST_HELD = 400
"""Characters of arguments that are held until all are there to be looked at."""
LONGEST_IDENTIFIER = 64
"""Characters; longer values are texts."""
LAST_DIGITS = 6
"""The last digits of a number that are enough: people leave out 0049."""
MOST_LINES = 64
"""The most lines of a text that is to be replaced."""
MOST_NAMES = 4_096
"""Strings in results that may be names."""
DEEPEST = 4
"""Levels of objects and lists in which identifiers are looked for."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NUMBERS = frozenset(("number", "no", "nr", "phone", "mobile", "iban"))
_IDS = frozenset(("id", "ids", "uuid", "guid"))
_NAMES = _NUMBERS | _IDS | {"account", "key", "reference", "ref", "plate", "isbn", "vin", "imei"}
"""Words that the name of an identifier ends with."""
_REPLACED = frozenset(("oldstring", "oldstr", "oldtext", "oldcontent", "oldcode", "originaltext"))
"""The names of text that is to be replaced."""
_UNKNOWN = re.compile(r"<.*>|unknown|n/a|x{3,}|placeholder", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"<[^\W_]+(?:[ _-]+[^\W_]+)+>|your[_-]\w+|\w+[_-]here", re.IGNORECASE)
"""Placeholders of a value, whatever its name is; those above count only for an identifier."""
_FILLER = re.compile(
    r"[^\d/]{0,12}(?:12345\d*|98765\d*|(\d)\1{3,}|\d{0,4}[- ]?555[- ]?\d{4})[^\d/]{0,12}"
)
"""The numbers that come to mind first."""
_EMAIL = re.compile(r"\S+@\S+")
_CODE = re.compile(r"[^\W\d_].*\d")
"""A letter and a digit, as ids have them: pe-62."""
_LONG_NUMBER = re.compile(r"\d{3,}")
_NUMBER = re.compile(r"\d[\d ()./-]*")
_JOINED = re.compile(r"[^\W\d_]+(?:[_-][^\W\d_]+)+")
"""Words that were made one, as an id may look: holiday_savings."""
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_STRING = re.compile(r'"((?:[^"\\]|\\.){1,64})"')
_KEYED = re.compile(r'"([A-Za-z_]{1,64})"\s*:\s*"([^"\\]{1,64})"')
"""A member of a result: its name and its value."""
_EXAMPLE = re.compile(r"(?:\be\.g\.|\bi\.e\.|\bexample|\bsuch as|\blike)[^;)\n]*", re.IGNORECASE)


class Grounds:
    """The mentions of a conversation: in its texts, its calls and its descriptions of tools."""

    def __init__(self, messages: Sequence[Message], tools: Sequence[AnyTool]) -> None:
        calls = [call.arguments for message in messages for call in message.tool_calls]
        about = [tool.description for tool in tools]
        named: list[str] = []
        for tool in tools:
            if not isinstance(tool, CustomTool):
                values, descriptions = _of_schema(tool.parameters)
                named += values
                about += descriptions
        # What a description gives as an example is what is copied in place of the value.
        shown = [_EXAMPLE.sub(" ", text) for text in about]
        texts = [*(message.text for message in messages), *calls, *named, *shown]
        results = [message.text for message in messages if message.role == "tool"]
        text = _unescaped("\n".join(texts))
        self._messages = messages
        self._named = frozenset(map(plain, [*named, *_quoted(results)]))
        self._text = plain(text)
        self._written = text.casefold()
        self._sourced = frozenset(_sourced(tools))
        self._results = "\n".join([*map(_unescaped, results), *calls]).casefold()
        self._kinds = _kinds_of_ids(results)
        self._numbers = [_digits(number) for number in _NUMBER.findall(text)]
        own = own_words.bare(messages)
        spoken = max((n for n, each in enumerate(own) if each.role == "user"), default=0)
        self._looked = any(message.role == "tool" for message in own[spoken:])

    def invented(self, arguments: str) -> list[str]:
        """The names of what is given in `arguments`, a JSON object, without being known.

        So is what is to replace a text and is that text: nothing would be changed.
        """
        unknown = [
            n for n, values in _argument_values(arguments) if any(map(self._is_invented, values))
        ]
        return unknown or _unchanged(arguments)

    def misplaced(self, arguments: str) -> list[str]:
        """The names of what can hardly be right.

        Those are ids and numbers in whose place somebody's name or a word stands, or words that
        were only joined, what comes from another function and did not, and text that is to be
        replaced, of which nobody has seen anything.
        """
        return [
            name
            for name, values in _argument_values(arguments)
            if any(isinstance(each, str) and self._is_doubtful(leaf, each) for leaf, each in values)
        ]

    def _is_doubtful(self, name: str, value: str) -> bool:
        misplaced = _is_misplaced(name, value) and plain(value) not in self._named
        return (
            misplaced
            or self._is_joined(name, value)
            or self._is_of_another_kind(name, value)
            or self._is_unsourced(name, value)
            or self._is_unseen(name, value)
        )

    def _is_of_another_kind(self, name: str, value: str) -> bool:
        """Whether results have an id as that of something else alone: a book's for a loan's."""
        own, others = _kind_of_id(name), self._kinds.get(plain(value), ())
        spoken = any(value in each.text for each in self._messages if each.role == "user")
        return (
            bool(own and others)
            and not spoken
            and all(other and not own & other for other in others)
        )

    def _is_unsourced(self, name: str, value: str) -> bool:
        """Whether a word stands where the schema says what another function is to tell."""
        if name not in self._sourced:
            return False
        code = any(map(str.isdecimal, value)) or value.isupper()
        return value.casefold() not in (self._written if code else self._results)

    def _is_joined(self, name: str, value: str) -> bool:
        """Whether an id is words of the conversation, which nobody wrote in this way."""
        if _last_word(name) not in _IDS or not _JOINED.fullmatch(value[:LONGEST_IDENTIFIER]):
            return False
        return plain(value) in self._text and value.casefold() not in self._written

    def _is_unseen(self, name: str, value: str) -> bool:
        if self._looked or "".join(_WORDS.findall(name)).lower() not in _REPLACED:
            return False
        # What was seen may stand with numbers before its lines, or written as JSON.
        lines = [plain(line) for line in value.splitlines()[:MOST_LINES]]
        return not any(line in self._text for line in lines if line) and any(lines)

    def _is_invented(self, argument: tuple[str, object]) -> bool:
        if _is_own_name(*argument):
            # What tools are said to take says the name, too; so only what was spoken counts.
            value = plain(str(argument[1]))
            spoken = any(value in plain(message.text) for message in self._messages)
            return not spoken and value not in self._named
        return _is_identifier(*argument) and not self._hold(str(argument[1]))

    def _hold(self, value: str) -> bool:
        digits = _digits(value)[-LAST_DIGITS:]
        numeric = len(digits) == LAST_DIGITS and any(digits in each for each in self._numbers)
        return numeric or plain(value) in self._text


class Vetting:
    """Looks at the calls of one choice before they are made."""

    def __init__(
        self,
        answered: Sequence[str],
        grounds: Grounds | None = None,
        mentions: Mentions | None = None,
        meant: Callable[[str, str], Values] | None = None,
    ) -> None:
        """`answered`: calls with a result, as `as_written`.

        `grounds` None: any identifier is known; `mentions` None: any list was mentioned; `meant`
        says what arguments are to be instead (`Listings.meant`), None: nothing.
        """
        self._earlier = list(answered)
        self._grounds = grounds
        self._mentions = mentions
        self._meant = meant

    def note(self, name: str, arguments: str) -> None:
        """A call that is made, so that it is not made again."""
        self._earlier.append(as_written(name, arguments))

    def may_reject(self, name: str, arguments: str, *, custom: bool = False) -> bool:
        """Whether a call that has come so far may become one that is not made.

        What a `custom` tool is called with is text: nothing in it is looked at.
        """
        so_far = as_written(name, arguments)
        if any(call.startswith(so_far) for call in self._earlier):
            return True
        # Long text is awaited piece by piece, and is no identifier.
        looked = self._grounds is not None or self._mentions is not None
        return looked and not custom and len(arguments) <= LONGEST_HELD

    def rejection(
        self, name: str, arguments: str, drawn: Drawn = (), *, custom: bool = False
    ) -> Rejected | None:
        """Why a whole call is not made, if it is not; `drawn`: the same, with probabilities."""
        if as_written(name, arguments) in self._earlier:
            return Rejected(name)
        if custom:
            return None
        if self._grounds and (invented := self._grounds.invented(arguments)):
            return Rejected(name, invented)
        if self._mentions and (guessed := confidence.required(drawn, name, self._mentions)):
            return Rejected(name, guessed)
        if self._meant and (among := self._meant(name, arguments)):
            return Rejected(name, among=among)
        misplaced = self._grounds.misplaced(arguments) if self._grounds else ()
        return Rejected(name, misplaced, doubtful=True) if misplaced else None

    def spare(self, name: str, arguments: str, drawn: Drawn) -> list[str]:
        """The arguments of a whole call that are better left out of it."""
        if self._mentions is None:
            return []
        guessed = confidence.spare(drawn, name, self._mentions)
        return [*guessed, *self._mentions.missing(name, arguments)]

    def unmentioned(self, name: str, arguments: str) -> Rejected | None:
        """Why a call that has come so far is not made: it holds lists that nobody spoke of."""
        missing = self._mentions.missing(name, arguments) if self._mentions else ()
        return Rejected(name, missing) if missing else None


def as_written(name: str, arguments: str) -> str:
    """A call, in the one way that calls are written and compared."""
    return f"{name}\n{arguments}"


def _unchanged(arguments: str) -> list[str]:
    """The names of texts that are to replace others and are the same."""
    named = {
        "".join(_WORDS.findall(name)).lower(): (name, value)
        for name, value in members(arguments).items()
    }
    pairs = ((named[old], named.get(f"new{old[3:]}")) for old in named if old in _REPLACED)
    return [new[0] for old, new in pairs if new and old[1] and old[1] == new[1]]


def _argument_values(arguments: str) -> list[tuple[str, list[tuple[str, object]]]]:
    """Each argument, with the names and the values in it."""
    return [
        (name, [(path[-1], each) for path, each in leaves((name,), value, DEEPEST)])
        for name, value in members(arguments).items()
    ]


def _kinds_of_ids(results: Sequence[str]) -> Mapping[str, set[frozenset[str]]]:
    """The ids in results, plain, and what each of them is the id of."""
    kinds: dict[str, set[frozenset[str]]] = {}
    for result in reversed(results):
        for match in islice(_KEYED.finditer(result), MOST_NAMES):
            if _last_word(match[1]) in _IDS:
                kinds.setdefault(plain(match[2]), set()).add(_kind_of_id(match[1]))
    return kinds


def _kind_of_id(name: str) -> frozenset[str]:
    """The words before "id" in the name of one; empty: any, or it is none."""
    *kind, last = [word.lower() for word in _WORDS.findall(name)] or [""]
    return frozenset(kind) if last in _IDS else frozenset()


def _sourced(tools: Sequence[AnyTool]) -> Iterator[str]:
    """The arguments whose descriptions name another function: "drug code from list_drugs"."""
    names = "|".join(re.escape(tool.name) for tool in tools)
    other = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")
    for tool in tools:
        properties = None if isinstance(tool, CustomTool) else tool.parameters.get("properties")
        if not isinstance(properties, Mapping):
            continue
        for name, schema in cast("Mapping[str, object]", properties).items():
            if not isinstance(schema, Mapping):
                continue
            _, about = _of_schema(cast("Mapping[str, object]", schema))
            text = "\n".join(about)
            if any("_" in each and each != tool.name for each in other.findall(text)):
                yield name


def _quoted(results: Sequence[str]) -> Iterator[str]:
    """The strings in results, the last ones, that may be what something is called by."""
    for result in reversed(results):
        yield from islice((each[1] for each in _STRING.finditer(result)), MOST_NAMES)


def _of_schema(schema: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """The values that a schema names itself, and what its descriptions say."""
    values: list[str] = []
    descriptions: list[str] = []
    left: list[object] = [schema]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            known = cast("Mapping[str, object]", each)
            for key in ("const", "default"):
                values += [str(known[key])] if isinstance(known.get(key), str | int) else []
            members = known.get("enum")
            if isinstance(members, list):
                values += map(str, cast("list[object]", members))
            if isinstance(description := known.get("description"), str):
                descriptions.append(description)
            left += known.values()
        elif isinstance(each, list):
            left += cast("list[object]", each)
    return values, descriptions


def is_name_of_identifier(name: str) -> bool:
    """Whether an argument or a field of this name identifies something."""
    return _last_word(name) in _NAMES


def _last_word(name: str) -> str:
    words = _WORDS.findall(name)
    return words[-1].lower() if words else ""


def _is_misplaced(name: str, value: str) -> bool:
    """Whether somebody's name or another text stands where an id or a number must."""
    if any(map(str.isdecimal, value)) or value.isupper():
        return False
    last = _last_word(name)
    return last in _NUMBERS or (last in _IDS and len(value.split()) > 1)


def _is_own_name(name: str, value: object) -> bool:
    """Whether an argument's name of several words stands for its value."""
    return isinstance(value, str) and len(_WORDS.findall(name)) > 1 and plain(value) == plain(name)


def _is_identifier(name: str, value: object) -> bool:
    named = is_name_of_identifier(name)
    match value:
        case bool():
            return False
        case int():
            return named and bool(_LONG_NUMBER.search(str(value)))
        case str() if len(value) > LONGEST_IDENTIFIER:
            return False
        case str() if named:
            code = _last_word(name) in _IDS and _CODE.search(value)
            number = _LONG_NUMBER.search(value) or _UNKNOWN.fullmatch(value)
            return bool(code or number) or _is_made_up(value)
        case str():
            return _is_made_up(value)
        case _:
            return False


def _is_made_up(value: str) -> bool:
    """Whether a value looks so, whatever it is for; what is mentioned may look so, too."""
    return any(each.fullmatch(value) for each in (_EMAIL, _PLACEHOLDER, _FILLER))


def _unescaped(text: str) -> str:
    """Results are often JSON in which every other letter is an escape."""
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)


def plain(text: str) -> str:
    """A text without its case, its signs and its white space."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in normal if character.isalnum())


def _digits(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return "".join(character for character in normal if character.isdecimal())
