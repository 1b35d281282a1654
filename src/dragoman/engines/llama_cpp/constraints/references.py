"""The targets of a JSON schema's parts: by references, and by keywords for the same value."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"
Path: TypeAlias = tuple[str, ...]

_NUMBER = re.compile("0|[1-9][0-9]{0,8}")
SCHEMA = ("items", "additionalProperties", "additionalItems")
"""Keywords that hold one schema; `items` held several once."""
SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
NAMED_SCHEMAS = ("properties", "patternProperties", "$defs", "definitions")


def target(root: Json, reference: str) -> Json:
    """The part of the schema `root` that `reference` points at; None: there is none."""
    found: Json = root
    for key in steps(reference):
        if isinstance(found, list) and _NUMBER.fullmatch(key) and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, Mapping) and key in found:
            found = found[key]
        else:
            return None
    return found


def steps(reference: str) -> Path:
    """The keys that `reference` goes through."""
    steps = reference.split("/")[1:]
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def inner(schema: Json) -> list[Json]:
    """The schemas inside `schema` that its value satisfies as a whole, or may."""
    if not isinstance(schema, Mapping):
        return []
    options = [schema.get(keyword) for keyword in ("anyOf", "oneOf", "allOf")]
    return [option for several in options if isinstance(several, list) for option in several]


def heads(schema: Json) -> list[str]:
    """The references that a value of `schema` must satisfy, or may, as a whole."""
    if not isinstance(schema, Mapping):
        return []
    reference = schema.get("$ref")
    below = [each for option in inner(schema) for each in heads(option)]
    return [reference, *below] if isinstance(reference, str) else below


def together(root: Json, schema: Json) -> Iterator[dict[str, Json]]:
    """The parts of `root` that a value of `schema` satisfies as a whole, or may, each once."""
    seen, ahead = set[int](), deque([schema])
    while ahead:
        part = ahead.popleft()
        if id(part) in seen or not isinstance(part, dict):
            continue
        seen.add(id(part))
        yield part
        ahead += inner(part)
        ahead += [target(root, each) for each in heads(part)]


def every(schema: Json) -> Iterator[dict[str, Json]]:
    """`schema` and all schemas inside it, outermost first."""
    ahead = deque([schema])
    while ahead:
        part = ahead.popleft()
        if isinstance(part, list):
            ahead += part
        elif isinstance(part, dict):
            yield part
            ahead += [part[keyword] for keyword in SCHEMA + SCHEMAS if keyword in part]
            named = [part.get(keyword) for keyword in NAMED_SCHEMAS]
            ahead += [each for some in named if isinstance(some, dict) for each in some.values()]
