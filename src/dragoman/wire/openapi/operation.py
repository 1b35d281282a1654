"""The description of one operation, and what several of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from dragoman.wire.audio import speech
from dragoman.wire.openapi.shapes import Schema, array, enum, integer, string
from dragoman.wire.responses.settings import INCLUDABLE

Answer = type[BaseModel] | Schema
JSON, FORM, EVENTS, TEXT = (
    *("application/json", "multipart/form-data", "text/event-stream"),
    "text/plain; charset=utf-8",
)
GENERATION = (400, 404, 413, 429, 500, 503)
"""The failures of what a model does."""
KEPT = (404, 503)
"""The failures of what is read by its name."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: a method of a path, with its body, its answers and its failures."""

    method: str
    path: str
    id: str
    summary: str
    answers: Mapping[str, Sequence[Answer]]
    """A map from each media type to the schemas that an answer may have; of a stream, to those of
    its events."""
    failures: tuple[int, ...]
    body: Callable[[], Schema] | None = None
    form: Callable[[], Schema] | None = None
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Any])
    """The bodies that are accepted, by the name of the example; in a form the file stands by its
    name."""
    query: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    headers: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """The group that the operation is shown in."""
        step = self.path.removeprefix("/v1/").strip("/").split("/")
        if step[0] == "audio":
            return f"audio/{step[1]}"
        return "chat/completions" if step[0] == "chat" else step[0]


SOUND: Mapping[str, Sequence[Answer]] = dict.fromkeys(speech.MEDIA_TYPES.values(), ())
PART: Mapping[str, Schema] = {
    "after": string(),
    "limit": integer(1, 100),
    "order": enum("asc", "desc"),
}
INCLUDE: Mapping[str, Schema] = {
    "include": array(enum(*INCLUDABLE)),
    "include[]": array(enum(*INCLUDABLE)),
}
HELLO = [{"role": "user", "content": "Say hello."}]
WEATHER = {
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
CONVERSATIONS = "/v1/conversations"
VOICES, CONSENTS = "/v1/audio/voices", "/v1/audio/voice_consents"
LABELS = {"labels": {"metadata": {"topic": "greetings"}}}
