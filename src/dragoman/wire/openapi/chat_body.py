"""The body of `POST /v1/chat/completions`, and what other endpoints of text share with it."""

from collections.abc import Mapping
from typing import get_args

from dragoman.domain.chat import Effort
from dragoman.wire import metadata
from dragoman.wire.audio.speech import VOICES
from dragoman.wire.chat import effectless, local, messages, parts, spoken, tools
from dragoman.wire.chat.extensions import EXTENSIONS
from dragoman.wire.chat.request import FIELDS, INT64, MOST_TOKENS
from dragoman.wire.openapi.shapes import (
    ANY_OBJECT,
    ANYTHING,
    BOOLEAN,
    Schema,
    absent,
    array,
    closed,
    described,
    either,
    enum,
    in_base64,
    integer,
    needs,
    number,
    ref,
    refused,
    ruled,
    string,
    without_effect,
)

MODEL = described(string(shortest=1), "Any name of an installed model: `GET /v1/models`.")
NAME = string(64, 1, pattern="^[a-zA-Z0-9_-]+$")
SEED = integer(-INT64, INT64 - 1)
STREAM = described(BOOLEAN, "Whether the answer comes as server-sent events.")
EFFORT = enum(*get_args(Effort))
VERBOSITY = enum(*effectless.WORDINESS)
METADATA: Schema = {
    "type": "object",
    "maxProperties": metadata.MAX_PAIRS,
    "propertyNames": {"maxLength": metadata.MAX_KEY},
    "additionalProperties": string(metadata.MAX_VALUE),
}
LOGIT_BIAS: Schema = {
    "type": "object",
    "propertyNames": {"pattern": "^[0-9]{1,10}$"},
    "additionalProperties": number(-100, 100),
}
SAMPLING: Mapping[str, Schema] = {
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
}
"""The schemas of OpenAI's fields for sampling."""
LOCAL_SAMPLING: Mapping[str, Schema] = {
    "top_k": integer(-1, local.LARGEST),
    "min_p": number(0, 1),
    "typical_p": number(0, 1),
    "repeat_penalty": number(0.01, 10),
    "repetition_penalty": number(0.01, 10),
    "repeat_last_n": integer(-1, local.LARGEST),
}
"""The schemas of llama.cpp's and vLLM's fields for sampling."""
SCHEMA_OR_TEXT = either(ANY_OBJECT, string(shortest=1))
GUIDED: Mapping[str, Schema] = {
    "guided_json": SCHEMA_OR_TEXT,
    "guided_regex": string(shortest=1),
    "guided_choice": array(string(shortest=1), 1, 1000),
    "guided_grammar": string(shortest=1),
    "structured_outputs": closed(
        {
            "json": SCHEMA_OR_TEXT,
            "regex": string(shortest=1),
            "choice": array(string(shortest=1), 1, 1000),
            "grammar": string(shortest=1),
            "json_object": BOOLEAN,
        }
    ),
    "json_schema": SCHEMA_OR_TEXT,
    "grammar": string(shortest=1),
}
STREAM_OPTIONS = closed({"include_usage": BOOLEAN, "include_obfuscation": BOOLEAN})
EFFECTLESS: Mapping[str, Schema] = {
    "user": string(),
    "safety_identifier": string(128),
    "prompt_cache_key": string(64),
    "prompt_cache_retention": enum("in_memory", "in-memory", "24h"),
    "prompt_cache_options": closed({"mode": enum("implicit", "explicit"), "ttl": string()}),
    "service_tier": enum("auto", "default", "flex", "scale", "priority", "fast"),
}
"""The schemas of the fields in `effectless.ACCEPTED_WITHOUT_EFFECT`, which are checked all the
same."""


def _part(kind: str, inside: Schema) -> Schema:
    return closed(
        {"type": {"const": kind}, kind: inside, parts.BREAKPOINT: ANY_OBJECT}, "type", kind
    )


TEXT_PART = _part("text", string())
USER_PARTS = (
    TEXT_PART,
    _part(
        "image_url",
        closed({"url": string(), "detail": enum("low", "high", "auto", "original")}, "url"),
    ),
    _part(
        "input_audio",
        closed({"data": in_base64(), "format": enum("wav", "mp3")}, "data", "format"),
    ),
    _part(
        "file",
        closed(
            {
                "filename": string(256),
                "file_data": in_base64(in_url=True),
                "file_id": {"type": "null"},
            },
            "file_data",
        ),
    ),
)


def _content(*kinds: Schema) -> Schema:
    return either(string(), array(either(*kinds), 1, parts.MOST))


TEXTS = _content(TEXT_PART)
CALLED = closed(
    {"name": string(), "arguments": string(), "parsed_arguments": ANYTHING}, "name", "arguments"
)
TOOL_CALL = either(
    closed(
        {
            "id": string(),
            "type": {"const": "function"},
            "function": CALLED,
            "index": ANYTHING,
        },
        *("id", "type", "function"),
    ),
    closed(
        {
            "id": string(),
            "type": {"const": "custom"},
            "custom": closed({"name": string(), "input": string()}, "name", "input"),
            "index": ANYTHING,
        },
        *("id", "type", "custom"),
    ),
)
MEMBERS: Mapping[str, Schema] = {
    "name": string(64),
    "refusal": string(),
    "annotations": ANYTHING,
    "audio": closed(
        {
            "id": string(shortest=1),
            "data": ANYTHING,
            "expires_at": ANYTHING,
            "transcript": ANYTHING,
        },
        "id",
    ),
    "tool_calls": array(TOOL_CALL, 1),
    "function_call": CALLED,
    "parsed": ANYTHING,
    "tool_call_id": string(),
}
CONTENT: Mapping[str, Schema] = {
    "user": _content(*USER_PARTS),
    "assistant": _content(TEXT_PART, _part("refusal", string())),
}
REQUIRED: Mapping[str, tuple[str, ...]] = {"tool": ("tool_call_id",), "function": ("name",)}
"""The members that the messages of a role need besides it."""


def _message(role: str) -> Schema:
    members = {
        name: MEMBERS[name] for name in messages.MEMBERS[role] if name not in ("role", "content")
    }
    members["name"] = string() if role == "function" else MEMBERS["name"]
    notes = without_effect({}, local.IN_MESSAGES)
    return closed(
        {
            "role": {"const": role},
            "content": CONTENT.get(role, TEXTS),
            **{name: notes[name] for name in notes if name not in members},
            **members,
        },
        "role",
        *REQUIRED.get(role, ()),
        title=f"{role} message",
    )


MESSAGES = array(either(*(_message(role) for role in messages.ROLES)), 1, messages.MOST)
FUNCTION = closed(
    {
        "name": NAME,
        "description": string(),
        "parameters": described(ANY_OBJECT, "A JSON schema of an object."),
        "strict": BOOLEAN,
        "type": {"const": "function"},
    },
    "name",
)
GRAMMAR: Mapping[str, Schema] = {
    "definition": string(shortest=1),
    "syntax": enum("lark", "regex"),
}
CUSTOM_FORMAT = either(
    closed({"type": {"const": "text"}}, "type"),
    closed({"type": {"const": "grammar"}, "grammar": closed(GRAMMAR, *GRAMMAR)}, "type", "grammar"),
)
CUSTOM = closed({"name": NAME, "description": string(), "format": CUSTOM_FORMAT}, "name")
TOOL = either(
    closed({"type": {"const": "function"}, "function": FUNCTION}, "type", "function"),
    closed({"type": {"const": "custom"}, "custom": CUSTOM}, "type", "custom"),
)
NAMED = closed({"name": string()}, "name")
NAMED_TOOL = either(
    closed({"type": {"const": "function"}, "function": NAMED}, "type", "function"),
    closed({"type": {"const": "custom"}, "custom": NAMED}, "type", "custom"),
)
ALLOWED = closed({"mode": enum("auto", "required"), "tools": array(NAMED_TOOL, 1)}, "mode", "tools")
TOOL_CHOICE = either(
    enum("none", "auto", "required"),
    NAMED_TOOL,
    closed({"type": {"const": "allowed_tools"}, "allowed_tools": ALLOWED}, "type", "allowed_tools"),
)
ABOUT_SCHEMA: Mapping[str, Schema] = {
    "name": NAME,
    "description": string(),
    "schema": described(ANY_OBJECT, "A JSON schema, see docs/schemas.md."),
    "strict": BOOLEAN,
}
RESPONSE_FORMAT = either(
    closed({"type": enum("text", "json_object")}, "type"),
    closed(
        {"type": {"const": "json_schema"}, "json_schema": closed(ABOUT_SCHEMA, "name")},
        *("type", "json_schema"),
    ),
)
LIMIT = described(integer(1, MOST_TOKENS), "The most tokens that an answer may have.")
SERVED: Mapping[str, Schema] = {
    "model": MODEL,
    "messages": ref("Messages"),
    "audio": closed(
        {
            "voice": either(enum(*sorted(VOICES)), closed({"id": string()}, "id")),
            "format": enum(*spoken.FORMATS),
        },
        *("voice", "format"),
    ),
    "function_call": either(enum("none", "auto"), NAMED),
    "functions": array(FUNCTION, 1, tools.MAX_TOOLS),
    "logit_bias": LOGIT_BIAS,
    "logprobs": BOOLEAN,
    "max_completion_tokens": LIMIT,
    "max_tokens": LIMIT,
    "metadata": METADATA,
    "modalities": array(enum("text", "audio"), 1),
    "n": integer(1, 128),
    "parallel_tool_calls": BOOLEAN,
    "prediction": closed({"type": {"const": "content"}, "content": TEXTS}, "type", "content"),
    "reasoning_effort": EFFORT,
    "response_format": RESPONSE_FORMAT,
    "seed": SEED,
    "stop": either(string(shortest=1), array(string(shortest=1), 1, 4)),
    "store": BOOLEAN,
    "stream": STREAM,
    "stream_options": STREAM_OPTIONS,
    "tool_choice": TOOL_CHOICE,
    "tools": array(TOOL, 1, tools.MAX_TOOLS),
    "top_logprobs": integer(0, 20),
    "verbosity": VERBOSITY,
    **SAMPLING,
    **without_effect(EFFECTLESS, effectless.ACCEPTED_WITHOUT_EFFECT),
    **refused(effectless.REFUSED),
}
BEYOND: Mapping[str, Schema] = {
    "x_consensus": described(BOOLEAN, "Whether to say how far the `n` choices agree."),
    "x_dry_run": described(BOOLEAN, "Whether to say only what the request would take."),
}
LOCAL: Mapping[str, Schema] = {
    **LOCAL_SAMPLING,
    **GUIDED,
    local.TEMPLATE: ANY_OBJECT,
    "enable_thinking": BOOLEAN,
    "return_progress": BOOLEAN,
}

STREAMED = needs("stream_options", "stream", {"const": True})
ABOUT_TOOLS = ("tools", "tool_choice", "parallel_tool_calls")
RULES: tuple[Schema, ...] = (
    STREAMED,
    {
        "anyOf": [
            {**absent("functions", "function_call"), "required": ["tools"]},
            {**absent(*ABOUT_TOOLS), "required": ["functions"]},
            absent("functions", "function_call", *ABOUT_TOOLS),
        ]
    },
    needs("top_logprobs", "logprobs", {"const": True}),
)
"""The rules for members that depend on each other, as far as a schema can say them. With the fields
for formats, too, there would be more combinations than programs that make requests of the document
can go through."""


def chat_body() -> Schema:
    """Build the whole body; the order of its members is that of the tables of `wire`."""
    idle = without_effect({}, local.WITHOUT_EFFECT)
    properties = {
        **{name: SERVED[name] for name in FIELDS},
        **{name: BEYOND[name] for name in EXTENSIONS},
        **{name: LOCAL[name] for name in local.SERVED},
    }
    more = {name: idle[name] for name in idle if name not in properties}
    return ruled(closed({**properties, **more}, "model", "messages", title="Chat request"), *RULES)
