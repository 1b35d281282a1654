"""Custom tools, which are called with a text that may have to follow a grammar."""

from typing import Literal, cast

from dragoman.domain.conversation import CustomTool, Grammar
from dragoman.wire.fields import Fields, enum, string

NAME = string(64, 1, "^[a-zA-Z0-9_-]+$")


def custom_tool(fields: Fields) -> CustomTool:
    """Read the member `custom` of a tool; whether its grammar can be built the engine says."""
    fields.only("name", "description", "format")
    name = fields.required("name", NAME)
    description = fields.optional("description", string(), "")
    wanted = fields.optional("format", Fields)
    return CustomTool(name, description, None if wanted is None else _grammar(wanted))


def _grammar(fields: Fields) -> Grammar | None:
    if fields.required("type", enum("text", "grammar")) == "text":
        fields.only("type")
        return None
    fields.only("type", "grammar")
    inside = fields.required("grammar", Fields)
    inside.only("definition", "syntax")
    return grammar(inside)


def grammar(fields: Fields) -> Grammar:
    """Read a grammar from the object that holds its definition and syntax."""
    definition = fields.required("definition", string(shortest=1))
    syntax = fields.required("syntax", enum("lark", "regex"))
    return Grammar(cast("Literal['lark', 'regex']", syntax), definition)
