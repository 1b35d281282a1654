"""The field `response_format`: the form of the answer."""

from collections.abc import Callable, Iterable

from dragoman.domain.chat import AnswerFormat, FreeText, JsonDocument, JsonObject
from dragoman.domain.conversation import JsonSchema, Message
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.schemas import strict_fault
from dragoman.wire.fields import Fields, Json, boolean, enum, members, string

NAME = string(64, 1, "^[a-zA-Z0-9_-]+$")
ABOUT_SCHEMAS = ("name", "description", "schema", "strict")
"""The members of the object that holds a schema."""

ANY_OBJECT: JsonSchema = {"type": "object"}


def response_format(value: Json, path: str) -> AnswerFormat:
    """Read the whole field; a `Check`."""

    def nested(fields: Fields) -> AnswerFormat:
        fields.only("type", "json_schema")
        about = fields.required("json_schema", Fields)
        about.only(*ABOUT_SCHEMAS)
        return document(about, "response_format", path)

    return format_of(Fields(value, path), nested)


def format_of(fields: Fields, by_schema: Callable[[Fields], AnswerFormat]) -> AnswerFormat:
    """Read a format by its `type`; `by_schema` reads those of type `json_schema`."""
    kind = fields.required("type", enum("json_object", "json_schema", "text"))
    if kind == "json_schema":
        return by_schema(fields)
    fields.only("type")
    return JsonObject() if kind == "json_object" else FreeText()


def document(fields: Fields, called: str, path: str) -> AnswerFormat:
    """Read a schema from its object; messages call it `called` and point at `path`."""
    name = fields.required("name", NAME)
    fields.optional("description", string())
    schema = fields.optional("schema", members, ANY_OBJECT)
    strict = fields.optional("strict", boolean, default=False)
    if strict and (fault := strict_fault(schema)):
        raise RequestInvalid(
            f"Invalid schema for {called} '{name}': {fault}",
            param=path,
            code="invalid_json_schema",
        )
    return JsonDocument(schema, strict)


def check_json_is_asked_for(messages: Iterable[Message]) -> None:
    """Check that the word JSON stands in the messages, as JSON mode needs it.

    A model that is not told tends to write white space for ever.
    """
    if not any("json" in message.text.lower() for message in messages):
        raise RequestInvalid(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'.",
            param="messages",
        )
