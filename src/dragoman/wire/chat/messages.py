"""The field `messages`: read one by one, then checked as a conversation."""

from collections.abc import Callable, Mapping, Sequence

from dragoman.domain.conversation import AudioReferencePart, Message, TextPart, ToolCall
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat import parts
from dragoman.wire.fields import Fields, Json, array, enum, string

ROLES = ("system", "assistant", "user", "function", "tool", "developer")

ASSISTANT = (
    "role",
    "content",
    "name",
    "refusal",
    "annotations",
    "audio",
    "tool_calls",
    "function_call",
    "parsed",
)
"""The members of an assistant's message: callers also send back what answers hold, such as
annotations, and nulls for all that did not apply.

`parsed`, `parsed_arguments` and a call's `index` are what the official clients' helpers add.
"""
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "system": ("role", "content", "name"),
    "developer": ("role", "content", "name"),
    "user": ("role", "content", "name"),
    "assistant": ASSISTANT,
    "tool": ("role", "content", "name", "tool_call_id"),
    "function": ("role", "content", "name"),
}
"""A map from each role to the members of its messages."""
CALL = ("id", "type", "function", "custom", "index")
CALLED = ("name", "arguments", "parsed_arguments")
MOST = 2_048
"""The most messages of a request, as at OpenAI."""


def messages(value: Json, path: str) -> tuple[Message, ...]:
    """Read the whole field; a `Check`.

    Raises:
        RequestInvalid: also where a tool message answers no call, or a call has no answer.
    """
    read = array(_message, 1, MOST)(value, path)
    _check_calls_answered(read, path)
    return read


def _message(value: Json, path: str) -> Message:
    fields = Fields(value, path)
    role = fields.required("role", enum(*ROLES))
    fields.only(*MEMBERS[role])
    return READERS[role](fields)


def _instruction(fields: Fields) -> Message:
    return Message("system", fields.optional("content", parts.texts, ()), _name(fields))


def _user(fields: Fields) -> Message:
    content = fields.optional("content", parts.of_user, ())
    return Message("user", content, _name(fields))


def _assistant(fields: Fields) -> Message:
    content = fields.optional("content", parts.of_assistant, ())
    if (refusal := fields.optional("refusal", string())) is not None:
        content = (*content, TextPart(refusal))
    if (audio := fields.optional("audio", Fields)) is not None:
        # Callers may send the whole object back; what it holds besides is kept under its id.
        audio.only("id", "data", "expires_at", "transcript")
        content = (*content, AudioReferencePart(audio.required("id", string(shortest=1))))
    calls = fields.optional("tool_calls", array(_tool_call, shortest=1), ())
    if (legacy := fields.optional("function_call", _function_call)) is not None:
        calls = (*calls, legacy)
    return Message("assistant", content, _name(fields), calls)


def _tool(fields: Fields) -> Message:
    content = fields.optional("content", parts.texts, ())
    call = fields.required("tool_call_id", string())
    return Message("tool", content, _name(fields), tool_call_id=call)


def _function(fields: Fields) -> Message:
    content = fields.optional("content", parts.texts, ())
    return Message("tool", content, fields.required("name", string()))


READERS: Mapping[str, Callable[[Fields], Message]] = {
    "system": _instruction,
    "developer": _instruction,
    "user": _user,
    "assistant": _assistant,
    "tool": _tool,
    "function": _function,
}


def _name(fields: Fields) -> str | None:
    return fields.optional("name", string(64))


def _tool_call(value: Json, path: str) -> ToolCall:
    fields = Fields(value, path)
    fields.only(*CALL)
    call = fields.required("id", string())
    if fields.required("type", enum("function", "custom")) == "custom":
        custom = fields.required("custom", Fields)
        custom.only("name", "input")
        name = custom.required("name", string())
        return ToolCall(call, name, custom.required("input", string()), custom=True)
    function = fields.required("function", Fields)
    return ToolCall(call, *_called(function))


def _called(function: Fields) -> tuple[str, str]:
    function.only(*CALLED)
    name = function.required("name", string())
    return name, function.required("arguments", string())


def _function_call(value: Json, path: str) -> ToolCall:
    """The old form has no id; the function's answer names the function instead."""
    return ToolCall("", *_called(Fields(value, path)))


def _check_calls_answered(read: Sequence[Message], path: str) -> None:
    """Every tool message answers an open call; every call is answered before anything else."""
    calling, called, left = 0, False, dict[str, None]()
    for i, message in enumerate(read):
        if message.role == "tool" and message.tool_call_id is not None:
            if not called:
                raise RequestInvalid(
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceeding message with 'tool_calls'.",
                    param=f"{path}.[{i}].role",
                )
            if message.tool_call_id not in left:
                raise RequestInvalid(
                    "Invalid parameter: 'tool_call_id' of "
                    f"'{message.tool_call_id}' not found in 'tool_calls' of previous message.",
                    param=f"{path}.[{i}].tool_call_id",
                )
            del left[message.tool_call_id]
            continue
        if left:
            raise _unanswered(left, f"{path}.[{i}].role")
        left = dict.fromkeys(call.id for call in message.tool_calls if call.id)
        calling, called = i, bool(left)
    if left:
        raise _unanswered(left, f"{path}.[{calling}].role")


def _unanswered(calls: Mapping[str, None], path: str) -> RequestInvalid:
    return RequestInvalid(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: "
        + ", ".join(calls),
        param=path,
    )
