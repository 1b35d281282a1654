"""Objects that do not say whether they may have other members are written without any.

That is stricter than they ask, and so still valid; small models invent members otherwise. What one
value must satisfy together is closed together: each part by itself would forbid what another needs.
"""

from itertools import islice

from dragoman.engines.llama_cpp.constraints.references import Json, every, together

MOST_STEPS = 20_000
"""Parts that are looked at because they hold for the same value as others; with more, none is
closed."""

_OBJECT = frozenset({"properties", "required", "minProperties", "maxProperties"})
_OTHERS = frozenset({"additionalProperties", "patternProperties"})


def close(document: dict[str, Json], *, arguments: bool) -> None:
    """Close the objects of `document` in place; `arguments`: it is all that a function takes."""
    parts = list(every(document))
    joined: dict[int, list[dict[str, Json]]] = {}
    room = MOST_STEPS
    for head in filter(_joins, parts):
        joined[id(head)] = list(islice(together(document, head), room + 1))
        room -= len(joined[id(head)])
        if room < 0:
            return
    # What holds together with something else is not closed by itself.
    below = {id(part) for held in joined.values() for part in held[1:]}
    for part in parts:
        if id(part) not in below:
            _close(part, joined.get(id(part), [part]))
    if arguments and document.get("properties") == {} and not _joins(document):
        _close(document, [document], empty=True)


def _joins(schema: dict[str, Json]) -> bool:
    """Whether other schemas hold for the same object as its own keywords, or as one another."""
    ways = schema.keys() & {"anyOf", "oneOf", "$ref"}
    return "allOf" in schema or len(ways) > 1 or bool(ways and schema.keys() & (_OBJECT | _OTHERS))


def _close(head: dict[str, Json], parts: list[dict[str, Json]], *, empty: bool = False) -> None:
    """Let `head` have the members that `parts` name, and no others."""
    named = empty or any(part.get("properties") for part in parts)
    if not named or any(part.keys() & _OTHERS for part in parts):
        return
    own = head.get("properties")
    names: dict[str, Json] = dict(own) if isinstance(own, dict) else {}
    for part in parts:
        for name in _names(part):
            names.setdefault(name, True)
    head |= {"properties": names, "additionalProperties": False}


def _names(schema: dict[str, Json]) -> list[str]:
    known, required = schema.get("properties"), schema.get("required")
    listed = [*known] if isinstance(known, dict) else []
    return listed + [str(name) for name in required] if isinstance(required, list) else listed
