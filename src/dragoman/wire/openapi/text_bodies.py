"""The bodies of `/v1/responses`, `/v1/conversations`, `/v1/completions` and of tokens."""

from collections.abc import Mapping

from dragoman.wire import tokens
from dragoman.wire.chat import local, parts
from dragoman.wire.chat.request import MOST_TOKENS
from dragoman.wire.chat.tools import MAX_TOOLS
from dragoman.wire.completions import request as completions
from dragoman.wire.openapi import chat_body as chat
from dragoman.wire.openapi.shapes import (
    ANY_OBJECT,
    ANYTHING,
    BOOLEAN,
    Schema,
    any_of,
    array,
    at_most_one,
    closed,
    described,
    either,
    enum,
    in_base64,
    integer,
    needs,
    ref,
    refused,
    ruled,
    string,
    without_effect,
)
from dragoman.wire.responses import conversations, effectless, items, settings
from dragoman.wire.responses import request as responses
from dragoman.wire.responses import tools as response_tools

ID = string(shortest=1, pattern="^[a-zA-Z0-9_-]+$")
STATUS = enum("in_progress", "completed", "incomplete")


EVERY_TOOL: Mapping[str, Schema] = {
    "name": chat.NAME,
    "description": string(),
    "allowed_callers": ANYTHING,
    "async": ANYTHING,
    "defer_loading": BOOLEAN,
}
FUNCTION = closed(
    {
        "type": {"const": "function"},
        **EVERY_TOOL,
        "parameters": described(ANY_OBJECT, "A JSON schema of an object."),
        "strict": BOOLEAN,
        "output_schema": ANYTHING,
    },
    *("type", "name"),
)
CUSTOM = closed(
    {
        "type": {"const": "custom"},
        **EVERY_TOOL,
        "format": either(
            closed({"type": {"const": "text"}}, "type"),
            closed({"type": {"const": "grammar"}, **chat.GRAMMAR}, "type", *chat.GRAMMAR),
        ),
    },
    *("type", "name"),
)
TOOL = either(
    FUNCTION,
    CUSTOM,
    closed(
        {
            "type": {"const": "namespace"},
            "name": chat.NAME,
            "description": string(),
            "tools": array(either(FUNCTION, CUSTOM)),
        },
        *("type", "name", "tools"),
    ),
    {
        "type": "object",
        "properties": {"type": enum(*response_tools.AMONG_OTHERS)},
        "required": ["type"],
        "description": "Passed over beside tools of your own, else refused.",
    },
)


def _part(kind: str, members: Mapping[str, Schema], *required: str) -> Schema:
    every = {"type": {"const": kind}, **members, parts.BREAKPOINT: ANY_OBJECT}
    return closed(every, "type", *required)


INPUT_TEXT = _part("input_text", {"text": string()}, "text")
INPUT_IMAGE = _part(
    "input_image",
    {"image_url": string(), "detail": enum("low", "high", "auto", "original")},
    "image_url",
)
INPUT_FILE = _part(
    "input_file",
    {
        "filename": string(256),
        "file_data": in_base64(in_url=True),
        "detail": enum("auto", "low", "high"),
    },
    "file_data",
)
INPUT_AUDIO = _part(
    "input_audio",
    {
        "input_audio": closed(
            {"data": in_base64(), "format": enum("wav", "mp3")}, "data", "format"
        ),
    },
    "input_audio",
)
OUTPUT_TEXT = _part(
    "output_text",
    {
        "text": string(),
        "annotations": array(ANYTHING),
        "logprobs": array(ANYTHING),
        "parsed": ANYTHING,
    },
    "text",
)
REFUSAL = _part("refusal", {"refusal": string()}, "refusal")


def _content(*kinds: Schema) -> Schema:
    return either(string(), array(either(*kinds), 0, parts.MOST))


def _item(kind: str, members: Mapping[str, Schema], *required: str) -> Schema:
    """An item; whatever clients note on one beside its members has no effect."""
    notes = without_effect({}, items.WITHOUT_EFFECT)
    more = {name: notes[name] for name in notes if name not in members}
    every = {"type": {"const": kind}, **members, **more}
    needed = required if kind in ("message", "item_reference") else ("type", *required)
    return closed(every, *needed, title=kind)


def _message(roles: tuple[str, ...], content: Schema) -> Schema:
    members = {
        "role": enum(*roles),
        "content": content,
        "id": string(),
        "status": STATUS,
        "phase": enum("commentary", "final_answer"),
    }
    return _item("message", members, "role", "content")


ABOUT_CALLS: Mapping[str, Schema] = {
    "id": string(),
    "call_id": string(shortest=1),
    "status": STATUS,
    "namespace": string(),
    "caller": ANYTHING,
    "created_by": ANYTHING,
}
RESULT = {**ABOUT_CALLS, "name": ANYTHING, "output": _content(INPUT_TEXT, INPUT_IMAGE, INPUT_FILE)}
NAMED = {"name": string(shortest=1), "async": ANYTHING}
KEPT_ITEMS: tuple[Schema, ...] = (
    _message(("user",), _content(INPUT_TEXT, INPUT_IMAGE, INPUT_FILE, INPUT_AUDIO)),
    _message(("system", "developer"), _content(INPUT_TEXT)),
    _message(("assistant",), _content(OUTPUT_TEXT, REFUSAL)),
    _item(
        "function_call",
        {**ABOUT_CALLS, **NAMED, "arguments": string(), "parsed_arguments": ANYTHING},
        *("call_id", "name", "arguments"),
    ),
    _item(
        "custom_tool_call",
        {**ABOUT_CALLS, **NAMED, "input": string()},
        *("call_id", "name", "input"),
    ),
    _item("function_call_output", RESULT, "call_id", "output"),
    _item("custom_tool_call_output", RESULT, "call_id", "output"),
    _item(
        "compaction",
        {"id": string(), "encrypted_content": string(), "created_by": string()},
        "encrypted_content",
    ),
    {
        "type": "object",
        "properties": {"type": enum(*items.NOT_SHOWN)},
        "required": ["type"],
        "description": "Taken, and not shown to the model.",
    },
)
"""The items that a conversation can hold."""
ONLY_IN_REQUESTS: tuple[Schema, ...] = (
    _item("item_reference", {"id": string(shortest=1)}, "id"),
    _item(
        "additional_tools",
        {"id": string(), "role": enum("developer"), "tools": array(TOOL)},
        "tools",
    ),
    _item("compaction_trigger", {"id": string()}),
)
SHARED: Mapping[str, Schema] = {
    "Messages": chat.MESSAGES,
    "Item": described(either(*KEPT_ITEMS), "An item of a conversation."),
}
"""The schemas that several bodies share, by their names among the components."""
INPUT = either(string(), array(either(ref("Item"), *ONLY_IN_REQUESTS), 0, items.MOST))
NAMED_TOOL = closed(
    {"type": enum("function", "custom"), "name": string(), "namespace": string()}, "type", "name"
)
TOOL_CHOICE = either(
    enum(*response_tools.MODES),
    NAMED_TOOL,
    closed(
        {
            "type": {"const": "allowed_tools"},
            "mode": enum("auto", "required"),
            "tools": array(NAMED_TOOL, 1),
        },
        *("type", "mode", "tools"),
    ),
)
REASONING = closed(
    {
        "effort": chat.EFFORT,
        "summary": enum("auto", "concise", "detailed"),
        "generate_summary": enum("auto", "concise", "detailed"),
        "context": enum("auto", "current_turn", "all_turns"),
        "mode": string(),
    }
)
TEXT = closed(
    {
        "format": either(
            closed({"type": enum("text", "json_object")}, "type"),
            closed(
                {"type": {"const": "json_schema"}, **chat.ABOUT_SCHEMA},
                *("type", "name", "schema"),
            ),
        ),
        "verbosity": chat.VERBOSITY,
    }
)
RESPONSE: Mapping[str, Schema] = {
    "model": chat.MODEL,
    "input": INPUT,
    "instructions": string(),
    "parallel_tool_calls": BOOLEAN,
    "previous_response_id": ID,
    "reasoning": REASONING,
    "text": TEXT,
    "tool_choice": TOOL_CHOICE,
    "tools": array(TOOL, 0, MAX_TOOLS),
    "truncation": enum("auto", "disabled"),
    "conversation": either(ID, closed({"id": ID}, "id")),
    "background": BOOLEAN,
    "include": array(enum(*settings.INCLUDABLE)),
    "max_output_tokens": described(
        integer(responses.LEAST_TOKENS, MOST_TOKENS), "The most tokens that the answer may have."
    ),
    "metadata": chat.METADATA,
    "store": BOOLEAN,
    "stream": chat.STREAM,
    "stream_options": closed({"include_obfuscation": BOOLEAN}),
    "temperature": chat.SAMPLING["temperature"],
    "top_logprobs": integer(0, 20),
    "top_p": chat.SAMPLING["top_p"],
    **without_effect(
        {**chat.EFFECTLESS, "max_tool_calls": integer(1), "client_metadata": ANY_OBJECT},
        effectless.ACCEPTED_WITHOUT_EFFECT,
    ),
    **{
        name: schema
        for field, reason in effectless.REFUSED.items()
        for name, schema in refused((field,), f"Refused: {reason}.").items()
    },
}


ABOUT_HISTORY: tuple[Schema, ...] = (
    at_most_one("previous_response_id", "conversation"),
    any_of("input", "previous_response_id", "conversation"),
)
RULES: tuple[Schema, ...] = (*ABOUT_HISTORY, chat.STREAMED)


def response_body() -> Schema:
    """The body of `POST /v1/responses`."""
    properties = {name: RESPONSE[name] for name in responses.FIELDS}
    properties |= {name: chat.LOCAL_SAMPLING[name] for name in local.SAMPLING}
    more = _idle(properties, local.WITHOUT_EFFECT)
    return ruled(closed({**properties, **more}, "model", title="Response request"), *RULES)


def count_body() -> Schema:
    """The body of `POST /v1/responses/input_tokens`."""
    properties = {name: RESPONSE[name] for name in responses.SHAPING}
    properties |= refused(("personality",))
    return ruled(closed(properties, "model", title="Token count request"), *ABOUT_HISTORY)


CONTINUATION: Mapping[str, Schema] = {
    "model": chat.MODEL,
    "prompt": either(
        string(),
        array(string(), 1, completions.MOST_CHOICES),
        array(integer(0, 2**31 - 1), 1),
        array(array(integer(0, 2**31 - 1), 1), 1, completions.MOST_CHOICES),
    ),
    "best_of": integer(1, 20),
    "echo": BOOLEAN,
    "logit_bias": chat.LOGIT_BIAS,
    "logprobs": integer(0, 5),
    "max_tokens": integer(0, MOST_TOKENS),
    "n": integer(1, 128),
    "seed": chat.SEED,
    "stop": either(string(shortest=1), array(string(shortest=1), 0, 64)),
    "stream": chat.STREAM,
    "stream_options": chat.STREAM_OPTIONS,
    "suffix": string(),
    **chat.SAMPLING,
    **without_effect({"user": string()}, completions.WITHOUT_EFFECT),
}


def completion_body() -> Schema:
    """The body of `POST /v1/completions`."""
    properties = {name: CONTINUATION[name] for name in completions.FIELDS}
    properties |= {name: {**chat.LOCAL_SAMPLING, **chat.GUIDED}[name] for name in completions.LOCAL}
    more = _idle(properties, completions.IDLE)
    return ruled(
        closed({**properties, **more}, "model", title="Completion request"),
        chat.STREAMED,
        at_most_one(*chat.GUIDED),
    )


TOKENISE: Mapping[str, Schema] = {
    "model": chat.MODEL,
    "prompt": string(),
    "messages": ref("Messages"),
    "tools": array(chat.TOOL, 1, MAX_TOOLS),
    "add_special_tokens": BOOLEAN,
    "return_token_strs": BOOLEAN,
}


def tokenise_body() -> Schema:
    """The body of `POST /v1/tokenize`: a prompt or messages."""
    properties = {name: TOKENISE[name] for name in tokens.TOKENISE}
    more = _idle(properties, tokens.IDLE)
    return {
        **closed({**properties, **more}, title="Tokenize request"),
        "oneOf": [
            {"required": [one], "properties": {one: {"not": {"type": "null"}}}}
            for one in ("prompt", "messages")
        ],
        "allOf": [needs("tools", "messages")],
    }


def detokenise_body() -> Schema:
    """The body of `POST /v1/detokenize`."""
    schemas = {"model": chat.MODEL, "tokens": array(integer(0, 2**31 - 1))}
    return closed({name: schemas[name] for name in tokens.DETOKENISE}, "tokens")


def conversation_body() -> Schema:
    """The body of `POST /v1/conversations`."""
    kept = array(ref("Item"), 0, conversations.MOST)
    return closed({"items": kept, "metadata": chat.METADATA})


def items_body() -> Schema:
    """The body of `POST /v1/conversations/{name}/items`."""
    return closed({"items": array(ref("Item"), 1, conversations.MOST)}, "items")


def metadata_body() -> Schema:
    """The body that changes the labels of what is kept; null takes all of them away."""
    return closed({"metadata": {**chat.METADATA, "type": ["object", "null"]}}, "metadata")


def _idle(properties: Mapping[str, Schema], reasons: Mapping[str, str]) -> dict[str, Schema]:
    idle = without_effect({}, reasons)
    return {name: idle[name] for name in idle if name not in properties}
