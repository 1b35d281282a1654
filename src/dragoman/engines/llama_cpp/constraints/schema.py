"""Which JSON schemas are taken, and what of them decoding keeps to, to the letter.

With `strict` that is all of a schema, or it is refused with the place of the fault. Without, what
cannot be enforced is left out of the grammar, and which keywords these are is told.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from dragoman.domain.conversation import JsonSchema
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.constraints.checking import Check
from dragoman.engines.llama_cpp.constraints.closed_objects import close
from dragoman.engines.llama_cpp.constraints.exclusive import part_options
from dragoman.engines.llama_cpp.constraints.location import Location, refusal
from dragoman.engines.llama_cpp.constraints.multiples import MOST_REMAINDERS, remainders
from dragoman.engines.llama_cpp.constraints.references import Json, every, heads, target, together
from dragoman.engines.llama_cpp.constraints.smallest import smallest

LONGEST_CHARS = 262_144
MOST_STEPS = 20_000
"""Parts that are looked at because a `multipleOf` may hold together with theirs."""
_HARDEST = (
    ("oneOf",),
    ("minLength", "maxLength"),
    ("minProperties", "maxProperties", "patternProperties"),
    ("pattern",),
    ("allOf",),
)
"""Keywords known to the grammar engine in part: overlapping options, a length beside a pattern."""
MOST_OPTIONAL = 400
"""Members of one value that may be left out, in all of its shapes: the grammar engine gives up at
some more, in the middle of a text."""
_ENDLESS = "every value of it would have to hold another, without end"


@dataclass(frozen=True, slots=True)
class Kept:
    """The part of a schema that an answer keeps to."""

    schema: dict[str, Json]
    """The schema for the grammar engine."""
    loosened: tuple[str, ...] = ()
    """The keywords that are not kept, somewhere."""
    nothing: bool = False
    """Whether it could not be understood at all."""


def prepared(schema: JsonSchema, where: Location, *, strict: bool) -> Kept:
    """`schema`, checked.

    Raises:
        RequestInvalid: it is strict, and too large, malformed, or holds what cannot be enforced.
    """
    try:
        return _checked(schema, where, strict=strict)
    except RequestInvalid:
        if strict:
            raise
        return unkept(where)


def unkept(where: Location) -> Kept:
    """Nothing of a schema: any arguments, or any JSON."""
    return Kept({"type": "object"} if where.arguments else {}, nothing=True)


def looser(kept: Kept, where: Location) -> Iterator[Kept]:
    """Less of it, for where no grammar can be made of all: each way alone, all, and nothing."""
    for keywords in (*_HARDEST, tuple(word for some in _HARDEST for word in some)):
        document: dict[str, Json] = json.loads(json.dumps(kept.schema))
        gone = {word for part in every(document) for word in _left_out(part, keywords)}
        if gone:
            loosened = tuple(sorted({*kept.loosened, *gone}))
            yield replace(kept, schema=document, loosened=loosened)
    yield unkept(where)


def _left_out(part: dict[str, Json], keywords: tuple[str, ...]) -> set[str]:
    """The keywords that `part` no longer has."""
    gone = part.keys() & {*keywords}
    if "maxLength" in keywords and "pattern" not in part:
        gone -= {"minLength", "maxLength"}
    if "patternProperties" in gone:
        part["additionalProperties"] = True
    for keyword in gone:
        value = part.pop(keyword)
        if keyword == "oneOf":
            part.setdefault("anyOf", value)
    return gone


def _checked(schema: JsonSchema, where: Location, *, strict: bool) -> Kept:
    try:
        size = len(json.dumps(schema))
    except (RecursionError, TypeError, ValueError) as error:
        raise refusal(where, (), "it is not JSON, or nested too deeply") from error
    if size > LONGEST_CHARS:
        raise refusal(where, (), f"it has {size} characters, the limit is {LONGEST_CHARS}")
    check = Check(where, schema, strict)
    document = check.document()
    if not isinstance(document, dict):
        raise refusal(where, (), "it must be an object")
    if len(json.dumps(document)) > LONGEST_CHARS:
        raise refusal(where, (), "it says too much again where it is referred to")
    _loops(document, check)
    _multiples(document, check)
    part_options(document)
    close(document, arguments=where.arguments)
    if any(part.get("additionalProperties") is not False for part in check.unevaluated):
        check.loosened.add("unevaluatedProperties")
    _options(document, check)
    if smallest(document) is None:
        raise refusal(where, (), _ENDLESS)
    return Kept(document, tuple(sorted(check.loosened)))


def _multiples(document: dict[str, Json], check: Check) -> None:
    """Do without a `multipleOf`, or several that hold together, with too many remainders."""
    if not any("multipleOf" in part for part in every(document)):
        return
    room = MOST_STEPS
    for part, path in check.multiples:
        parts = list(islice(together(document, part), max(room, 0)))
        room -= len(parts)
        if room <= 0 or remainders(parts) > MOST_REMAINDERS:
            problem = f"its multipleOf has more than {MOST_REMAINDERS} remainders"
            check.loosen("multipleOf", check.refused(path, problem))
            for each in every(document) if room <= 0 else parts:
                each.pop("multipleOf", None)
            if room <= 0:
                return


def _options(document: dict[str, Json], check: Check) -> None:
    """Do without members where too many of one value may be left out."""
    room = MOST_STEPS
    for head in every(document):
        parts = list(islice(together(document, head), max(room, 0)))
        room -= len(parts) - 1
        if sum(map(_optional, parts)) > MOST_OPTIONAL or room <= 0:
            problem = f"more than {MOST_OPTIONAL} properties may be left out"
            check.loosen("properties", check.refused((), problem))
            for part in every(document) if room <= 0 else parts:
                if part.pop("properties", None):
                    part["additionalProperties"] = True
            if room <= 0:
                return


def _optional(part: dict[str, Json]) -> int:
    known, required = part.get("properties"), part.get("required")
    names = {*known} if isinstance(known, dict) else set[str]()
    return len(names - {*map(str, required)} if isinstance(required, list) else names)


def _loops(document: dict[str, Json], check: Check) -> None:
    """Do without references that lead back to themselves without a value between."""
    written = {f"#/$defs/{name}": reference for reference, name in check.references.items()}
    written["#"] = "#"
    ahead = {each: {*heads(target(document, each))} for each in written}
    before: dict[str, set[str]] = {each: set() for each in written}
    for each, following in ahead.items():
        for one in following:
            before[one].add(each)
    # What leads only to what has an end is left out, one after the other.
    ended = [each for each, following in ahead.items() if not following]
    while ended:
        done = ended.pop()
        del ahead[done]
        for each in before[done] & ahead.keys():
            ahead[each].discard(done)
            if not ahead[each]:
                ended.append(each)
    if ahead:
        # From anywhere among these the way leads into a circle.
        trail = {min(ahead): None}
        while (following := min(ahead[next(reversed(trail))])) not in trail:
            trail[following] = None
        problem = f"reference '{written[following]}' leads to itself"
        check.loosen("$ref", check.refused((), problem))
        for part in every(document):
            if part.get("$ref") in ahead:
                del part["$ref"]
