"""A small vocabulary for JSON schemas (2020-12), as OpenAPI 3.1 has them."""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias, cast

Schema: TypeAlias = Mapping[str, Any]

NULL: Schema = {"type": "null"}
THERE: Schema = {"not": NULL}
BOOLEAN: Schema = {"type": "boolean"}
ANYTHING: Schema = {}
ANY_OBJECT: Schema = {"type": "object"}


def string(longest: int | None = None, shortest: int = 0, pattern: str | None = None) -> Schema:
    """The schema of a text; lengths are in code points."""
    bounds = {"maxLength": longest, "minLength": shortest or None, "pattern": pattern}
    return {"type": "string", **_given(bounds)}


def in_base64(*, in_url: bool = False) -> Schema:
    """The schema of bytes in base64; `in_url`: a data URL of them fits, too."""
    head = "(?:[dD][aA][tT][aA]:[^,]*,)?" if in_url else ""
    four, sign = r"(?:[A-Za-z0-9+/]\s*){4}", r"[A-Za-z0-9+/]\s*"
    end = rf"(?:(?:{sign}){{2}}=\s*=\s*|(?:{sign}){{3}}=\s*)"
    whole = string(shortest=1, pattern=rf"^{head}\s*(?:{four})*{end}?$")
    return {**whole, "contentEncoding": "base64"}


def integer(low: int | None = None, high: int | None = None) -> Schema:
    """The schema of a whole number, bounds included."""
    return {"type": "integer", **_given({"minimum": low, "maximum": high})}


def number(low: float | None = None, high: float | None = None) -> Schema:
    """The schema of a number, bounds included."""
    return {"type": "number", **_given({"minimum": low, "maximum": high})}


def enum(*values: str) -> Schema:
    """The schema of one of some texts."""
    return {"type": "string", "enum": list(values)}


def array(items: Schema, shortest: int = 0, longest: int | None = None) -> Schema:
    """The schema of an array whose items all have one schema."""
    bounds = {"minItems": shortest or None, "maxItems": longest}
    return {"type": "array", "items": items, **_given(bounds)}


def either(*schemas: Schema) -> Schema:
    """The schema of a value that fits any of the schemas."""
    return {"anyOf": list(schemas)}


def closed(properties: Mapping[str, Schema], *required: str, title: str | None = None) -> Schema:
    """The schema of an object of these members and no others; those not required may be null."""
    members = {
        name: schema if name in required else nullable(schema)
        for name, schema in properties.items()
    }
    more = _given({"title": title, "required": list(required) or None})
    return {
        "type": "object",
        "properties": members,
        **more,
        "additionalProperties": False,
    }


def ruled(schema: Schema, *rules: Schema) -> Schema:
    """The schema of an object with rules on members that depend on each other."""
    return {**schema, "allOf": list(rules)}


def at_most_one(*names: str) -> Schema:
    """The rule that at most one of these members is there; null is the same as absent."""
    return {"anyOf": [absent(*(each for each in names if each != name)) for name in names]}


def absent(*names: str) -> Schema:
    """The rule that these members are not there."""
    return {"properties": dict.fromkeys(names, NULL)}


def needs(name: str, other: str, schema: Schema = THERE) -> Schema:
    """The rule that with the member `name` the member `other` is there and fits `schema`."""
    present: Schema = {"required": [other], "properties": {other: schema}}
    return {"anyOf": [absent(name), present]}


def any_of(*names: str) -> Schema:
    """The rule that at least one of these members is there."""
    return {"anyOf": [{"required": [name], "properties": {name: THERE}} for name in names]}


def nullable(schema: Schema) -> Schema:
    """The schema, or null, which is the same as an absent member."""
    if "$ref" in schema:
        return either(schema, NULL)
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], NULL]}
    if "const" in schema:
        return {"enum": [schema["const"], None]}
    kinds: object = schema.get("type")
    if kinds is None or kinds == "null":
        return schema
    several = cast("list[str]", kinds) if isinstance(kinds, list) else [kinds]
    wider = {**schema, "type": [*several, "null"]}
    return {**wider, "enum": [*schema["enum"], None]} if "enum" in schema else wider


def described(schema: Schema, text: str) -> Schema:
    """The schema with a sentence about it."""
    return {**schema, "description": text}


def without_effect(schemas: Mapping[str, Schema], reasons: Mapping[str, str]) -> dict[str, Schema]:
    """The schemas of fields that change nothing, each with its reason."""
    return {
        name: described(schemas.get(name, ANYTHING), f"Has no effect: {reason}.")
        for name, reason in reasons.items()
    }


def refused(names: Collection[str], text: str = "Refused: not served here.") -> dict[str, Schema]:
    """The schemas of fields that are known and refused unless they are null."""
    return {name: described(NULL, text) for name in names}


def ref(name: str) -> Schema:
    """A reference to a schema among the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def _given(bounds: Mapping[str, Any]) -> dict[str, Any]:
    return {name: bound for name, bound in bounds.items() if bound is not None}
