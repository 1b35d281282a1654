"""Several things that a request names together, of which some have been looked up and some not.

"The weather in Boston, Lisbon and Cape Town": a small model calls for the first two, and tells the
third by itself. What the calls have of the list says what is left of it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from dragoman.domain.conversation import AnyTool, Message
from dragoman.engines.llama_cpp.json_values import leaves, members
from dragoman.engines.llama_cpp.tools.decision.effects import changes
from dragoman.engines.llama_cpp.tools.decision.excerpt import steps
from dragoman.engines.llama_cpp.tools.grounding.wording import normal

LONGEST_REQUEST, LONGEST_ITEM = 2_000, 60
"""Characters of a request that is looked at, and of a thing that it names."""
MOST_CALLS, MOST_PLACES = 16, 4
"""Calls of one function that are looked at, and places of the request where a value stands."""
MOST_ITEMS = 8
"""Things that are named together; what is more is no list to look up one by one."""
DEEPEST = 3
"""Levels of objects and lists in which values of arguments are looked for."""
_AND = r"(?:and|or|und|oder|y|o|et|ou|e|ed)"
_SEPARATOR = re.compile(
    rf"\s*,\s*(?:{_AND}\s+)?"
    rf"|\s+{_AND}\s+(?:(?:of|in|for|from|to|von|für|de|para|en|pour|a|di)\s+)?"
)
_CONJUNCTION = re.compile(rf"\s{_AND}\s")
_ARTICLE = re.compile(
    r"(?:the|a|an|der|die|das|den|dem|el|la|los|las|le|les|il|lo|o|os|as)\s+|l['’]"
)
_CAPITALISED = re.compile(r"(?:[^\W\d_a-z][\w.&'’-]*)(?:\s+(?:[^\W\d_a-z][\w.&'’-]*|\d+))*")
_FILE = re.compile(r"[\w./-]*\w\.[A-Za-z]\w{0,9}(?!\w)")
_NUMBERED = re.compile(r"[\w-]*\d[\w-]*")
_SHORT = re.compile(rf"[^\W\d_]+(?:[ -][^\W\d_]+)?(?=\s*(?:[,.?!;:)]|$|\s{_AND}\s))")


def unserved(
    messages: Sequence[Message], tools: Sequence[AnyTool], under_way: Sequence[tuple[str, str]] = ()
) -> str | None:
    """The function to call once more, for what the request names beside what it was called for.

    `under_way` are calls of this turn, names with arguments. None: nothing is left, it cannot be
    told, or the function changes something.
    """
    spoken = [message.text for message in messages if message.role == "user"]
    request = spoken[-1] if spoken else ""
    if len(request) > LONGEST_REQUEST:
        return None
    made = steps(messages)
    calls = [*((name, arguments) for name, arguments, _ in made), *under_way]
    looking = {tool.name for tool in tools if not changes(tool)}
    known = normal("\n".join([*(text for _, text in calls), *(text for *_, text in made)]))
    for name in dict.fromkeys(name for name, _ in calls if name in looking):
        own = [arguments for called, arguments in calls if called == name][-MOST_CALLS:]
        for arguments in own:
            items = list(_beside(request, arguments))
            left = [item for item in items if normal(item) not in known]
            if left and len(own) <= len(items):
                return name
    return None


def _beside(request: str, arguments: str) -> Iterator[str]:
    """What the request names together with a value of `arguments`."""
    for name, argument in members(arguments).items():
        for _, value in leaves((name,), argument, DEEPEST):
            text = str(value)
            if isinstance(value, bool) or not 1 < len(text) <= LONGEST_ITEM:
                continue
            found = re.finditer(rf"(?<!\w){re.escape(_head(text))}(?!\w)", request)
            for place in islice(found, MOST_PLACES):
                items = _siblings(request, place)
                if items:
                    yield from items[:MOST_ITEMS]
                    return


def _head(value: str) -> str:
    """A value without what was added to it: "Boston" of "Boston, MA"."""
    return value.partition(",")[0].strip()


def _siblings(request: str, place: re.Match[str]) -> list[str]:
    """The other things of the list that one stands in; empty: it stands in none."""
    shape = _shape(place[0])
    after = _run(request, place.end(), shape)
    before = _run_back(request[: place.start()], shape)
    whole = request[before[1] : after[1]]
    return [*before[0], *after[0]] if _CONJUNCTION.search(whole) else []


def _shape(item: str) -> re.Pattern[str]:
    """What things of one list have in common."""
    if _FILE.fullmatch(item):
        return _FILE
    if any(map(str.isdecimal, item)):
        return _NUMBERED
    return _CAPITALISED if item[:1].isupper() else _SHORT


def _run(request: str, at: int, shape: re.Pattern[str]) -> tuple[list[str], int]:
    """The things after a place, and where the last one ends."""
    items: list[str] = []
    while len(items) < MOST_ITEMS and (separator := _SEPARATOR.match(request, at)):
        start = separator.end()
        if article := _ARTICLE.match(request, start):
            start = article.end()
        item = shape.match(request, start)
        if item is None:
            break
        items.append(item[0])
        at = item.end()
    return items, at


def _run_back(text: str, shape: re.Pattern[str]) -> tuple[list[str], int]:
    """The things before the end of `text`, and where the first one begins."""
    items: list[str] = []
    at = len(text)
    while len(items) < MOST_ITEMS:
        before = text[max(0, at - 2 * LONGEST_ITEM) : at]
        article = re.search(rf"(?<!\w)(?:{_ARTICLE.pattern})$", before)
        bare = before[: article.start()] if article else before
        ends = [each for each in _SEPARATOR.finditer(bare) if each.end() == len(bare)]
        if not ends:
            break
        item = _last(bare[: ends[-1].start()], shape)
        if item is None:
            break
        items.append(item)
        at -= len(before) - ends[-1].start() + len(item)
    return items, at


def _last(text: str, shape: re.Pattern[str]) -> str | None:
    """The thing with which a text ends."""
    found = [each for each in shape.finditer(text) if each.end() == len(text)]
    return found[-1][0] if found else None
