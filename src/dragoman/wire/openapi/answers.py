"""The answers of endpoints: their schemas, their headers, and the failures that all share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from dragoman.wire import dry_run, models, tokens
from dragoman.wire.audio import diarized, speech, transcript
from dragoman.wire.chat import bodies as chat
from dragoman.wire.chat.estimate import DryRun
from dragoman.wire.compat.answer import Compat
from dragoman.wire.completions import bodies as completions
from dragoman.wire.errors import ErrorEnvelope
from dragoman.wire.openapi.shapes import ANY_OBJECT, BOOLEAN, Schema, array, either, enum, string
from dragoman.wire.responses import bodies as responses
from dragoman.wire.responses.events import Event

PREFIX = "#/components/schemas/"
BODIES: tuple[type[BaseModel], ...] = (
    *(chat.Completion, chat.Chunk, DryRun, completions.Completion, ErrorEnvelope),
    *(responses.Response, responses.InputTokens, Event),
    *(
        models.Model,
        models.ModelPage,
        Compat,
        models.ModelState,
        tokens.Tokens,
        tokens.Text,
        tokens.Tokenizer,
    ),
    *(speech.SpeechAudioDelta, speech.SpeechAudioWord, speech.SpeechAudioDone),
    *(dry_run.SpeechDryRun, dry_run.TranscriptionDryRun),
    *(transcript.Json, transcript.VerboseJson, transcript.Delta, transcript.Done),
    *(diarized.DiarizedJson, diarized.SpokenSegment),
)
"""The bodies that are written by a model of pydantic's."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The schemas of `BODIES`: `components` holds them, `refs` says where each is."""

    components: Mapping[str, Schema]
    refs: Mapping[type[BaseModel], Schema]

    @classmethod
    def build(cls) -> "Bodies":
        """Build the schemas with pydantic; a field with a default may be left out of an answer."""
        refs, definitions = models_json_schema(
            [(body, "validation") for body in BODIES], ref_template=PREFIX + "{model}"
        )
        schemas = cast("Mapping[str, Schema]", _renamed(definitions["$defs"]))
        places = {body: _renamed(refs[body, "validation"]) for body in BODIES}
        return cls(
            {_short(name): schema for name, schema in schemas.items()},
            {body: cast("Schema", place) for body, place in places.items()},
        )


def _short(name: str) -> str:
    """`chat.bodies.Choice` for a name that two modules have, which pydantic writes out."""
    return name.removeprefix("dragoman__wire__").replace("__", ".")


def _renamed(value: object) -> object:
    if isinstance(value, list):
        return [_renamed(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    return {
        key: PREFIX + _short(each.removeprefix(PREFIX))
        if key == "$ref" and isinstance(each, str)
        else _renamed(each)
        for key, each in cast("dict[str, object]", value).items()
    }


NUMBER = string(pattern="^-?[0-9.]+$")
HEADERS: Mapping[str, tuple[Schema, str]] = {
    "x-request-id": (string(), "The request's name in the server's log; a caller may give it."),
    "openai-processing-ms": (NUMBER, "Milliseconds until the answer began."),
    "openai-version": (string(), "The version of OpenAI's API whose words are spoken."),
    "openai-organization": (string(), "What the caller sent, else `dragoman`."),
    "x-dragoman-model": (string(), "The id of the model that answered."),
    "x-dragoman-ignored": (string(), "Fields that were sent and have no effect."),
    "server-timing": (string(), "Where the time before the answer went, in milliseconds."),
    "x-dragoman-seen-by": (
        enum("model", "recognisers"),
        "Who looked at the pictures of the request.",
    ),
    "x-dragoman-smallest-answer": (
        NUMBER,
        "Tokens of the smallest answer that the format allows, where the limit is lower.",
    ),
    "x-dragoman-circling": (
        string(),
        "The choices that were ended because they repeated themselves.",
    ),
    "x-dragoman-left-out": (NUMBER, "Messages that `truncation` left out at the beginning."),
    "x-audio": (string(), "Which track and channels of the file were used, and how."),
    "x-coverage": (string(), "How much of the recording was written down."),
    "x-translated-by": (string(), "How the text was translated."),
    "x-character-error-rate": (NUMBER, "What a recogniser misheard of the speech."),
    "retry-after": (NUMBER, "Seconds after which the request may be sent again."),
    "allow": (string(), "The methods that the path answers."),
}
ALWAYS = ("x-request-id", "openai-processing-ms", "openai-version", "openai-organization")
OF_MODELS = ("x-dragoman-model", "x-dragoman-ignored", "server-timing")
OF_CHAT = (*OF_MODELS, "x-dragoman-seen-by", "x-dragoman-smallest-answer", "x-dragoman-circling")
OF_SOUND = (*OF_MODELS, "x-audio", "x-coverage", "x-translated-by")

FAILURES: Mapping[int, tuple[str, str]] = {
    400: ("Refused", "The request has a fault; `param` is the path of the field."),
    401: ("NoKey", "The API key is missing or wrong."),
    403: ("Forbidden", "The host, the page or the act is not allowed."),
    404: ("NotFound", "There is no such model, or nothing of that name is kept."),
    409: ("InUse", "Others are at work with it."),
    413: ("TooLarge", "The body is larger than what is taken."),
    429: ("Overloaded", "As many requests wait as may wait, or the key has used what it may."),
    500: ("Failed", "The server or its engine failed."),
    503: ("Unavailable", "The engine is not running, or the server is stopping."),
}
"""A map from each status to the name of the response among the components, and when it comes."""
RETRIED = (429, 503)


def header_components() -> dict[str, Any]:
    """Build the components of all headers, by their names."""
    return {
        name: {"description": text, "schema": schema} for name, (schema, text) in HEADERS.items()
    }


def headers(*names: str) -> dict[str, Any]:
    """The headers of one answer: these, and those of every answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ALWAYS, *names)}


def failure_components(bodies: Bodies) -> dict[str, Any]:
    """Build the components of the failures, in OpenAI's envelope."""
    content = {"application/json": {"schema": bodies.refs[ErrorEnvelope]}}
    return {
        name: {
            "description": text,
            "headers": headers(*(("retry-after",) if status in RETRIED else ())),
            "content": content,
        }
        for status, (name, text) in FAILURES.items()
    }


def failures(statuses: Iterable[int]) -> dict[str, Any]:
    """References to some failures, by status."""
    return {
        str(status): {"$ref": f"#/components/responses/{FAILURES[status][0]}"}
        for status in statuses
    }


def page_of(item: Schema) -> Schema:
    """The schema of a page of things that have ids."""
    return {
        "type": "object",
        "properties": {
            "object": {"const": "list"},
            "data": array(item),
            "first_id": string(),
            "last_id": string(),
            "has_more": BOOLEAN,
        },
        "required": ["object", "data", "first_id", "last_id", "has_more"],
    }


def deleted(kind: str) -> Schema:
    """The schema of the answer to a deletion."""
    return {
        "type": "object",
        "properties": {"id": string(), "object": {"const": kind}, "deleted": {"const": True}},
        "required": ["id", "object", "deleted"],
    }


METADATA: Schema = {"type": "object", "additionalProperties": string()}
CONVERSATION: Schema = {
    "type": "object",
    "properties": {
        "id": string(),
        "object": {"const": "conversation"},
        "created_at": {"type": "integer"},
        "metadata": METADATA,
    },
    "required": ["id", "object", "created_at", "metadata"],
}
ITEM: Schema = {
    "type": "object",
    "properties": {"id": string(), "type": string()},
    "required": ["id", "type"],
}
"""The schema of an item of a conversation: as it came, with an id."""
STORED_MESSAGE: Schema = {
    "type": "object",
    "properties": {
        "id": string(),
        "role": string(),
        "content": either(string(), {"type": "null"}),
        "content_parts": either(array(ANY_OBJECT), {"type": "null"}),
    },
    "required": ["id", "role", "content", "content_parts"],
}
VOICE: Schema = {
    "type": "object",
    "properties": {
        "id": string(),
        "object": {"const": "audio.voice"},
        "name": string(),
        "type": enum("built_in", "x_blend"),
    },
    "required": ["id", "object", "name", "type"],
}
CONSENT: Schema = {
    "type": "object",
    "properties": {
        "id": string(),
        "object": {"const": "audio.voice_consent"},
        "name": string(),
        "language": string(),
        "created_at": {"type": "integer"},
    },
    "required": ["id", "object", "name", "language", "created_at"],
}
HEALTH: Schema = {
    "type": "object",
    "properties": {"status": enum("ok", "starting", "draining")},
    "required": ["status"],
}
