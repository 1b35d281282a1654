"""Schemas without `strict`: what cannot be enforced is left out of the grammar, and told."""

import json
from typing import Any

import jsonschema
import pytest
from jsonschema import Draft202012Validator

from dragoman.domain.chat import ChatRequest, JsonDocument, SchemaLoosened
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.engines.llama_cpp.constraints.location import RESPONSE_FORMAT, tool_parameters
from dragoman.engines.llama_cpp.constraints.schema import Kept, prepared
from dragoman.engines.llama_cpp.tools.answer_forms import Forms
from grammars import builds, text_under
from yardstick import rods_at_most

ASKED = (Message("user", (TextPart("Hello"),)),)
TEXT = {"type": "string"}


def kept(schema: dict[str, Any]) -> Kept:
    return prepared(schema, RESPONSE_FORMAT, strict=False)


def forms(*parameters: dict[str, Any], answer: dict[str, Any] | None = None) -> Forms:
    tools = tuple(Tool(f"f{number}", "", schema) for number, schema in enumerate(parameters))
    request = ChatRequest(ASKED, tools=tools)
    if answer is not None:
        request = ChatRequest(ASKED, format=JsonDocument(answer))
    made = Forms(request, tools, {})
    made.ensure(builds)
    return made


def told(*parameters: dict[str, Any]) -> list[tuple[str, ...]]:
    return [each.keywords for each in forms(*parameters).loosened]


def member(**schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}, "required": ["a"]}


@pytest.mark.parametrize(
    "schema",
    [
        member(type="string", optional=True, example="b", markdownDescription="*b*"),
        member(type="string", enum=["a"], enumNames=["A"]),
        member(type="string", format="password", writeOnly=True),
        member(type="integer", format="int64"),
        member(type="number", format="double"),
        member(type="array", items=TEXT, uniqueItems=False),
        member(type="object", propertyNames=TEXT, additionalProperties=TEXT),
        member(type="string", contentMediaType="image/png"),
        member(type="string", maxLength=65_536),
        member(type="array", items=TEXT, maxItems=100_000),
        member(type="string", pattern=r"^[\p{L}\p{N}_. ()-]+$"),
        member(type="string", pattern=r"^(?<year>\d{4})$"),
        member(enum=[f"value_{number}" for number in range(1200)]),
        member(type="string", description="word " * 14_000),
        member(type="number", minimum=-3.4e38, maximum=3.4e38),
        {"type": "object", "properties": {"a": TEXT}, "unevaluatedProperties": False},
    ],
)
def test_what_asserts_nothing_or_is_enforced_is_not_told(schema: dict[str, Any]) -> None:
    assert told(schema) == []


@pytest.mark.parametrize(
    ("schema", "keywords"),
    [
        (member(type="string", format="uri"), "format"),
        (member(type="array", items=TEXT, uniqueItems=True), "uniqueItems"),
        (member(type="string", **{"not": {"const": "b"}}), "not"),
        (member(**{"if": {"const": "b"}, "then": TEXT, "else": TEXT}), "else if then"),
        (member(type="array", contains=TEXT, minContains=2), "contains minContains"),
        (member(type="object", propertyNames={"pattern": "^b"}), "propertyNames"),
        (member(type="object", dependentRequired={"b": ["c"]}), "dependentRequired"),
        (member(type="string", contentEncoding="base64"), "contentEncoding"),
        (member(type="string", pattern=r"\bfoo\b"), "pattern"),
        (member(type="string", pattern="^(?!b)a"), "pattern"),
        (member(type="string", pattern="(?i)^abc$"), "pattern"),
        (member(type="string", pattern="a{1,5000}"), "pattern"),
        (member(type="string", maxLength=10**6), "maxLength"),
        (member(type="any"), "type"),
        (member(enum=[]), "enum"),
        (member(anyOf=[]), "anyOf"),
        (member(**{"$ref": "http://127.0.0.1:1/x.json"}), "$ref"),
        (member(**{"$ref": "#/nowhere"}), "$ref"),
        (member(type="number", multipleOf=99_999_989), "multipleOf"),
        (member(type="string", required=True), "required"),
        ({"type": "object", "properties": None}, "properties"),
        ({"type": "object", "properties": {f"p{n}": TEXT for n in range(1200)}}, "properties"),
        ({"type": "object", "properties": {"a": "string"}}, "properties"),
        (member(oneOf=[{"type": "number"}, {"type": "integer"}]), "oneOf"),
        (
            member(type="object", properties={"b": TEXT, "c": TEXT}, minProperties=2),
            "minProperties",
        ),
    ],
)
def test_what_cannot_be_enforced_is_told_and_the_rest_is_kept(
    schema: dict[str, Any], keywords: str
) -> None:
    rest = {"type": "object", "properties": {"z": {"const": 5}}, "required": ["z"]}
    made = forms(rest, schema)
    assert list(made.loosened) == [
        SchemaLoosened("tools[1].function.parameters", tuple(keywords.split()))
    ]


def test_members_beside_a_keyword_that_is_loosened_are_held_to_theirs() -> None:
    schema = {
        "type": "object",
        "properties": {
            "url": {"type": "string", "format": "uri", "minLength": 3},
            "ids": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        },
        "required": ["url", "ids"],
        "not": {"required": ["other"]},
    }
    what = kept(schema)
    assert what.loosened == ("format", "not", "uniqueItems")
    properties: Any = what.schema["properties"]
    assert properties == {
        "url": {"type": "string", "minLength": 3},
        "ids": {
            "type": "array",
            "items": {"type": "integer", "minimum": -(10**15), "maximum": 10**15},
        },
    }


DIALECTS: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string", "nullable": True}, ["a", None], [5]),
    ({"$ref": "#/$defs/n", "nullable": True}, ["a", None], [5]),
    ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, [1], [0]),
    ({"type": "integer", "format": "int32"}, [2**31 - 1], [2**31]),
    ({"type": "integer", "format": "uint8", "minimum": 5}, [5, 255], [4, 256]),
    ({"type": "string", "format": "uuid4"}, ["a" * 8 + "-bbbb-4ccc-8ddd-" + "e" * 12], ["a"]),
    (
        {"propertyNames": {"enum": ["x"]}, "additionalProperties": TEXT, "type": "object"},
        [{}, {"x": "b"}],
        [{"y": "b"}, {"x": 5}],
    ),
    (
        {"propertyNames": {"$ref": "#/$defs/k"}, "type": "object"},
        [{"k1": 5}],
        [{"k3": 5}],
    ),
    ({"anyOf": [{"not": {}}, TEXT]}, ["a"], [5, {}]),
]


@pytest.mark.parametrize(("schema", "values", "others"), DIALECTS)
def test_words_of_other_dialects_mean_what_they_mean_there(
    schema: dict[str, Any], values: list[Any], others: list[Any]
) -> None:
    what = kept({**schema, "$defs": {"n": TEXT, "k": {"enum": ["k1", "k2"]}}})
    assert what.loosened == ()
    check: Any = Draft202012Validator(what.schema)
    assert [check.is_valid(value) for value in values + others] == [True] * len(values) + [
        False
    ] * len(others)


def test_options_told_apart_by_a_member_are_enforced_though_they_are_referred_to() -> None:
    def pet(kind: str) -> dict[str, Any]:
        return {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]}

    union = {
        "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}, {"type": "null"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat"}},
    }
    schema = {**member(**union), "$defs": {"Cat": pet("cat"), "Dog": pet("dog")}}
    assert told(schema) == []
    properties: Any = kept(schema).schema["properties"]
    assert properties["a"].keys() == {"anyOf"}


def test_one_tool_that_cannot_be_understood_costs_that_tool() -> None:
    endless = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    never = member(type="string", minLength=5, maxLength=2)
    huge = member(const="x" * 300_000)
    good = member(type="string", enum=["only"])
    made = forms(good, endless, never, huge)
    assert [(each.field, each.keywords) for each in made.loosened] == [
        ("tools[1].function.parameters", ()),
        ("tools[2].function.parameters", ()),
        ("tools[3].function.parameters", ()),
    ]
    grammar = made.calls().grammar
    assert grammar
    assert '"only"' in grammar
    assert builds(grammar)


def test_an_answer_without_strict_is_loosened_like_a_tool() -> None:
    made = forms(answer={"type": "array", "items": TEXT, "uniqueItems": True})
    assert list(made.loosened) == [SchemaLoosened("response_format", ("uniqueItems",))]
    assert made.document == {"type": "array", "items": TEXT}
    impossible = forms(answer={"type": "string", "minLength": 2, "maxLength": 1})
    assert list(impossible.loosened) == [SchemaLoosened("response_format", ())]


def test_options_inside_each_other_and_back_are_given_up_where_they_lead_in_circles() -> None:
    schema = {
        "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}},
        **member(**{"$ref": "#/$defs/a"}),
    }
    assert told(schema) == [("$ref",)]


def hostile() -> list[dict[str, Any]]:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"items": deep}
    maps: dict[str, Any] = {}
    for _ in range(8):
        names = {"enum": [f"k{number}" for number in range(250)]}
        maps = {"propertyNames": names, "additionalProperties": maps}
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(9000)}
    wide: dict[str, Any] = {f"d{n}": {"type": "string", "minLength": n} for n in range(1500)}
    all_of = [{"$ref": f"#/$defs/d{n}"} for n in range(1500)]
    many = {f"p{n}": {"allOf": [{"$ref": "#/$defs/all"}]} for n in range(300)}
    again: Any = {f"$x{n}": 5 for n in range(4000)}
    for number in range(30):
        again = {"properties": {"again": again, "me": {"$ref": "#" + "/properties/again" * number}}}
    bombs = {f"d{n}": member(**{"$ref": f"#/$defs/d{n + 1}"}) for n in range(30)}
    bombs["d30"] = {"properties": {f"p{n}": {"$ref": "#/$defs/d0"} for n in range(390)}}
    return [
        deep,
        maps,
        {"$ref": "#/$defs/d0", "$defs": {**chain, "d9000": {"$ref": "#/$defs/d8000"}}},
        {"properties": many, "$defs": {**wide, "all": {"anyOf": all_of}}},
        {"properties": many, "$defs": {**wide, "all": {"multipleOf": 3, "anyOf": all_of}}},
        again,
        {"$ref": "#/$defs/d0", "$defs": bombs},
        {"oneOf": [{"$ref": f"#/$defs/d{n}"} for n in range(1500)], "$defs": wide},
        {"enum": [str(number) for number in range(100_000)]},
        {"required": [f"r{number}" for number in range(20_000)], "properties": {"a": {}}},
        {"allOf": [{"properties": {f"a{n}_{m}": {} for m in range(30)}} for n in range(300)]},
    ]


@pytest.mark.parametrize("number", range(len(hostile())))
def test_hostile_schemas_are_loosened_in_a_moment(number: int) -> None:
    schema = {"type": "object", **hostile()[number]}
    with rods_at_most(150):
        what = prepared(schema, tool_parameters(0, "f"), strict=False)
    assert len(json.dumps(what.schema)) < 1_000_000


def test_a_text_under_what_is_kept_is_valid_under_all_where_nothing_is_told() -> None:
    tree: dict[str, Any] = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z]{1,5}$"},
            "size": {"type": "integer", "minimum": 1, "maximum": 9, "nullable": False},
            "of": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2},
        },
        "required": ["name", "also"],
    }
    found = kept(tree)
    assert found.loosened == ()
    for seed in range(20):
        if text := text_under(found.schema, seed):
            jsonschema.validate(json.loads(text), tree, Draft202012Validator)
