"""When two requests are the same: their normal form, its hash, and where two of them differ."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import cast

from msgspec import UNSET

from dragoman.migration.exchange import Body, Part, Request
from dragoman.wire.fields import Json

_SAMPLING: Mapping[str, Json] = {
    "temperature": 1,
    "top_p": 1,
    "n": 1,
    "stream": False,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logit_bias": {},
}
DEFAULTS: Mapping[str, Mapping[str, Json]] = {
    "/chat/completions": {
        **_SAMPLING,
        "logprobs": False,
        "store": False,
        "parallel_tool_calls": True,
        "response_format": {"type": "text"},
        "modalities": ["text"],
        "service_tier": "auto",
        "metadata": {},
    },
    "/completions": {**_SAMPLING, "best_of": 1, "echo": False, "max_tokens": 16},
    "/responses": {
        "temperature": 1,
        "top_p": 1,
        "stream": False,
        "store": True,
        "background": False,
        "parallel_tool_calls": True,
        "truncation": "disabled",
        "tool_choice": "auto",
        "service_tier": "auto",
        "text": {"format": {"type": "text"}},
        "metadata": {},
    },
    "/audio/speech": {"response_format": "mp3", "speed": 1, "stream_format": "audio"},
    "/audio/transcriptions": {
        "response_format": "json",
        "temperature": 0,
        "stream": False,
        "timestamp_granularities": ["segment"],
    },
    "/audio/translations": {"response_format": "json", "temperature": 0},
    "/embeddings": {"encoding_format": "float"},
}
"""Path → fields that mean the same where they are left out. Source: OpenAI's API reference."""

MOST_DIFFERENCES = 200
"""The differences after which no more are looked for."""

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a request is not what was recorded; None: it has nothing there."""

    path: str
    sent: str | None
    recorded: str | None


def normal_form(request: Request, ignored: Collection[str] = ()) -> Mapping[str, Json]:
    """What of a request decides whether it is another's equal; `ignored` are fields that do not."""
    form: dict[str, Json] = {"method": request.method, "path": request.path}
    if request.query:
        form["query"] = sorted(f"{name}={value}" for name, value in request.query)
    if request.body is not None:
        form["body"] = _body(request.path, request.body, ignored)
    return form


def key(form: Mapping[str, Json]) -> str:
    """The hash of a normal form."""
    text = json.dumps(form, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def differences(sent: Mapping[str, Json], recorded: Mapping[str, Json]) -> list[Difference]:
    """Where two normal forms differ, the first `MOST_DIFFERENCES` places."""
    return list(islice(_differ("", sent, recorded), MOST_DIFFERENCES))


def _body(path: str, body: Body, ignored: Collection[str]) -> Json:
    if body.form is not None:
        return _without_defaults(path, _fields(path, body.form), ignored)
    if body.json is not UNSET:
        value = _plain(body.json)
        if isinstance(value, dict):
            return _without_defaults(path, cast("dict[str, Json]", value), ignored)
        return value
    return body.text if body.file is None else {"sha256": body.file.sha256}


def _without_defaults(
    path: str, fields: Mapping[str, Json], ignored: Collection[str]
) -> dict[str, Json]:
    defaults = DEFAULTS.get(path, {})
    return {
        name: value
        for name, value in fields.items()
        if name not in ignored and not (name in defaults and _same(value, defaults[name]))
    }


def _same(value: object, default: object) -> bool:
    """Whether a field has its default; 0 is not false."""
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def _plain(value: Json) -> Json:
    """A value without what makes no difference: members that are null, and how a number is written.

    Nulls are left out everywhere: `"content": null` of a message is one that has none.
    """
    if isinstance(value, dict):
        members = cast("Mapping[str, Json]", value).items()
        return {name: _plain(item) for name, item in members if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Json]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _fields(path: str, parts: Collection[Part]) -> dict[str, Json]:
    """The fields of a form by their names; `a[]` is `a`, and files are what they hold."""
    defaults = DEFAULTS.get(path, {})
    fields: dict[str, list[Json]] = {}
    arrays: set[str] = set()
    for part in parts:
        name = part.name.removesuffix("[]")
        if name != part.name or isinstance(defaults.get(name), list):
            arrays.add(name)
        value: Json = {"sha256": part.file.sha256} if part.file else part.text
        if isinstance(value, str) and name in defaults and not isinstance(defaults[name], str):
            value = _scalar(value)
        fields.setdefault(name, []).append(value)
    return {
        name: values if name in arrays or len(values) > 1 else values[0]
        for name, values in fields.items()
    }


def _scalar(text: str) -> Json:
    """The number or the truth that a field of a form holds, if it does."""
    try:
        value = json.loads(text.lower())
    except ValueError:
        return text
    return _plain(value) if isinstance(value, bool | int | float) else text


def _differ(path: str, sent: Json, recorded: Json) -> Iterator[Difference]:
    if isinstance(sent, dict) and isinstance(recorded, dict):
        ours, theirs = cast("dict[str, Json]", sent), cast("dict[str, Json]", recorded)
        for name in (*ours, *(other for other in theirs if other not in ours)):
            inside = f"{path}.{name}" if path else name
            yield from _differ(inside, ours.get(name, _ABSENT), theirs.get(name, _ABSENT))
    elif isinstance(sent, list) and isinstance(recorded, list):
        first, second = cast("list[Json]", sent), cast("list[Json]", recorded)
        for place in range(max(len(first), len(second))):
            here = first[place] if place < len(first) else _ABSENT
            there = second[place] if place < len(second) else _ABSENT
            yield from _differ(f"{path}[{place}]", here, there)
    elif (
        sent is _ABSENT
        or recorded is _ABSENT
        or not _same(cast("object", sent), cast("object", recorded))
    ):
        here, there = _shown(cast("object", sent)), _shown(cast("object", recorded))
        yield Difference(path.removeprefix("body."), here, there)


def _shown(value: object) -> str | None:
    return None if value is _ABSENT else json.dumps(value, ensure_ascii=False)
