"""A `dragoman.toml` of all settings with their defaults: what `dragoman config --toml` prints."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

from dragoman import __version__
from dragoman.serving.settings import Settings
from dragoman.serving.settings_file import NAME, user_file, value_of

_WIDTH = 88
_HEAD = """\
The settings of Dragoman {version}, with their defaults: take the # away before a name to set it.
Options of `dragoman serve` and DRAGOMAN_ variables come before what stands here. Text stands in
quotes, and nothing is replaced in it.

This file is read where --config or DRAGOMAN_CONFIG names it, or as {place}.
Where there are keys in it: chmod 600."""
_KINDS: Mapping[str, str] = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "table",
}


def template() -> str:
    """The file: each setting with what it is for, what it may be, and its default."""
    head = _HEAD.format(version=__version__, place=user_file() or NAME)
    parts = [_comment(head)]
    schema = Settings.model_json_schema()["properties"]
    texts = descriptions()
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        parts.append("\n".join(_lines(name, texts[name], schema[name], default)))
    return "\n\n".join(parts) + "\n"


def descriptions() -> Mapping[str, str]:
    """The text below each setting in the source, on one line."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(Settings))).body
    statements = cast("ast.ClassDef", body).body
    texts: dict[str, str] = {}
    for field, text in pairwise(statements):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                texts[name] = " ".join(words.split())
            case _:
                pass
    return texts


def literal(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(int(value) if value.is_integer() else value)
        case list() | tuple():
            items = cast("list[object] | tuple[object, ...]", value)
            return f"[{', '.join(literal(item) for item in items)}]"
        case dict():
            pairs = cast("dict[str, object]", value)
            inner = ", ".join(f"{literal(key)} = {literal(each)}" for key, each in pairs.items())
            return f"{{ {inner} }}" if inner else "{}"
        case _:
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines(name: str, text: str, schema: Mapping[str, Any], default: object) -> Iterator[str]:
    yield _comment(f"{text} {limits(schema)}".rstrip())
    examples = [literal(example) for example in schema.get("examples", ())]
    if default is None:
        yield "# Not set; for example:"
        yield f"#{name} = {examples[0]}"
        return
    yield from (f"# For example: {name} = {example}" for example in examples)
    yield f"#{name} = {literal(default)}"


def limits(schema: Mapping[str, Any]) -> str:
    """What a value may be, in words."""
    value = value_of(schema)
    if "enum" in value:
        *first, last = (literal(each) for each in value["enum"])
        return f"({', '.join(first)} or {last})"
    low, high = value.get("minimum"), value.get("maximum")
    bounds = ""
    if "exclusiveMinimum" in value:
        bounds = f" above {literal(value['exclusiveMinimum'])}"
    elif low is not None:
        bounds = f" from {literal(low)}" + ("" if high is None else f" to {literal(high)}")
    kind = _KINDS.get(value["type"], "")
    return f"({kind}{bounds})" if kind else ""


def _comment(text: str) -> str:
    paragraphs = text.split("\n\n")
    wrapped = [textwrap.wrap(each, _WIDTH, break_long_words=False) for each in paragraphs]
    return "\n#\n".join("\n".join(f"# {line}" for line in lines) for lines in wrapped)
