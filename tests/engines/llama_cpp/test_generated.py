"""Schemas as generators write them: each is usable without strict, and the docs say how far."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, Union, cast
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from openai.lib._parsing._completions import type_to_response_format_param
from pydantic import (
    UUID4,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    ByteSize,
    Field,
    FilePath,
    HttpUrl,
    IPvAnyAddress,
    Json,
    PastDate,
    PositiveInt,
    SecretStr,
    create_model,
)

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.constraints import grammar
from dragoman.engines.llama_cpp.constraints.location import RESPONSE_FORMAT, tool_parameters
from dragoman.engines.llama_cpp.constraints.schema import prepared
from dragoman.engines.llama_cpp.tools.answer_forms import Forms
from dragoman.wire.chat.schemas import object_fault, strict_fault
from grammars import builds, text_under

HERE = Path(__file__).parent / "generated"
PAGE = (Path(__file__).parents[3] / "docs/schemas.md").read_text(encoding="utf-8")
SERVERS: list[dict[str, Any]] = json.loads((HERE / "mcp.json").read_text(encoding="utf-8"))
ZOD: dict[str, Any] = json.loads((HERE / "zod.json").read_text(encoding="utf-8"))
PETSTORE: dict[str, Any] = json.loads((HERE / "petstore.json").read_text(encoding="utf-8"))
FASTAPI: dict[str, Any] = json.loads((HERE / "fastapi.json").read_text(encoding="utf-8"))
ASKED = (Message("user", (TextPart("Hello"),)),)


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Node(BaseModel):
    value: str
    children: list["Node"] = []


class Color(str, Enum):  # noqa: UP042 - as people write it
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


PYDANTIC: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "Decimal": Decimal,
    "Decimal, max_digits": Annotated[Decimal, Field(max_digits=10, decimal_places=2)],
    "HttpUrl": HttpUrl,
    "AnyUrl": AnyUrl,
    "Path": Path,
    "FilePath": FilePath,
    "bytes": bytes,
    "Base64Bytes": Base64Bytes,
    "SecretStr": SecretStr,
    "timedelta": timedelta,
    "datetime": datetime,
    "AwareDatetime": AwareDatetime,
    "date": date,
    "PastDate": PastDate,
    "time": time,
    "UUID": UUID,
    "UUID4": UUID4,
    "IPv4Address": IPv4Address,
    "IPv6Address": IPv6Address,
    "IPvAnyAddress": IPvAnyAddress,
    "list[list[float]]": list[list[float]],
    "set[str]": set[str],
    "frozenset[int]": frozenset[int],
    "tuple[int, str]": tuple[int, str],
    "tuple[int, ...]": tuple[int, ...],
    "dict[str, int]": dict[str, int],
    "dict[str, Any]": dict[str, Any],
    "dict[Color, int]": dict[Color, int],
    "dict[Literal, str]": dict[Literal["a", "b"], str],
    "dict[int, str]": dict[int, str],
    "Any": Any,
    "Optional[str]": Optional[str],  # noqa: UP045 - as people write it
    "Union[int, str, None]": Union[int, str, None],  # noqa: UP007
    "Literal": Literal["a", 1, None],  # noqa: PYI061
    "Enum": Color,
    "IntEnum": Level,
    "discriminated union": Annotated[Cat | Dog, Field(discriminator="kind")],
    "plain union": Cat | Dog,
    "recursive model": Node,
    "pattern": Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{4}$")],
    r"pattern with \b": Annotated[str, Field(pattern=r"^\bfoo")],
    "max_length 20,000": Annotated[str, Field(max_length=20_000)],
    "list, 3 to 5": Annotated[list[int], Field(min_length=3, max_length=5)],
    "ge, le": Annotated[float, Field(ge=0, le=1)],
    "multiple_of": Annotated[int, Field(multiple_of=5)],
    "PositiveInt": PositiveInt,
    "ByteSize": ByteSize,
    "Json": Json,
    "json_schema_extra": Annotated[str, Field(json_schema_extra={"example": "a", "unit": "kg"})],
    "default_factory": Annotated[list[str], Field(default_factory=list)],
}


def forms(*schemas: dict[str, Any]) -> Forms:
    assert not any(map(object_fault, schemas))
    tools = tuple(Tool(f"f{number}", "", schema) for number, schema in enumerate(schemas))
    made = Forms(ChatRequest(ASKED, tools=tools), tools, {})
    made.ensure(builds)
    return made


def loosened(*schemas: dict[str, Any]) -> str:
    """The keywords that are not kept, as the page has them; every schema keeps something."""
    found = list(forms(*schemas).loosened)
    assert all(each.keywords for each in found)
    return ", ".join(f"`{word}`" for word in sorted({w for each in found for w in each.keywords}))


REASONS = {
    "the format ": "`format`",
    "look-around": "`pattern`",
    "word boundaries": "`pattern`",
    "'additionalProperties' is required": "`additionalProperties`",
    "must have a 'type'": "no `type`",
    "missing items": "no `items`",
}


def strictly(schema: dict[str, Any]) -> str:
    """What a strict schema is refused for, as the page has it."""
    fault = strict_fault(schema)
    if fault is None:
        try:
            kept = prepared(schema, RESPONSE_FORMAT, strict=True)
        except RequestInvalid as error:
            fault = error.message
        else:
            return "" if builds(grammar.document(kept.schema)) else "cannot be built"
    if found := re.search(r"'(\S+)' is not permitted", fault):
        return f"`{found[1]}`"
    return next(words for part, words in REASONS.items() if part in fault)


def closed(schema: Any) -> Any:
    """As clients make a schema strict: nothing else, and nothing left out."""
    if isinstance(schema, list):
        return [closed(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    inside = {key: closed(value) for key, value in cast("dict[str, Any]", schema).items()}
    if inside.get("type") == "object" and isinstance(inside.get("properties"), dict):
        inside |= {"additionalProperties": False, "required": list(inside["properties"])}
    return inside


def model(kind: Any) -> type[BaseModel]:
    made: Any = create_model
    return made("Order", f=(kind, ...))


def rows(found: dict[str, tuple[str, str]]) -> list[str]:
    """Types with the same fate, in one row."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for name, fate in found.items():
        grouped.setdefault(fate, []).append(name)
    return [
        f"| {', '.join(f'`{name}`' for name in names)} | {loose} | {strict} |"
        for (loose, strict), names in grouped.items()
        if loose or strict
    ]


def test_every_function_of_every_server_is_usable_and_the_page_says_how_far() -> None:
    assert len(SERVERS) >= 15
    for server in SERVERS:
        functions = server["tools"].values()
        row = (
            f"| {server['server']} | `{server['package']}` {server['version']} | {len(functions)} "
            f"| {loosened(*functions)} |"
        )
        assert row in PAGE


def test_every_type_of_pydantic_is_usable_and_the_page_says_how_far() -> None:
    assert len(PYDANTIC) >= 50
    fates: dict[str, tuple[str, str]] = {}
    for name, kind in PYDANTIC.items():
        made = model(kind)
        sent: Any = type_to_response_format_param(made)
        strict = strictly(sent["json_schema"]["schema"])
        fates[name] = loosened(made.model_json_schema()), strict
    assert [row for row in rows(fates) if row not in PAGE] == []
    alike = sum(fate == ("", "") for fate in fates.values())
    assert f"The other {alike} of {len(fates)} types of Pydantic" in PAGE


def test_every_type_of_zod_is_usable_and_the_page_says_how_far() -> None:
    assert len(ZOD) >= 50
    fates = {name: (loosened(schema), strictly(closed(schema))) for name, schema in ZOD.items()}
    assert [row for row in rows(fates) if row not in PAGE] == []
    alike = sum(fate == ("", "") for fate in fates.values())
    assert f"The other {alike} of {len(fates)} types of zod" in PAGE


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parameters of a function for each operation of an OpenAPI document."""
    for operation in (each for path in document["paths"].values() for each in path.values()):
        given = {each["name"]: each["schema"] for each in operation.get("parameters", [])}
        required = [each["name"] for each in operation.get("parameters", []) if each["required"]]
        if "requestBody" in operation:
            given["body"] = operation["requestBody"]["content"]["application/json"]["schema"]
            required.append("body")
        yield {
            "type": "object",
            "properties": given,
            "required": required,
            "components": document.get("components", {}),
        }


@pytest.mark.parametrize(
    ("document", "words"),
    [(PETSTORE, ""), (FASTAPI, "`uniqueItems`")],
    ids=["petstore", "FastAPI"],
)
def test_the_operations_of_an_openapi_document_are_usable(
    document: dict[str, Any], words: str
) -> None:
    found = list(operations(document))
    assert loosened(*found) == words
    for schema in found:
        check: Any = Draft202012Validator(schema)
        for text in drawn(schema):
            check.validate(json.loads(text))


def drawn(schema: dict[str, Any]) -> Iterator[str]:
    kept = prepared(schema, tool_parameters(0, "f"), strict=False)
    yield from filter(None, (text_under(kept.schema, seed) for seed in range(3)))


def test_arguments_drawn_under_what_is_kept_are_valid_where_nothing_is_told() -> None:
    functions = [schema for server in SERVERS for schema in server["tools"].values()]
    models = [model(kind).model_json_schema() for kind in PYDANTIC.values()]
    texts = 0
    for schema in (*functions[::5], *models, *ZOD.values()):
        # Python's expressions, with which it is checked, know no properties of characters.
        if not loosened(schema) and r"\\p{" not in json.dumps(schema):
            check: Any = Draft202012Validator(schema)
            for text in drawn(schema):
                texts += 1
                check.validate(json.loads(text))
    assert texts > 200
