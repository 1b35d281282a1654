"""Which values of a call must be given, and which may be left out, by the function's schema.

Where a schema is made of others (`anyOf`, `allOf`, `$ref`) it is not told what may be left out: the
others may need it all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from dragoman.engines.llama_cpp.constraints.references import Json, target

_JOINED = frozenset(("anyOf", "oneOf", "allOf", "$ref", "minProperties", "not", "if"))
_NAMING = frozenset(("enum", "const", "default"))
"""Keywords with values that the schema names itself."""
DEEPEST = 16
"""References that are followed."""

Path = Sequence[str]
"""Names of members, from outside to inside; lists have none."""


def spare(schema: Mapping[str, object]) -> Sequence[str]:
    """The properties that may be left out, whatever else is given."""
    properties, required = schema.get("properties"), schema.get("required", ())
    if not isinstance(properties, Mapping) or _JOINED & schema.keys():
        return ()
    given = cast("Collection[str]", required if isinstance(required, list) else ())
    return [name for name in cast("Mapping[str, object]", properties) if name not in given]


def must(schema: Mapping[str, object], path: Path) -> bool:
    """Whether the value at `path` must be given and is none that the schema names itself."""
    part = _plain(schema, schema)
    for name in path:
        if part is None or name not in _listed(part, "required"):
            return False
        known = part.get("properties")
        part = _plain(schema, known.get(name) if isinstance(known, Mapping) else None)
    return part is not None and not _NAMING & part.keys() and "null" not in _listed(part, "type")


def names_its_values(schema: Mapping[str, object], path: Path) -> bool:
    """Whether the schema names what the value at `path` may be."""
    part = _plain(schema, schema)
    for name in path:
        known = part.get("properties") if part else None
        part = _plain(schema, known.get(name) if isinstance(known, Mapping) else None)
    return part is not None and bool({"enum", "const"} & part.keys())


def _plain(root: object, schema: object) -> Mapping[str, Json] | None:
    """The schema that `schema` refers to, or of its list's values; None: several are joined."""
    for _ in range(DEEPEST):
        if not isinstance(schema, Mapping):
            return None
        part = cast("Mapping[str, Json]", schema)
        reference = part.get("$ref")
        if isinstance(reference, str) and len(part.keys() - {"$defs"}) == 1:
            schema = target(cast("Json", root), reference)
        elif "items" in part:
            schema = part["items"]
        else:
            return None if _JOINED & part.keys() else part
    return None


def _listed(schema: Mapping[str, Json], keyword: str) -> list[Json]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []
