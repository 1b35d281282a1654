"""The form of a chat completion that comes whole, and what requests may consist of."""

import time
from collections.abc import Sequence
from urllib.parse import quote

from dragoman.conformance.check import CHAT, Check, check
from dragoman.conformance.reading import array, equal, has, require, text, value, whole
from dragoman.conformance.server import Server

DAY_S = 86_400
_SHORT = {"max_tokens": 12}


@check("chat.shape", CHAT)
async def shape(server: Server) -> None:
    """An answer has id, object, created, model, choices and usage."""
    answer = await server.chat({})
    require(text(answer, "id"), "id is empty")
    equal(answer, "object", "chat.completion")
    require(abs(whole(answer, "created") - time.time()) < DAY_S, "created is not the time of now")
    require(text(answer, "model"), "model is empty")
    equal(answer, "choices.0.index", 0)
    equal(answer, "choices.0.message.role", "assistant")
    require(text(answer, "choices.0.message.content"), "the message is empty")
    equal(answer, "choices.0.finish_reason", "stop")
    require(has(answer, "usage"), "usage is missing")


@check("chat.id", CHAT)
async def ids(server: Server) -> None:
    """Ids begin with chatcmpl-, and each answer has its own."""
    first = text(await server.chat({}), "id")
    second = text(await server.chat(_SHORT), "id")
    require(first != second, "two answers have the same id")
    require(first.startswith("chatcmpl-"), "ids do not begin with chatcmpl-")


@check("chat.null_members", CHAT)
async def null_members(server: Server) -> None:
    """The members refusal and logprobs are there, and null where nothing is."""
    answer = await server.chat({})
    equal(answer, "choices.0.message.refusal", None)
    equal(answer, "choices.0.logprobs", None)


@check("chat.no_calls", CHAT)
async def no_calls(server: Server) -> None:
    """A message without calls has no tool_calls."""
    message = value(await server.chat({}), "choices.0.message")
    require(not has(message, "tool_calls"), "tool_calls is there")


@check("chat.usage", CHAT)
async def usage(server: Server) -> None:
    """Usage counts the tokens of prompt and answer, and their sum."""
    counts = value(await server.chat({}), "usage")
    prompt, written = whole(counts, "prompt_tokens"), whole(counts, "completion_tokens")
    require(prompt > 0, "prompt_tokens is 0")
    require(written > 0, "completion_tokens is 0")
    equal(counts, "total_tokens", prompt + written)


@check("chat.usage_details", CHAT)
async def usage_details(server: Server) -> None:
    """Usage says what of it was cached, and what was reasoning."""
    counts = value(await server.chat({}), "usage")
    whole(counts, "prompt_tokens_details.cached_tokens")
    whole(counts, "completion_tokens_details.reasoning_tokens")


@check("chat.developer", CHAT)
async def developer(server: Server) -> None:
    """The role developer is understood."""
    messages = [
        {"role": "developer", "content": "Answer in one word."},
        {"role": "user", "content": "Say hello."},
    ]
    answer = await server.chat({"messages": messages, **_SHORT})
    require(text(answer, "choices.0.message.content"), "the message is empty")


@check("chat.parts", CHAT)
async def parts(server: Server) -> None:
    """Messages of every role may be lists of text parts."""
    messages = [
        {"role": role, "content": [{"type": "text", "text": words}]}
        for role, words in (
            ("system", "Be brief."),
            ("user", "Hi!"),
            ("assistant", "Hello."),
            ("user", "Say hello again."),
        )
    ]
    answer = await server.chat({"messages": messages, **_SHORT})
    require(text(answer, "choices.0.message.content"), "the message is empty")


@check("chat.nulls", CHAT)
async def nulls(server: Server) -> None:
    """Null for an optional field is the same as its absence."""
    names = (
        "temperature",
        "top_p",
        "n",
        "stop",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "top_logprobs",
        "seed",
        "stream",
        "stream_options",
        "tools",
        "tool_choice",
        "response_format",
        "user",
    )
    await server.chat({**dict.fromkeys(names), **_SHORT})


@check("chat.stored", CHAT)
async def stored(server: Server) -> None:
    """An answer with store is had again by its id, until it is deleted."""
    answer = (await server.post(CHAT, {"messages": _HELLO, "store": True, **_SHORT})).json()
    name = quote(text(answer, "id"), safe="")
    again = server.accepted(await server.send("GET", f"{CHAT.path}/{name}")).json()
    gone = server.accepted(await server.send("DELETE", f"{CHAT.path}/{name}")).json()
    require(array(again, "choices") == array(answer, "choices"), "the choices are not the same")
    equal(gone, "deleted", expected=True)


_HELLO = [{"role": "user", "content": "Say hello."}]

CHECKS: Sequence[Check] = (
    shape,
    ids,
    null_members,
    no_calls,
    usage,
    usage_details,
    developer,
    parts,
    nulls,
    stored,
)
