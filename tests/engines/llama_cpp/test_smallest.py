"""The smallest document of a schema."""

import json
from typing import Any, TypeAlias

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.engines.llama_cpp.constraints.references import target
from dragoman.engines.llama_cpp.constraints.schema import LONGEST_CHARS
from dragoman.engines.llama_cpp.constraints.smallest import LARGEST_LENGTH, Smallest, smallest

TREE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "next": {"anyOf": [{"$ref": "#"}, {"const": None}]},
    },
    "required": ["value", "next"],
}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "object"}, "{}"),
        ({"type": ["string", "null"], "minLength": 9}, "null"),
        ({"enum": ["long word", "no", 17.25]}, '"no"'),
        ({"const": {"a": [1]}}, '{"a": [1]}'),
        (TREE, '{"value": 0, "next": null}'),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, "[true, true]"),
        ({"type": "string", "minLength": 3}, '"aaa"'),
        ({"oneOf": [{"type": "array"}, {"type": "boolean"}]}, "[]"),
        ({"$defs": {"a": {"type": "null"}}, "$ref": "#/$defs/a"}, "null"),
    ],
)
def test_the_smallest_document_is_valid(schema: dict[str, Any], text: str) -> None:
    assert found(schema).text(100) == text
    assert found(schema).length == len(text)
    jsonschema.validate(json.loads(text), schema)


def found(schema: Any) -> Smallest:
    result = smallest(schema)
    assert result
    return result


def test_a_schema_without_a_finite_document_has_none() -> None:
    assert (
        smallest({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}) is None
    )
    assert smallest(False) is None


def doubled(levels: int, keyword: str) -> dict[str, Any]:
    """Each definition names the next one twice."""
    definitions: dict[str, Any] = {f"d{levels}": {"type": "null"}}
    for level in range(levels):
        next_one = {"$ref": f"#/$defs/d{level + 1}"}
        if keyword == "required":
            members = {"a": next_one, "b": next_one}
            inner = {"type": "object", "properties": members, "required": ["a", "b"]}
        else:
            inner = {keyword: [next_one, next_one]}
        definitions[f"d{level}"] = inner
    return {"$ref": "#/$defs/d0", "$defs": definitions}


def test_a_document_of_many_megabytes_is_measured_and_not_written() -> None:
    huge = found(doubled(25, "required"))
    assert huge.length == 2**25 * (len("{'a': null, 'b': null}") - 4) - len("{'a': , 'b': }")
    assert huge.steps < 300
    assert huge.text(26) == '{"a": {"a": {"a": {"a": {"'


def test_repeats_of_repeats_are_measured_and_not_written() -> None:
    schema: dict[str, Any] = {"type": "boolean"}
    for _ in range(2):
        schema = {"type": "array", "items": schema, "minItems": 10_000}
    twice = found(schema)
    one = len("[") + 10_000 * len("true, ") - len(", ") + len("]")
    assert twice.length == len("[") + 10_000 * (one + len(", ")) - len(", ") + len("]")
    assert twice.steps < 20
    for _ in range(28):
        schema = {"type": "array", "items": schema, "minItems": 10_000}
    assert found(schema).length == LARGEST_LENGTH
    assert found(schema).text(33) == "[" * 30 + "tru"


def test_a_long_chain_of_references_is_followed_to_its_end() -> None:
    links: dict[str, Any] = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(900)}
    assert found({"$ref": "#/$defs/d0", "$defs": {**links, "d900": {"const": 5}}}).text(9) == "5"


Strategy: TypeAlias = st.SearchStrategy[Any]
NAMES = st.sampled_from(["a", "b", "c"])
PLAIN: Strategy = st.sampled_from(
    [True, False, {"type": "null"}, {"type": "string"}, {"enum": ["long word", 1]}]
)
REFERENCES: Strategy = st.sampled_from(
    [{"$ref": "#"}, *({"$ref": f"#/$defs/{name}"} for name in "abc")]
)


def long(least: int) -> dict[str, Any]:
    return {"type": "string", "minLength": least}


def members(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": of, "required": list(of)}


def options(of: list[Any]) -> dict[str, Any]:
    return {"anyOf": of}


def items(of: object, least: int) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": least}


def whole(root: object, named: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [root], "$defs": {"a": False, "b": False, "c": False, **named}}


def schemas(repeats: int, leaves: Strategy) -> Strategy:
    """Doubling, deep and recursive ones."""

    def nested(inner: Strategy) -> Strategy:
        return (
            st.builds(members, st.dictionaries(NAMES, inner, min_size=1))
            | st.builds(options, st.lists(inner, min_size=1, max_size=3))
            | st.builds(items, inner, st.integers(0, repeats))
        )

    parts = st.recursive(leaves, nested, max_leaves=12)
    return st.builds(whole, parts, st.dictionaries(NAMES, parts))


@given(
    schemas(10_000, PLAIN | REFERENCES | st.builds(long, st.integers(0, 10_000))),
    st.integers(0, 65_536),
)
@settings(max_examples=300, deadline=None)
def test_any_schema_is_measured_in_steps_that_grow_as_it_does(
    schema: dict[str, Any], most: int
) -> None:
    size = len(json.dumps(schema))
    assert size < LONGEST_CHARS
    result = smallest(schema)
    if result:
        assert result.steps <= size
        assert len(result.text(most)) == min(most, result.length)


@given(schemas(2, PLAIN | REFERENCES))
@settings(max_examples=300, deadline=None)
def test_a_small_document_is_as_long_as_one_written_out(schema: dict[str, Any]) -> None:
    result, text = smallest(schema), written_out(schema, schema, ())
    assert (result is None) == (text is None)
    if result and text:
        assert result.length == len(result.text(10**6)) == len(text)
        json.loads(result.text(10**6))


def written_out(schema: Any, root: Any, inside: tuple[str, ...]) -> str | None:
    """The plain way: every part written wherever it stands."""
    text = None
    match schema:
        case True:
            text = "0"
        case {"$ref": str(to)} if to not in inside:
            text = written_out(target(root, to), root, (*inside, to))
        case {"enum": values}:
            text = min(map(json.dumps, values), key=len)
        case {"anyOf": several}:
            texts = [written_out(option, root, inside) for option in several]
            text = min((one for one in texts if one is not None), key=len, default=None)
        case {"type": "array", "items": item, "minItems": least}:
            text = listed([written_out(item, root, inside)] * least, "[]")
        case {"type": "object", "properties": known}:
            values = [written_out(value, root, inside) for value in known.values()]
            named = zip(known, values, strict=True)
            text = listed([value and f'"{name}": {value}' for name, value in named], "{}")
        case {"type": "string" | "null" as kind}:
            text = {"string": '""', "null": "null"}[kind]
        case _:
            pass
    return text


def listed(texts: list[str | None], around: str) -> str | None:
    parts = [text for text in texts if text is not None]
    return around[0] + ", ".join(parts) + around[1] if len(parts) == len(texts) else None
