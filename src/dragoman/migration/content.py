"""What an answer says, whichever way it came: whole, as events, as text or as sound."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from dragoman.migration.bodies import EVENT_STREAM
from dragoman.migration.sending import Outcome
from dragoman.wire.fields import Json

TRANSCRIPTS = frozenset({"/audio/transcriptions", "/audio/translations"})
SPEECH = "/audio/speech"
_CUE = re.compile(r"^(?:WEBVTT.*|\d+|[\d:.,]+ --> .*)$", re.MULTILINE)
"""The lines of subtitles that nobody speaks."""

_Object = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Call:
    """A function that is to be called, with its arguments as they were written."""

    name: str
    arguments: str


@dataclass(slots=True)
class Content:
    """What an answer says."""

    documents: list[Json] = field(default_factory=list[Json])
    """Its JSON: the one object, or every event."""
    texts: list[str] = field(default_factory=list[str])
    """The text of each choice."""
    finishes: list[str] = field(default_factory=list[str])
    calls: list[Call] = field(default_factory=list[Call])
    tokens: int | None = None
    """The tokens of the answer."""
    transcript: str | None = None
    sound: bytes | None = None


def content_of(path: str, outcome: Outcome) -> Content:
    """Read an answer; what it does not say stays empty."""
    if outcome.content_type.startswith(EVENT_STREAM):
        return _of_events(path, list(_events(outcome.data)))
    document = _parsed(outcome.data) if "json" in outcome.content_type else None
    if isinstance(document, dict):
        return _of_document(path, cast("_Object", document))
    if path in TRANSCRIPTS:
        text = outcome.data.decode("utf-8", "replace")
        return Content(transcript=_CUE.sub("", text))
    if path == SPEECH:
        return Content(sound=outcome.data)
    return Content()


def _parsed(data: bytes | str) -> Json:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _events(data: bytes) -> Iterator[_Object]:
    """The events of a stream that are objects."""
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith("data:"):
            event = _parsed(line.removeprefix("data:"))
            if isinstance(event, dict):
                yield cast("_Object", event)


def _of_document(path: str, document: _Object) -> Content:
    content = Content([document])
    if path in TRANSCRIPTS:
        content.transcript = _text(document.get("text"))
    elif "output" in document:
        _read_response(content, document)
    else:
        for choice in _objects(document.get("choices")):
            message = _object(choice.get("message"))
            content.texts.append(_text(message.get("content", choice.get("text"))))
            content.finishes.append(_text(choice.get("finish_reason")))
            for call in _objects(message.get("tool_calls")):
                content.calls.append(_call(call))
    content.tokens = content.tokens or _tokens(document)
    return content


def _of_events(path: str, events: list[_Object]) -> Content:
    content = Content(list(events))
    if path == SPEECH:
        content.sound = b"".join(_sound(event) for event in events)
        return content
    if path in TRANSCRIPTS:
        ends = [event for event in events if event.get("type") == "transcript.text.done"]
        deltas = "".join(_text(event.get("delta")) for event in events)
        content.transcript = _text(ends[-1].get("text")) if ends else deltas
        return content
    for event in events:
        response = _object(event.get("response"))
        if str(event.get("type", "")).startswith("response.") and response.get("output"):
            whole = Content(content.documents)
            _read_response(whole, response)
            content = whole
    if any("choices" in event for event in events):
        _fold(content, events)
    return content


def _fold(content: Content, events: list[_Object]) -> None:
    """Put the chunks of a completion together."""
    texts: dict[int, str] = {}
    finishes: dict[int, str] = {}
    calls: dict[tuple[int, int], Call] = {}
    for event in events:
        for choice in _objects(event.get("choices")):
            index = _index(choice)
            delta = _object(choice.get("delta"))
            texts[index] = texts.get(index, "") + _text(delta.get("content", choice.get("text")))
            if choice.get("finish_reason"):
                finishes[index] = str(choice["finish_reason"])
            for part in _objects(delta.get("tool_calls")):
                place = index, _index(part)
                before, more = calls.get(place, Call("", "")), _call(part)
                calls[place] = Call(before.name + more.name, before.arguments + more.arguments)
        content.tokens = _tokens(event) or content.tokens
    content.texts = [texts[index] for index in sorted(texts)]
    content.finishes = [finishes.get(index, "") for index in sorted(texts)]
    content.calls = [calls[place] for place in sorted(calls)]


def _read_response(content: Content, response: _Object) -> None:
    """Read an object of the Responses API."""
    texts: list[str] = []
    for item in _objects(response.get("output")):
        texts += [_text(part.get("text")) for part in _objects(item.get("content"))]
        if item.get("type") == "function_call":
            content.calls.append(Call(_text(item.get("name")), _text(item.get("arguments"))))
    content.texts = ["".join(texts)]
    content.finishes = [_text(response.get("status"))]
    content.tokens = _tokens(response)


def _call(call: _Object) -> Call:
    """A call of a function, or of a custom tool."""
    function = _object(call.get("function") or call.get("custom"))
    arguments = function.get("arguments", function.get("input"))
    return Call(_text(function.get("name")), _text(arguments))


def _tokens(document: _Object) -> int | None:
    usage = _object(document.get("usage"))
    count = usage.get("completion_tokens", usage.get("output_tokens"))
    return count if isinstance(count, int) else None


def _index(value: _Object) -> int:
    index = value.get("index")
    return index if isinstance(index, int) else 0


def _sound(event: _Object) -> bytes:
    try:
        return base64.b64decode(_text(event.get("audio")))
    except binascii.Error:
        return b""


def _object(value: object) -> _Object:
    return cast("_Object", value) if isinstance(value, dict) else {}


def _objects(value: object) -> list[_Object]:
    items = cast("list[Json]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
