"""Grammars for constrained decoding, in llguidance's Lark.

Source: https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

HEAD = "%llguidance {}\n"
WITNESS = "~"
"""The character that a grammar's trial must begin with: see `witnessed`."""
CALL, CALL_END = "<tool_call>", "</tool_call>"

_ANY = r"(.|\n)*"
_NO_CALL = r"/[^<{\[`\s](.|\n)*/"
_SPACING = {
    "whitespace_flexible": False,
    "item_separator": ", ",
    "key_separator": ": ",
}


def document(schema: Mapping[str, Any]) -> str:
    """One JSON text that is valid under `schema`, with fixed white space."""
    return f"{HEAD}start: {_json(schema)}\n"


def any_object() -> str:
    """One JSON object."""
    return document({"type": "object"})


def call(
    tools: Sequence[tuple[str, Mapping[str, Any]]],
    special: Mapping[str, int],
    custom: Sequence[str] = (),
) -> str:
    """A call of one of `tools` (name and schema of the arguments), or the head of one of `custom`.

    What a custom tool is called with is decoded by itself, see `typed`.
    """
    begin, end = _mark(CALL, special), _mark(CALL_END, special)
    calls = [f"{begin} {_call(*tool)} {end}" for tool in tools]
    calls += [f"{begin} {json.dumps(head(name))}" for name in custom]
    rules = [f"call_{number}: {each}" for number, each in enumerate(calls)]
    options = " | ".join(f"call_{number}" for number in range(len(calls)))
    return "\n".join([f"{HEAD}start: call", f"call: {options}", *rules, ""])


def head(name: str) -> str:
    """The text of a custom tool's call before its input."""
    return f'{{"name": {json.dumps(name)}}}\n'


def typed(rule: str, rules: str, special: Mapping[str, int]) -> str:
    """A custom tool's input, `rule` of the caller's `rules`; the end of a call may follow."""
    return f"{HEAD}start: {rule} {_mark(CALL_END, special)}?\n{rules}\n"


def followed(rule: str, rules: str) -> str:
    """An answer that is `rule` of the caller's `rules`."""
    return f"{HEAD}start: {rule}\n{rules}\n"


def text(pattern: str | None = None, *, no_call: bool = False) -> str:
    """Text that follows `pattern`, or any; with `no_call`, none that begins as calls do."""
    rule = f"/{pattern or _ANY}/" + (f" & {_NO_CALL}" if no_call else "")
    return f"{HEAD}start: TEXT\nTEXT: {rule}\n"


def witnessed(grammar: str) -> str:
    """The same grammar behind one character that no model writes of its own accord.

    A grammar that the engine cannot build is dropped in silence; this one shows whether it was.
    """
    return grammar.replace("start: ", f'start: "{WITNESS}" witnessed_rule\nwitnessed_rule: ', 1)


def _mark(mark: str, special: Mapping[str, int]) -> str:
    return f"<[{special[mark]}]>" if mark in special else json.dumps(mark)


def _json(schema: Mapping[str, Any]) -> str:
    return f"%json {json.dumps({'x-guidance': _SPACING, **schema}, ensure_ascii=False)}"


def _call(name: str, arguments: Mapping[str, Any]) -> str:
    head = json.dumps(f'{{"name": {json.dumps(name)}, "arguments": ')
    return f'{head} {_json(arguments)} "}}"'
