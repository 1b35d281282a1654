"""A request in OpenAI's words.

What stands at OpenAI's default is left out: other servers have defaults of their model's makers.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any, cast

from PIL import Image

from dragoman.domain.chat import (
    ChatRequest,
    FreeText,
    JsonDocument,
    JsonObject,
    Sampling,
)
from dragoman.domain.continuation import Continuation
from dragoman.domain.conversation import (
    AnyTool,
    CustomTool,
    Grammar,
    JsonSchema,
    Message,
    Part,
    PixelsPart,
    TextPart,
    ToolCall,
)
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.openai_tokens import encoding_of

Body = dict[str, Any]
FASTEST = 1
"""PNG's compression: the picture travels once."""


def body(request: ChatRequest, model: str) -> Body:
    """Return the body that is posted to `/chat/completions`.

    Raises:
        RequestInvalid: the request asks for what cannot be passed on.
    """
    _check(request, model)
    said: Body = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        **_sampling(request.sampling),
        **_tools(request),
    }
    if request.choices > 1:
        said["n"] = request.choices
    if request.max_tokens is not None:
        said["max_completion_tokens"] = request.max_tokens
    if request.effort is not None:
        said["reasoning_effort"] = request.effort
    if request.stop:
        said["stop"] = list(request.stop)
    if request.top_logprobs is not None:
        said |= {"logprobs": True, "top_logprobs": request.top_logprobs}
    if request.prediction is not None:
        said["prediction"] = {"type": "content", "content": request.prediction}
    match request.format:
        case FreeText() | Grammar():
            pass
        case JsonObject():
            said["response_format"] = {"type": "json_object"}
        case JsonDocument(schema):
            # Strict wherever OpenAI takes it: it refuses open schemas then. Others always are.
            named = {"name": "answer", "schema": schema, "strict": _closed(schema)}
            said["response_format"] = {"type": "json_schema", "json_schema": named}
    return said


def continued(request: ChatRequest, text: Continuation, model: str) -> Body:
    """Return the body that is posted to `/completions`.

    Raises:
        RequestInvalid: the request asks for what cannot be passed on.
    """
    _check(request, model)
    refused = {
        "prompt": text.encoding not in (None, encoding_of(model)),
        "logprobs": text.echo and request.top_logprobs is not None,
        "echo": text.echo and text.tokens is not None,
        "response_format": not isinstance(request.format, FreeText),
    }
    _refuse(refused)
    said: Body = {
        "model": model,
        "prompt": text.text if text.tokens is None else list(text.tokens),
        "stream": True,
        "stream_options": {"include_usage": True},
        **_sampling(request.sampling),
    }
    said |= {"n": request.choices} if request.choices > 1 else {}
    if request.max_tokens is not None:
        said["max_tokens"] = request.max_tokens
    if text.suffix is not None:
        said["suffix"] = text.suffix
    if request.stop:
        said["stop"] = list(request.stop)
    if request.top_logprobs is not None:
        said["logprobs"] = request.top_logprobs
    return said


def _check(request: ChatRequest, model: str) -> None:
    beyond = {
        "x_dry_run": request.dry_run,
        "prompt": request.tokens_only,
        "audio": request.spoken is not None,
        # Servers have other names for it, and drop those of others without a word.
        "grammar": isinstance(request.format, Grammar),
        # Ids of OpenAI's tokens mean others to another model.
        "logit_bias": request.sampling.encoding not in (None, encoding_of(model)),
    }
    _refuse(beyond)


def _refuse(beyond: Mapping[str, bool]) -> None:
    for name, wanted in beyond.items():
        if wanted:
            raise RequestInvalid(
                f"Unsupported parameter: '{name}' is not supported with this model.",
                param=name,
                code="unsupported_parameter",
            )


def _message(message: Message) -> Body:
    said: Body = {"role": message.role}
    if all(isinstance(part, TextPart) for part in message.parts):
        said["content"] = message.text
    else:
        said["content"] = [_part(part) for part in message.parts]
    if message.name:
        said["name"] = message.name
    if message.tool_call_id is not None:
        said["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        said["content"] = said["content"] or None
        said["tool_calls"] = [_call(call) for call in message.tool_calls]
    return said


def _call(call: ToolCall) -> Body:
    if call.custom:
        custom = {"name": call.name, "input": call.arguments}
        return {"id": call.id, "type": "custom", "custom": custom}
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _part(part: Part) -> Body:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case PixelsPart():
            return {"type": "image_url", "image_url": {"url": _png(part)}}
        case _:
            name = type(part).__name__.removesuffix("Part").lower()
            kinds = {"image": "image_url", "audio": "input_audio", "audioreference": "audio"}
            kind = kinds.get(name, name)
            raise RequestInvalid(
                f"Invalid content type. {kind} is only supported by certain models.",
                param="messages",
            )


def _png(part: PixelsPart) -> str:
    file = io.BytesIO()
    picture = Image.frombytes("RGB", (part.width, part.height), part.rgb)
    picture.save(file, "PNG", compress_level=FASTEST)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _sampling(sampling: Sampling) -> Body:
    openai = ("temperature", "top_p", "seed", "presence_penalty", "frequency_penalty")
    local = ("top_k", "min_p", "typical_p")
    said: Body = {
        name: value for name in (*openai, *local) if (value := getattr(sampling, name)) is not None
    }
    if sampling.repeat_penalty is not None:
        # vLLM's name and llama.cpp's: each server takes its own.
        said |= dict.fromkeys(("repetition_penalty", "repeat_penalty"), sampling.repeat_penalty)
    if sampling.repeat_last_n is not None:
        said["repeat_last_n"] = sampling.repeat_last_n
    if sampling.logit_bias:
        said["logit_bias"] = {str(token): bias for token, bias in sampling.logit_bias.items()}
    return said


def _tools(request: ChatRequest) -> Body:
    choice = request.tool_choice
    # Few servers know a list of allowed tools: only those are shown.
    shown = [tool for tool in request.tools if choice.names is None or tool.name in choice.names]
    if not shown:
        return {}
    said: Body = {"tools": [_tool(tool) for tool in shown], "tool_choice": choice.mode}
    if choice.mode == "required" and choice.names is not None and len(shown) == 1:
        kind = "custom" if isinstance(shown[0], CustomTool) else "function"
        said["tool_choice"] = {"type": kind, kind: {"name": shown[0].name}}
    if not choice.parallel:
        said["parallel_tool_calls"] = False
    return said


def _tool(tool: AnyTool) -> Body:
    if isinstance(tool, CustomTool):
        custom: Body = {"name": tool.name, "description": tool.description}
        if tool.grammar:
            grammar = {"definition": tool.grammar.definition, "syntax": tool.grammar.syntax}
            custom["format"] = {"type": "grammar", "grammar": grammar}
        return {"type": "custom", "custom": custom}
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _closed(schema: object) -> bool:
    """Whether every object in it names all its members, as OpenAI's strict mode wants."""
    if isinstance(schema, list | tuple):
        return all(map(_closed, cast("Sequence[object]", schema)))
    if not isinstance(schema, Mapping):
        return True
    members = cast("JsonSchema", schema)
    if members.get("type") == "object":
        every = set(members.get("properties", ()))
        if members.get("additionalProperties") is not False:
            return False
        if set(members.get("required", ())) != every:
            return False
    return all(map(_closed, members.values()))
