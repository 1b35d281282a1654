"""A call that led nowhere, tried again with what was looked up since.

A small model that has called with a name in place of a number, and has looked the number up, likes
to write the first call once more. What it may write is then what was found.
"""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from dragoman.domain.conversation import AnyTool, CustomTool, Message
from dragoman.engines.llama_cpp.json_values import leaves, loaded
from dragoman.engines.llama_cpp.prompt.failures import failed
from dragoman.engines.llama_cpp.tools.answer_forms import Values
from dragoman.engines.llama_cpp.tools.decision import excerpt

MOST = 64
"""Values that are offered."""
LONGEST = 64
"""Characters of a value; longer ones are texts."""
DEEPEST = 4
"""Levels of objects and lists in which values are looked for."""


def later_values(messages: Sequence[Message], tool: AnyTool) -> Values:
    """The values that the only required argument of `tool` may have now.

    Empty, if it must have none or several, or if nothing was looked up since it failed.
    """
    if isinstance(tool, CustomTool):
        return {}
    required = tool.parameters.get("required")
    listed = cast("list[object]", required) if isinstance(required, list) else []
    names = [name for name in listed if isinstance(name, str)]
    steps = excerpt.steps(messages)
    calls = [number for number, (name, _, _) in enumerate(steps) if name == tool.name]
    if len(names) != 1 or not calls or not failed(steps[calls[-1]][2]):
        return {}
    kind = _kind(tool, names[0])
    tried = "\n".join(steps[number][1] for number in calls)
    since = [
        value
        for _, _, result in steps[calls[-1] + 1 :]
        for _, value in leaves((), loaded(result), DEEPEST)
        if type(value) is kind and 0 < len(str(value)) <= LONGEST
    ]
    new = [value for value in since if json.dumps(value, ensure_ascii=False) not in tried]
    values = list(dict.fromkeys(new))[:MOST]
    return {names[0]: values} if values else {}


def _kind(tool: AnyTool, name: str) -> type | None:
    """The type of a property without fixed values; None: it has none of those known here."""
    properties: object = None if isinstance(tool, CustomTool) else tool.parameters.get("properties")
    if not isinstance(properties, Mapping):
        return None
    schema = cast("Mapping[str, object]", properties).get(name)
    if not isinstance(schema, Mapping) or "enum" in schema or "const" in schema:
        return None
    kind = cast("Mapping[str, object]", schema).get("type")
    return {"string": str, "integer": int}.get(str(kind))
