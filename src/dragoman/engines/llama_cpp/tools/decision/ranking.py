"""Which element of a list a request means that names none: the cheapest one, or the likest one.

A small model goes on with the first of what it looked up. Which of them is the cheapest is
arithmetic, and which of them shares most words with the request is counting.
"""

import re
from collections.abc import Iterator, Sequence

from dragoman.engines.llama_cpp.constraints.required import Path
from dragoman.engines.llama_cpp.json_values import Element
from dragoman.engines.llama_cpp.tools.grounding.wording import words

_PRICE = ("price", "cost", "fare", "fee", "total", "amount")
_TIME = (
    *("date", "time", "departure", "departs", "start", "starts", "begin", "begins", "created"),
    *("updated", "due", "published", "opened", "received", "sent", "at", "day", "released"),
)
_DURATION = ("duration", "minutes", "hours", "seconds", "days", "length")
_DISTANCE = ("distance", "km", "metres", "meters", "miles", "walk")
_RATING = ("rating", "score", "stars")
_WARMTH = ("temperature", "celsius", "fahrenheit", "degrees", "temp")
_WEIGHT = ("weight", "kg", "grams", "g", "pounds")
_ANY = ()
"""The word after the superlative says which field is meant."""

_WAYS: tuple[tuple[str, bool, Sequence[str]], ...] = (
    (r"cheapest|least expensive|most affordable", False, _PRICE),
    (r"most expensive|priciest|dearest", True, _PRICE),
    (r"earliest|soonest|oldest", False, _TIME),
    (r"latest|newest|most recent", True, _TIME),
    (r"fastest|quickest|shortest", False, (*_DURATION, *_DISTANCE)),
    (r"longest", True, (*_DURATION, *_DISTANCE)),
    (r"nearest|closest", False, _DISTANCE),
    (r"farthest|furthest", True, _DISTANCE),
    (r"(?:best|top|highest)[- ]rated|best", True, _RATING),
    (r"(?:worst|lowest)[- ]rated|worst", False, _RATING),
    (r"last", True, _TIME),
    (r"warmest|hottest", True, _WARMTH),
    (r"coldest|coolest", False, _WARMTH),
    (r"heaviest", True, _WEIGHT),
    (r"lightest", False, _WEIGHT),
    (r"largest|biggest|highest|most", True, _ANY),
    (r"smallest|lowest|fewest|least", False, _ANY),
    (r"(?:가장|제일) (?:싼|저렴한)", False, _PRICE),
    (r"(?:가장|제일) 비싼", True, _PRICE),
    (r"(?:가장|제일) (?:이른|오래된|먼저)", False, _TIME),
    (r"(?:가장|제일) (?:늦은|최근|최신|새로운)|마지막", True, _TIME),
    (r"(?:가장|제일) (?:따뜻한|더운|뜨거운)", True, _WARMTH),
    (r"(?:가장|제일) (?:추운|차가운|시원한)", False, _WARMTH),
    (r"(?:가장|제일) 무거운", True, _WEIGHT),
    (r"(?:가장|제일) 가벼운", False, _WEIGHT),
    (r"(?:가장|제일) (?:빠른|짧은)", False, (*_DURATION, *_DISTANCE)),
    (r"(?:가장|제일) 긴", True, (*_DURATION, *_DISTANCE)),
    (r"(?:가장|제일) 가까운", False, _DISTANCE),
    (r"(?:가장|제일) 먼", True, _DISTANCE),
)
_SUPERLATIVE = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"({way})" for way, _, _ in _WAYS)
    + r")(?![\w-])\s*([^\W\d_]*)(?:\s+([^\W\d_]+))?"
)
_NOT_ONE = re.compile(
    r"(?:second|third|fourth|next|\w*\dnd|\w*\drd|\w*\dth|two|three|four|\d+)\W*$"
)
"""Words before a superlative with which another is meant, or several are."""
BEFORE = 24
"""Characters before a superlative that are looked at."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?|\d\d:\d\d(?::\d\d)?")
_PERIODS = frozenset(
    ("week", "month", "year", "night", "time", "name", "names", "summer", "winter", "spring")
)
"""Words after "last" with which it is no superlative."""
_NO_NOUNS = frozenset(("one", "ones", "of", "in", "on", "at", "from", "for", "is", "was", "and"))
LEAST_LEAVES = 2
"""Values of an element that is told apart by its words."""
_SHORTEST = 4
"""Letters of a word that tells elements apart; so many bytes for scripts with larger letters."""


def extreme(request: str, source: str, elements: Sequence[Element]) -> list[int]:
    """The one element that a superlative of the request means; empty: there is none, or no one.

    `request`: as `wording.normal`; `source`: what is said of the function that gave the list, which
    must hold the word after the superlative where that is Latin: "the newest comment" means no
    element of a list of issues.
    """
    matches = list(_SUPERLATIVE.finditer(request))
    if len(matches) != 1:
        return []
    (match,) = matches
    if _NOT_ONE.search(request[max(0, match.start() - BEFORE) : match.start()]):
        return []
    *groups, noun, then = match.groups("")
    _, largest, fields = _WAYS[next(n for n, group in enumerate(groups) if group)]
    if noun in _PERIODS:
        return []
    noun = "" if noun in _NO_NOUNS else noun
    measured = {path for path, value in elements[0] if _comparable(value) is not None}
    named = [path for path in measured if _is_called(path, fields or (noun,))]
    if measured == {()} and fields is _TIME:
        named = [()]
    if fields and noun.isascii() and noun and not _is_called((source,), (noun, then)):
        return []
    first = {
        place for path in named if (place := _first(path, elements, largest=largest)) is not None
    }
    return list(first) if len(first) == 1 else []


def superlative(request: str) -> str:
    """The superlative of a request that has one, without the word after it."""
    match = _SUPERLATIVE.search(request)
    return next(group for group in match.groups()[:-2] if group) if match else ""


def likest(request: str, elements: Sequence[Element]) -> list[int]:
    """The one element that shares most words with the request, of those that tell elements apart.

    Empty, if none does, or several share as many. Of bare texts, as the names of files are, none is
    meant: "the tests of a.py" are run, and a.py is read.
    """
    if any(len(element) < LEAST_LEAVES for element in elements):
        return []
    each = [frozenset(_telling(element)) for element in elements]
    common = frozenset[str].intersection(*each)
    spoken = frozenset(words(request))
    shared = [sum(_is_spoken(word, spoken, request) for word in one - common) for one in each]
    most = max(shared)
    return [shared.index(most)] if most and shared.count(most) == 1 else []


def _first(path: Path, elements: Sequence[Element], *, largest: bool) -> int | None:
    """Which element has the largest or the smallest value at `path`; None: not one alone."""
    values = [[_comparable(value) for at, value in each if at == path] for each in elements]
    if any(len(each) != 1 or each[0] is None for each in values):
        return None
    # Numbers are not held against moments, nor days against hours.
    flat = [each[0] for each in values if each[0] is not None]
    if len({kind for kind, _ in flat}) != 1:
        return None
    ordered = sorted(value for _, value in flat)
    chosen = ordered[-1] if largest else ordered[0]
    found = [number for number, (_, value) in enumerate(flat) if value == chosen]
    return found[0] if len(found) == 1 else None


def _comparable(value: str | float) -> tuple[str, float | str] | None:
    """A number, or a moment in one notation; the kind of it stands first."""
    if not isinstance(value, str):
        return "number", float(value)
    return (f"moment of {len(value)}", value) if _MOMENT.fullmatch(value) else None


def _is_called(path: Path, names: Sequence[str]) -> bool:
    """Whether one of `names`, but for its plural, is a word of what stands at `path`."""
    used = {word.removesuffix("s") for word in words(path[-1].replace("_", " "))} if path else ()
    return any(name.removesuffix("s") in used for name in names if name)


def _telling(element: Element) -> Iterator[str]:
    for _, value in element:
        if isinstance(value, str):
            yield from (word for word in words(value) if len(word.encode()) >= _SHORTEST)


def _is_spoken(word: str, spoken: frozenset[str], request: str) -> bool:
    """Whether the request has a word; in scripts of whole syllables endings may follow it."""
    return word in spoken or (not word.isascii() and word in request)
