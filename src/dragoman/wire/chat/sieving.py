"""A sieve that takes members without effect out of a chat request, and names them."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, cast

from dragoman.wire.chat import local
from dragoman.wire.chat.messages import CALL, CALLED, MEMBERS
from dragoman.wire.chat.parts import BREAKPOINT
from dragoman.wire.fields import Json
from dragoman.wire.strangers import Sieve

One: TypeAlias = Callable[[Sieve, Json, str], Json]

TOOL = ("type", "function", "custom")
FUNCTION = ("name", "description", "parameters", "strict")


def sieved(sieve: Sieve, body: Mapping[str, Json], known: Collection[str]) -> Mapping[str, Json]:
    """The body without its members that have no effect; `known` are the other ones at its top."""
    kept = dict(cast("Mapping[str, Json]", sieve.without(body, "", local.WITHOUT_EFFECT, known)))
    for name, one in (("messages", _message), ("tools", _tool)):
        if name in kept:
            kept[name] = _each(sieve, kept[name], name, one)
    return kept


def _each(sieve: Sieve, value: Json, path: str, one: One) -> Json:
    if not isinstance(value, list):
        return value
    return [one(sieve, item, path) for item in cast("list[Json]", value)]


def _message(sieve: Sieve, value: Json, path: str) -> Json:
    if not isinstance(value, dict):
        return value
    role = cast("Mapping[str, Json]", value).get("role")
    known = MEMBERS.get(role) if isinstance(role, str) else None
    kept = sieve.without(value, path, local.IN_MESSAGES, known)
    kept["content"] = _each(sieve, kept.get("content"), f"{path}.content", _part)
    kept["tool_calls"] = _each(sieve, kept.get("tool_calls"), f"{path}.tool_calls", _call)
    return {name: member for name, member in kept.items() if name in value}


def _part(sieve: Sieve, value: Json, path: str) -> Json:
    kind = cast("Mapping[str, Json]", value).get("type") if isinstance(value, dict) else None
    known = ("type", kind, BREAKPOINT) if isinstance(kind, str) else None
    sieve.note(value, path, BREAKPOINT)
    return sieve.without(value, path, local.IN_PARTS, known)


def _call(sieve: Sieve, value: Json, path: str) -> Json:
    kept = sieve.without(value, path, local.IN_CALLS, CALL)
    return _within(sieve, kept, path, "function", CALLED)


def _tool(sieve: Sieve, value: Json, path: str) -> Json:
    kept = sieve.without(value, path, local.IN_CALLS, TOOL)
    return _within(sieve, kept, path, "function", FUNCTION)


def _within(sieve: Sieve, value: Json, path: str, name: str, known: Collection[str]) -> Json:
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Json]", value)
    if name not in members:
        return members
    inner = sieve.without(members[name], f"{path}.{name}", local.IN_CALLS, known)
    return {**members, name: inner}
