"""Which of several things that were looked up the user means.

A small model that is given a list likes to go on with its first element. Where the user has named
another one, by a title or a kind, or means another one (see `ranking`), what it goes on with is
taken from that.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dragoman.domain.conversation import AnyTool, Message
from dragoman.engines.llama_cpp.constraints.required import Path
from dragoman.engines.llama_cpp.json_values import Element, lists, members
from dragoman.engines.llama_cpp.tools.answer_forms import Values
from dragoman.engines.llama_cpp.tools.decision import excerpt, ranking
from dragoman.engines.llama_cpp.tools.decision.effects import changes, stem
from dragoman.engines.llama_cpp.tools.grounding.checks import is_name_of_identifier
from dragoman.engines.llama_cpp.tools.grounding.wording import normal, words

MOST_RESULTS = 16
"""The last ones are read."""
LONGEST_REQUEST, LONGEST_CLAUSE = 2_000, 80
"""Characters of a request in which names are looked for, and of what stands before one."""
SHORTEST = 3
"""Characters of a name."""
MOST_MEANT = 16
"""Elements that are meant together."""
_OTHERS = re.compile(
    r"\b(?:not|\w+n['’]t|except|but|besides?|apart|without|only|keep|leave|other|others|another|else"
    r"|instead|rather|than|like|similar|near|after|before|between|all|every\w*"
    r"|alle[sn]?|jede[rsn]?|au(?:ss|ß)er|nicht|kein\w*|ohne|nur|sondern|tous|toutes?|chaque|sauf|sans|pas"
    r"|todos?|todas?|cada|salvo|menos|excepto|sin|tutti|tutte|tranne|senza|exceto|sem)\b"
    r"|말고|빼고|제외|아닌|아니|다른|외에|보다|처럼|비슷|모두|전부|모든|놔두|남기|以外|除|全部|すべて|だけ|不要|别",
    re.IGNORECASE,
)
"""Words with which one thing is named and another one, or more, is meant."""
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n")
_BEFORE = re.compile(
    r"(?:^|[.!?;:,\n]\s*|\b(?:please|you|and|then)\s+)(?!(?:please|can|could|would|you)\b)"
    r"([^\W\d_]+)(?:\s+(?!(?:what|that|which|whose?|where|of|from|to|in|on|by|with|for|about|as|by)\b)"
    r"[^\W\d_]+){0,2}\s*$"
)
"""A clause up to a name: what is to be done, and two words at most between the two."""
_JOINED = r"(?:{names}|[\s,\"'‘’“”„«»]|\band\b)++$"
"""Other names before one, so that all of them are the object of one verb. Nothing is tried twice:
names may hold each other."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in a result."""

    source: str
    """The description of the function whose result it stands in."""
    elements: Sequence[Element]


class Listings:
    """The lists that came back, beside what the user said last."""

    def __init__(self, messages: Sequence[Message], tools: Sequence[AnyTool] = ()) -> None:
        """`tools`: those of them that only look may be called with what the request resembles."""
        spoken = [message.text for message in messages if message.role == "user"]
        text = spoken[-1] if spoken else ""
        self._spoken = normal(text[:LONGEST_REQUEST])
        sentences = _SENTENCE.split(text) if len(text) <= LONGEST_REQUEST else []
        self._request = normal(" ".join(each for each in sentences if not _OTHERS.search(each)))
        self._called = [arguments for _, arguments, _ in excerpt.steps(messages)]
        self._looking = {tool.name for tool in tools if not changes(tool)}
        about = {tool.name: f"{tool.name} {tool.description}" for tool in tools}
        names = {call.id: call.name for message in messages for call in message.tool_calls}
        results = [message for message in messages if message.role == "tool"]
        recent = results[-MOST_RESULTS:] if self._request else []
        self._lists = [
            Listing(about.get(name := names.get(result.tool_call_id or "", ""), name), elements)
            for result in reversed(recent)
            for elements in lists(result.text)
        ]

    def meant(self, tool: str, arguments: str) -> Values:
        """The values that an argument must have, where its element is not the one that is named.

        Named is what the user says to do with it what `tool` does, or what `ranking` takes him to
        mean. Empty, if nothing is, or if the argument does not stand in a list.
        """
        given = dict(_given(arguments)) if self._lists else {}
        for name, value in given.items():
            if normal(str(value)) in self._spoken:
                continue
            # What is named may be where it goes from, and what is not, where it goes to.
            instead = [it for it in self._instead(tool, value) if it not in given.values()]
            if instead:
                return {name: instead}
        return {}

    def _instead(self, tool: str, value: str | float) -> list[str | float]:
        """The values in the place of `value` of the elements that are named, if it is not."""
        for listing in self._lists:
            elements = listing.elements
            paths = {path for each in elements for path, it in each if it == value}
            meant = self._meant(tool, listing) if paths else []
            paths = {path for path in paths if meant and _tells_apart(path, elements)}
            found = [it for n in meant for path, it in elements[n] if path in paths]
            if value in found or any(map(self._was_called_with, found)):
                return []
            if found:
                return list(dict.fromkeys(found))[:MOST_MEANT]
        return []

    def _meant(self, tool: str, listing: Listing) -> list[int]:
        """The elements that are named, or the one that is meant."""
        elements = listing.elements
        if named := self._named(tool, elements):
            return named
        if extreme := ranking.extreme(self._request, listing.source, elements):
            return extreme
        return ranking.likest(self._request, elements) if tool in self._looking else []

    def _named(self, tool: str, elements: Sequence[Element]) -> list[int]:
        """The elements that the user says to do with what `tool` does."""
        spoken: dict[str, set[int]] = {}
        for number, element in enumerate(elements):
            for _, value in element:
                name = normal(str(value))
                if _is_name(name) and name in self._request:
                    spoken.setdefault(name, set()).add(number)
        # What several have in common is no name of one.
        names = {name: numbers for name, numbers in spoken.items() if len(numbers) == 1}
        verbs = {stem(word) for word in words(tool)}
        objects = (each for name, each in names.items() if stem(self._verb(name, names)) in verbs)
        return sorted(set[int]().union(*objects))

    def _verb(self, name: str, names: Collection[str]) -> str:
        """The verb of the request for something of this name; empty: it is not known."""
        place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._request)
        if place is None or len(names) > MOST_MEANT:
            return ""
        joined = _JOINED.format(names="|".join(map(re.escape, names)))
        before = re.sub(joined, "", self._request[: place.start()])
        clause = _BEFORE.search(before[-LONGEST_CLAUSE:])
        return clause[1] if clause else ""

    def _was_called_with(self, value: str | float) -> bool:
        return any(json.dumps(value, ensure_ascii=False) in each for each in self._called)


def _given(arguments: str) -> Iterator[tuple[str, str | float]]:
    """The arguments of a call that are texts or numbers."""
    for name, value in members(arguments).items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield name, value


def _tells_apart(path: Path, elements: Sequence[Element]) -> bool:
    """Whether what stands at `path` is another in each of the elements, as an identifier is."""
    values = [value for each in elements for at, value in each if at == path]
    numeric = any(not isinstance(value, str) for value in values)
    known = not path or not numeric or is_name_of_identifier(path[-1])
    return known and len(set(values)) == len(values)


def _is_name(text: str) -> bool:
    return SHORTEST <= len(text) <= LONGEST_CLAUSE
