"""What the parts of a JSON schema lead to: by references, and by keywords for the same value."""

from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"
Path: TypeAlias = tuple[str, ...]


def target(root: Json, reference: str) -> Json:
    """What `reference` stands for in the schema `root`; None: nothing."""
    found: Json = root
    for key in steps(reference):
        if isinstance(found, list) and key.isdecimal() and int(key) < len(found):
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
