"""Requests that are wrong, and the errors that OpenAI answers them with."""

from collections.abc import Sequence

from dragoman.conformance.check import CHAT, Check, Differs, check
from dragoman.conformance.reading import equal, has, members, require, text, value
from dragoman.conformance.server import NO_SUCH_MODEL, Answer, Fields, Server, shown, user

HELLO = user("Say hello in one short sentence.")


def refusal(answer: Answer, *statuses: int) -> object:
    """Return the error object of an answer that is to be an error.

    Raises:
        Differs: the status is another, or there is no error object with a message.
    """
    if answer.status == 200:
        raise Differs("is answered as if nothing were wrong (200)")
    expected = " or ".join(map(str, statuses))
    require(answer.status in statuses, f"not {expected}, but {shown(answer)}")
    error = members(answer.json(), "error")
    require(text(error, "message"), "the error's message is empty")
    return error


@check("errors.object", CHAT)
async def error_object(server: Server) -> None:
    """An error has message, type, param and code, null where unknown."""
    error = refusal(await _send(server, {"messages": []}), 400)
    text(error, "type")
    for name in ("param", "code"):
        require(has(error, name), f"error.{name} is missing")
        shown = value(error, name)
        require(shown is None or isinstance(shown, str), f"error.{name} is no text")


@check("errors.unknown_model", CHAT)
async def unknown_model(server: Server) -> None:
    """An unknown model is a 404 with the code model_not_found."""
    error = refusal(await _send(server, {"model": NO_SUCH_MODEL}), 404)
    equal(error, "code", "model_not_found")


@check("errors.no_model", CHAT)
async def no_model(server: Server) -> None:
    """A request without a model is a 400."""
    refusal(await server.send("POST", CHAT.path, {"messages": HELLO, "max_tokens": 4}), 400)


@check("errors.temperature", CHAT)
async def temperature(server: Server) -> None:
    """A temperature of 3 is a 400 that names the field."""
    error = refusal(await _send(server, {"temperature": 3}), 400)
    equal(error, "param", "temperature")


@check("errors.empty_messages", CHAT)
async def empty_messages(server: Server) -> None:
    """An empty list of messages is a 400."""
    refusal(await _send(server, {"messages": []}), 400)


@check("errors.wrong_type", CHAT)
async def wrong_type(server: Server) -> None:
    """Text where a number belongs is a 400 that names the field."""
    error = refusal(await _send(server, {"n": "two"}), 400)
    equal(error, "param", "n")


@check("errors.role", CHAT)
async def role(server: Server) -> None:
    """A role that there is not is a 400."""
    messages = [{"role": "bogus", "content": "Hello."}]
    refusal(await _send(server, {"messages": messages}), 400)


@check("errors.unknown_field", CHAT)
async def unknown_field(server: Server) -> None:
    """A field that there is not is a 400, and not passed over."""
    refusal(await _send(server, {"no_such_field_of_dragoman": 1}), 400)


@check("errors.broken_json", CHAT)
async def broken_json(server: Server) -> None:
    """A body that is no JSON is a 400 with an error object."""
    refusal(await server.send("POST", CHAT.path, b'{"model": '), 400)


@check("errors.stream", CHAT)
async def stream(server: Server) -> None:
    """What is wrong with a streamed request is a 400, and no stream."""
    refusal(await _send(server, {"messages": [], "stream": True}), 400)


@check("errors.json_word", CHAT)
async def json_word(server: Server) -> None:
    """The format json_object without the word JSON in the messages is a 400."""
    refusal(await _send(server, {"response_format": {"type": "json_object"}}), 400)


@check("errors.top_logprobs", CHAT)
async def top_logprobs(server: Server) -> None:
    """The field top_logprobs without logprobs is a 400."""
    refusal(await _send(server, {"top_logprobs": 2}), 400)


@check("errors.orphan_result", CHAT)
async def orphan_result(server: Server) -> None:
    """A tool's result without its call is a 400."""
    messages = [*HELLO, {"role": "tool", "tool_call_id": "call_1", "content": "21"}]
    refusal(await _send(server, {"messages": messages}), 400)


async def _send(server: Server, fields: Fields) -> Answer:
    """Send a request that is short, should it be answered."""
    request = {"model": server.models.chat, "messages": HELLO, "max_tokens": 4, **fields}
    return await server.send("POST", CHAT.path, request)


CHECKS: Sequence[Check] = (
    error_object,
    unknown_model,
    no_model,
    temperature,
    empty_messages,
    wrong_type,
    role,
    unknown_field,
    broken_json,
    stream,
    json_word,
    top_logprobs,
    orphan_result,
)
