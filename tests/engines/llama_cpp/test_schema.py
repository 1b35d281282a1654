"""Which schemas are taken, and how the others are refused."""

from typing import Any

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.constraints.location import (
    RESPONSE_FORMAT,
    Location,
    tool_parameters,
)
from dragoman.engines.llama_cpp.constraints.schema import prepared


def strictly(schema: dict[str, Any], where: Location = RESPONSE_FORMAT) -> dict[str, Any]:
    return prepared(schema, where, strict=True).schema


NODE = {
    "type": "object",
    "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "schema",
    [
        {
            "type": "object",
            "properties": {"a": {"type": ["integer", "null"]}},
            "additionalProperties": False,
        },
        {"enum": ["a", 1, None]},
        {"const": {"a": [1]}},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        {"type": "string", "pattern": "^[a-z]{3}-\\d+$"},
        {"type": "string", "format": "date"},
        {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
        {"$defs": {"0": {"type": "string"}}, "$ref": "#/$defs/0"},
        NODE,
        {},
    ],
)
def test_what_can_be_enforced_is_taken_as_it_is(schema: dict[str, Any]) -> None:
    assert strictly(schema) == schema


def test_annotations_do_not_reach_the_grammar_nor_does_a_way_to_steer_it() -> None:
    schema = {"title": "T", "description": "d", "x-guidance": {"lenient": True}, "type": "string"}
    assert strictly(schema) == {"type": "string"}


def test_a_property_may_be_called_like_a_keyword() -> None:
    schema = {
        "type": "object",
        "properties": {"not": {"type": "string"}, "title": True},
        "additionalProperties": False,
    }
    assert strictly(schema) == schema


def test_what_is_referred_to_is_kept_wherever_it_stands_and_the_rest_is_not() -> None:
    schema: dict[str, Any] = {
        "components": {"schemas": {"A": {"type": "null"}, "B": {"type": "string"}}},
        "$defs": {"List<a b>": {"type": "array"}, "unused": {"type": "string"}},
        "anyOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/$defs/List%3Ca%20b%3E"}],
    }
    kept = prepared(schema, RESPONSE_FORMAT, strict=False)
    assert kept.loosened == ()
    assert kept.schema == {
        "anyOf": [{"$ref": "#/$defs/0"}, {"$ref": "#/$defs/1"}],
        "$defs": {"0": {"type": "null"}, "1": {"type": "array"}},
    }


@pytest.mark.parametrize(
    ("bounds", "low", "high"),
    [
        ({}, -(10**15), 10**15),
        ({"multipleOf": 5}, -(10**15), 10**15),
        ({"minimum": 3}, 3, 10**15),
        ({"maximum": 3}, -(10**15), 3),
        ({"minimum": 10**16}, 10**16, None),
    ],
)
def test_integers_without_bounds_get_some_for_a_small_model_never_ends_one(
    bounds: dict[str, Any], low: int, high: int | None
) -> None:
    taken = strictly({"type": "integer", **bounds})
    assert (taken.get("minimum"), taken.get("maximum")) == (low, high)


PRIMES = [{"multipleOf": prime} for prime in (7, 11, 13, 17)]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "multipleOf": 99_999_989},
        {"type": "number", "multipleOf": 100.01},
        {"type": "number", "multipleOf": 1e-300},
        {"type": "integer", "allOf": PRIMES},
        {"type": "integer", "multipleOf": 7 * 11 * 13, "anyOf": [{"$ref": "#/$defs/n"}]}
        | {"$defs": {"n": {"multipleOf": 17}}},
    ],
)
def test_a_number_with_too_many_remainders_is_refused(schema: dict[str, Any]) -> None:
    # 134 bytes took chat away for ten minutes: a state of the grammar engine for each remainder.
    with pytest.raises(RequestInvalid, match="remainders"):
        strictly({"type": "object", "properties": {"a": schema}} | _defs(schema))


def _defs(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$defs": schema["$defs"]} if "$defs" in schema else {}


@pytest.mark.parametrize("multiple", [0.01, 0.25, 5, 60, 1000, 3600, 10_000])
def test_an_ordinary_multiple_is_taken(multiple: float) -> None:
    schema = {"type": "number", "multipleOf": multiple}
    assert strictly(schema) == schema


@pytest.mark.parametrize("multiple", [0, -3, float("inf"), float("nan")])
def test_a_multiple_that_is_none_is_refused(multiple: float) -> None:
    with pytest.raises(RequestInvalid):
        strictly({"type": "number", "multipleOf": multiple})


ENDLESS = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/more"}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "array", "minItems": 1, "items": {"$ref": "#"}},
        {"$defs": {"more": ENDLESS}, "$ref": "#/$defs/more"},
        {"$defs": {"more": ENDLESS}, "anyOf": [ENDLESS, {"$ref": "#/$defs/more"}]},
    ],
)
def test_a_schema_whose_values_never_end_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(RequestInvalid, match="without end"):
        strictly(schema)


@pytest.mark.parametrize(
    ("schema", "context"),
    [
        ({"not": {}}, "()"),
        ({"type": "object", "properties": {"a": {"if": {}}}}, "('properties', 'a')"),
        ({"type": "array", "uniqueItems": True}, "()"),
        ({"type": "array", "contains": {}}, "()"),
        ({"type": "object", "dependentRequired": {"a": ["b"]}}, "()"),
        ({"banana": 1}, "()"),
    ],
)
def test_an_unsupported_keyword_is_refused_with_its_path(
    schema: dict[str, Any], context: str
) -> None:
    with pytest.raises(RequestInvalid) as caught:
        strictly(schema)
    assert f"In context={context}, '" in caught.value.message
    assert caught.value.message.endswith("is not permitted.")
    assert (caught.value.param, caught.value.code) == ("response_format", "invalid_json_schema")


MALFORMED: list[dict[str, Any]] = [
    {"type": "strng"},
    {"type": []},
    {"enum": []},
    {"enum": "a"},
    {"anyOf": []},
    {"properties": []},
    {"required": "a"},
    {"minItems": -1},
    {"maxLength": 1_000_000},
    {"minimum": "0"},
    {"$ref": "http://127.0.0.1:1/x.json"},
    {"$ref": "#/nowhere"},
    {"$defs": {"n": {"$ref": "#/$defs/n"}}, "$ref": "#/$defs/n"},
    {
        "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}},
        "$ref": "#/$defs/a",
    },
    {"$ref": "other.json#/a"},
    {"format": "regex"},
    {"format": ["date"]},
    {"pattern": 5},
    {"pattern": "("},
    {"pattern": "(?=a)b"},
    {"pattern": "(a)\\1"},
    {"pattern": "^((a{1,500}){1,500}){1,500}$"},
    {"pattern": "a" * 4097},
    {"pattern": "[a-z]{0,2000}" * 9},
    {"minimum": 10**400},
    {"enum": [f"value_{number}" for number in range(10_001)]},
    {"properties": {f"p{number}": {} for number in range(1001)}},
    {"properties": {f"p{number}": {} for number in range(401)}},
    {"anyOf": [{"properties": {f"{o}{n}": {} for n in range(50)}} for o in range(9)]},
    {"const": "x" * 270_000},
    {"items": 5},
]


@pytest.mark.parametrize("schema", MALFORMED)
def test_malformed_and_hostile_schemas_are_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(RequestInvalid) as caught:
        strictly(schema)
    assert caught.value.message.startswith("Invalid schema for response_format: In context=")


@pytest.mark.parametrize("lead", ["#/default", "#/enum/0", "#/properties", "#/anyOf/00"])
def test_a_reference_leads_to_a_schema_that_was_looked_at(lead: str) -> None:
    schema: dict[str, Any] = {
        "default": {"type": "bogus"},
        "enum": [{"type": "bogus"}],
        "properties": {"a": {"$ref": lead}, "default": {"type": "null"}},
        "anyOf": [{"type": "object"}],
    }
    with pytest.raises(RequestInvalid, match=r"leads nowhere|not permitted|known types"):
        strictly(schema)
    good = {**schema, "properties": {**schema["properties"], "a": {"$ref": "#/properties/default"}}}
    assert strictly(good)


def test_a_circle_of_references_is_named_by_one_that_is_in_it() -> None:
    links: dict[str, Any] = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(400)}
    links["d400"] = {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/d390"}]}
    with pytest.raises(RequestInvalid, match=r"'#/\$defs/d(39\d|400)' leads to itself"):
        strictly({"$ref": "#/$defs/d0", "$defs": links})


@pytest.mark.parametrize("levels", [40, 900, 100_000])
def test_deep_schemas_are_refused_however_deep(levels: int) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"items": schema}
    with pytest.raises(RequestInvalid):
        strictly(schema)


def test_faults_in_a_function_name_the_function() -> None:
    with pytest.raises(RequestInvalid) as caught:
        strictly({"not": {}}, tool_parameters(2, "get_time"))
    assert caught.value.param == "tools[2].function.parameters"
    assert caught.value.code == "invalid_function_parameters"
    assert "function 'get_time'" in caught.value.message
