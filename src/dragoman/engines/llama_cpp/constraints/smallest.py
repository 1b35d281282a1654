"""The smallest JSON text under a schema, so that a limit which cannot hold it is noticed.

Patterns, formats and sums of constraints are not looked at: no valid text is much smaller.

A schema of 200 bytes may have no text below a terabyte, and references may double at every step. So
the schema is turned into rules of a grammar, each part of it once, and the length of the shortest
text of each is found without writing one: in a time that grows as the schema does.

Source: D. E. Knuth, A Generalization of Dijkstra's Algorithm, Inf. Process. Lett. 6 (1977)
"""

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dragoman.engines.llama_cpp.constraints.references import Json, target

LARGEST_LENGTH = 10**12
"""Characters; longer texts count as this long."""

_PLAIN = {
    "string": '""',
    "integer": "0",
    "number": "0",
    "boolean": "true",
    "null": "null",
    "object": "{}",
    "array": "[]",
}

Symbol: TypeAlias = "str | int"
"""A text, or the number of a part of the schema."""
Rule: TypeAlias = tuple[tuple[Symbol, int], ...]
"""One way to write a part: symbols, one after the other, each so many times."""


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest text, not written yet."""

    length: int
    """Characters, up to `LARGEST_LENGTH`."""
    steps: int
    """How many symbols were looked at to find it."""
    _rules: Mapping[int, Rule]

    def text(self, most: int) -> str:
        """Its first `most` characters, spaced as answers are."""
        written: list[str] = []
        ahead: list[tuple[Symbol, int]] = [(0, 1)]
        while ahead and most > 0:
            symbol, times = ahead.pop()
            if isinstance(symbol, int):
                ahead += [(symbol, times - 1)] if times > 1 else []
                ahead += reversed(self._rules[symbol])
            else:
                written.append((symbol * min(times, most))[:most])
                most -= len(written[-1])
        return "".join(written)


def smallest(schema: Json) -> Smallest | None:
    """The smallest text; None: there is none that ends."""
    parts = _Parts(schema)
    chosen, lengths = _Shortest(parts.rules).solve()
    if 0 not in lengths:
        return None
    steps = sum(len(rule) for _, rule in parts.rules)
    return Smallest(lengths[0], steps, chosen)


class _Parts:
    """The parts of a schema by number, the whole of it as 0, and the rules to write them."""

    def __init__(self, root: Json) -> None:
        self.rules: list[tuple[int, Rule]] = []
        self._root = root
        self._numbers: dict[int | str, int] = {}
        self._ahead: list[tuple[int, Json]] = []
        self._part(root)
        while self._ahead:
            number, schema = self._ahead.pop()
            self.rules += [(number, rule) for rule in self._ways(schema)]

    def _part(self, schema: Json) -> int:
        """The number of a part: the same for the same object, from wherever it is referred to."""
        key = id(schema) if isinstance(schema, Mapping) else str(schema is False)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self._ahead.append((self._numbers[key], schema))
        return self._numbers[key]

    def _ways(self, schema: Json) -> Iterator[Rule]:
        if not isinstance(schema, Mapping):
            yield from () if schema is False else (_plain("0"),)
            return
        reference = schema.get("$ref")
        options = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(reference, str):
            yield ((self._part(target(self._root, reference)), 1),)
        elif isinstance(options, list):
            yield from map(_plain, sorted(map(_written, options), key=len)[:1])
        elif several := next(filter(None, map(schema.get, ("anyOf", "oneOf"))), None):
            for option in several if isinstance(several, list) else ():
                yield ((self._part(option), 1),)
        else:
            kinds = schema.get("type")
            for kind in kinds if isinstance(kinds, list) else [kinds]:
                yield self._of_type(str(kind), schema)

    def _of_type(self, kind: str, schema: Mapping[str, Json]) -> Rule:
        least = schema.get("minItems" if kind == "array" else "minLength", 0)
        count = least if isinstance(least, int) else 0
        if kind == "object":
            return self._object(schema)
        if kind == "array" and count > 0:
            known = "prefixItems" not in schema and not isinstance(schema.get("items"), list)
            item = self._part(schema.get("items", True) if known else True)
            return (("[", 1), *self._listed(item, count), ("]", 1))
        if kind == "string" and count > 0:
            return (('"', 1), ("a", count), ('"', 1))
        return _plain(_PLAIN.get(kind, "0"))

    def _listed(self, item: int, count: int) -> Rule:
        if count == 1:
            return ((item, 1),)
        followed = len(self._numbers)
        self._numbers[f"{followed} followed"] = followed
        self.rules.append((followed, ((item, 1), (", ", 1))))
        return ((followed, count - 1), (item, 1))

    def _object(self, schema: Mapping[str, Json]) -> Rule:
        required, known = schema.get("required", []), schema.get("properties", {})
        members: list[tuple[Symbol, int]] = []
        for name in required if isinstance(required, list) else []:
            value = known.get(str(name), True) if isinstance(known, Mapping) else True
            opening = ", " if members else ""
            members += [(f"{opening}{_written(name)}: ", 1), (self._part(value), 1)]
        return (("{", 1), *members, ("}", 1))


@dataclass(slots=True)
class _Shortest:
    """Finds the shortest text of every part, the shortest of all first."""

    rules: Sequence[tuple[int, Rule]]
    _lengths: dict[int, int] = field(default_factory=dict[int, int])
    _chosen: dict[int, Rule] = field(default_factory=dict[int, Rule])

    def solve(self) -> tuple[Mapping[int, Rule], Mapping[int, int]]:
        """A rule and a length for each part that has a text."""
        waiting: list[int] = []
        users: dict[int, list[int]] = {}
        ready: list[tuple[int, int]] = []
        for order, (_, rule) in enumerate(self.rules):
            parts = {symbol for symbol, _ in rule if isinstance(symbol, int)}
            waiting.append(len(parts))
            for part in parts:
                users.setdefault(part, []).append(order)
            if not parts:
                ready.append((self._length(rule), order))
        heapq.heapify(ready)
        while ready:
            length, order = heapq.heappop(ready)
            part, rule = self.rules[order]
            if part in self._lengths:
                continue
            self._choose(part, rule, length)
            for user in users.get(part, ()):
                waiting[user] -= 1
                if not waiting[user]:
                    heapq.heappush(ready, (self._length(self.rules[user][1]), user))
        return self._chosen, self._lengths

    def _choose(self, part: int, rule: Rule, length: int) -> None:
        self._lengths[part] = length
        symbol, times = rule[0]
        # A mere name for another part is left out, so that all that is gone through later is text.
        alike = len(rule) == 1 and times == 1 and isinstance(symbol, int)
        self._chosen[part] = self._chosen[symbol] if alike and isinstance(symbol, int) else rule

    def _length(self, rule: Rule) -> int:
        lengths = (
            times * (self._lengths[symbol] if isinstance(symbol, int) else len(symbol))
            for symbol, times in rule
        )
        return min(LARGEST_LENGTH, sum(lengths))


def _plain(text: str) -> Rule:
    return ((text, 1),)


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
