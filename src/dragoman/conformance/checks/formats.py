"""Answers of chat that are JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from dragoman.conformance.check import CHAT, Check, Differs, NotTried, check
from dragoman.conformance.events import choices, read
from dragoman.conformance.reading import require, text, value
from dragoman.conformance.server import Fields, Server, user

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["cat", "dog"]},
        "age": {"type": ["integer", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    },
    "required": ["name", "kind", "age", "tags"],
    "additionalProperties": False,
}
"""A schema of which nothing has to be fetched."""
_FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "animal", "strict": True, "schema": SCHEMA},
}
_STRICT: Fields = {
    "messages": user("Invent an animal."),
    "response_format": _FORMAT,
    "temperature": 1,
    "max_tokens": 200,
}


@check("formats.json_object", CHAT)
async def json_object(server: Server) -> None:
    """The format json_object makes the answer a JSON object."""
    messages = [{"role": "system", "content": "You write JSON."}, *user("Describe a cat.")]
    fields = {"messages": messages, "response_format": {"type": "json_object"}, "max_tokens": 200}
    document = _parsed(*_content(await server.chat(fields)))
    require(isinstance(document, dict), "the answer is no object")


@check("formats.json_schema", CHAT)
async def json_schema(server: Server) -> None:
    """A strict json_schema is kept to at temperature 1, three times."""
    for seed in range(3):
        _require_schema(*_content(await server.chat({**_STRICT, "seed": seed})))


@check("formats.stream", CHAT)
async def stream(server: Server) -> None:
    """A streamed answer keeps to its schema, too."""
    events = await read(server, CHAT, _STRICT)
    finish = value(choices(events.documents)[-1], "finish_reason")
    _require_schema(events.content(), str(finish))


def _content(answer: object) -> tuple[str, str]:
    return (
        text(answer, "choices.0.message.content"),
        text(answer, "choices.0.finish_reason"),
    )


def _parsed(written: str, finish: str) -> object:
    if finish == "length":
        raise NotTried("the model did not come to an end within 200 tokens")
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Differs("the answer is no JSON") from error


def _require_schema(written: str, finish: str) -> None:
    validator: Any = Draft202012Validator(SCHEMA)
    try:
        validator.validate(_parsed(written, finish))
    except ValidationError as error:
        raise Differs(f"the schema is not kept to at {error.json_path[:40]}") from error


CHECKS: Sequence[Check] = (json_object, json_schema, stream)
