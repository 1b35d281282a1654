"""The newer endpoint, of items."""

import json
from collections.abc import Sequence
from urllib.parse import quote

from dragoman.conformance.check import RESPONSES, Check, Differs, NotTried, check
from dragoman.conformance.checks.faults import refusal
from dragoman.conformance.checks.formats import SCHEMA
from dragoman.conformance.checks.tools import MOST_TOKENS, NAME, PARAMETERS
from dragoman.conformance.events import read
from dragoman.conformance.reading import array, equal, require, text, value, whole
from dragoman.conformance.server import NO_SUCH_MODEL, Fields, Server

_PLAIN: Fields = {"input": "Say hello in one short sentence.", "max_output_tokens": 32}
_KEPT: Fields = {**_PLAIN, "store": True}


@check("responses.shape", RESPONSES)
async def shape(server: Server) -> None:
    """A response is completed, with a message of output_text."""
    answer = await server.once(RESPONSES, _KEPT)
    require(text(answer, "id").startswith("resp"), "the id does not begin with resp")
    equal(answer, "object", "response")
    equal(answer, "status", "completed")
    number = value(answer, "created_at")
    require(isinstance(number, int | float), "created_at is no number")
    message = _item(answer, "message")
    equal(message, "role", "assistant")
    equal(message, "content.0.type", "output_text")
    require(text(message, "content.0.text"), "the text is empty")
    array(message, "content.0.annotations")


@check("responses.usage", RESPONSES)
async def usage(server: Server) -> None:
    """Usage counts tokens of input and output, and their sum."""
    counts = value(await server.once(RESPONSES, _KEPT), "usage")
    total = whole(counts, "input_tokens") + whole(counts, "output_tokens")
    equal(counts, "total_tokens", total)
    whole(counts, "input_tokens_details.cached_tokens")
    whole(counts, "output_tokens_details.reasoning_tokens")


@check("responses.incomplete", RESPONSES)
async def incomplete(server: Server) -> None:
    """A response cut off by max_output_tokens is incomplete, and says why."""
    fields = {"input": "Count from 1 to 200 in words.", "max_output_tokens": 16}
    answer = await server.once(RESPONSES, fields)
    equal(answer, "status", "incomplete")
    equal(answer, "incomplete_details.reason", "max_output_tokens")


@check("responses.stream", RESPONSES)
async def stream(server: Server) -> None:
    """Events are numbered, and go from created to completed."""
    events = await read(server, RESPONSES, _PLAIN)
    names = [text(each, "type") for each in events.documents]
    require(names, "the stream has no events")
    require(names[0] == "response.created", "the first event is not response.created")
    require(
        names[-1] in ("response.completed", "response.incomplete"), "the last event is no end of it"
    )
    require(names == events.names, "event: and type differ")
    numbers = [whole(each, "sequence_number") for each in events.documents]
    require(numbers == list(range(numbers[0], numbers[0] + len(numbers))), "numbers have gaps")
    pieces = [
        text(each, "delta")
        for each in events.documents
        if value(each, "type") == "response.output_text.delta"
    ]
    written = text(_item(value(events.documents[-1], "response"), "message"), "content.0.text")
    require("".join(pieces) == written, "the pieces are not the text of the response")


@check("responses.previous", RESPONSES)
async def previous(server: Server) -> None:
    """A response goes on with what was said before previous_response_id."""
    first = await server.once(RESPONSES, _KEPT)
    fields = {**_PLAIN, "input": "Say it again.", "previous_response_id": text(first, "id")}
    answer = await server.once(RESPONSES, fields)
    equal(answer, "previous_response_id", text(first, "id"))
    more = whole(answer, "usage.input_tokens") > whole(first, "usage.input_tokens")
    require(more, "the input has no more tokens than before")


@check("responses.stored", RESPONSES)
async def stored(server: Server) -> None:
    """A response is had again by its id."""
    first = await server.once(RESPONSES, _KEPT)
    name = quote(text(first, "id"), safe="")
    again = server.accepted(await server.send("GET", f"{RESPONSES.path}/{name}")).json()
    require(value(again, "output") == value(first, "output"), "the output is not the same")


@check("responses.instructions", RESPONSES)
async def instructions(server: Server) -> None:
    """Instructions and items of messages are understood."""
    part = {"type": "input_text", "text": "Say hello."}
    items = [{"type": "message", "role": "user", "content": [part]}]
    fields = {"instructions": "Be brief.", "input": items, "max_output_tokens": 16}
    _item(await server.once(RESPONSES, fields), "message")


@check("responses.tools", RESPONSES)
async def tools(server: Server) -> None:
    """A required function is an item function_call with call_id."""
    tool = {"type": "function", "name": NAME, "parameters": PARAMETERS, "strict": True}
    fields = {"input": "What is the weather in Paris, in celsius?", "tools": [tool]}
    fields = {**fields, "tool_choice": "required", "max_output_tokens": MOST_TOKENS}
    answer = _ended(await server.once(RESPONSES, fields), MOST_TOKENS)
    call = _item(answer, "function_call")
    require(text(call, "call_id"), "call_id is empty")
    equal(call, "name", NAME)
    require(_parsed(text(call, "arguments")).keys() == {"city", "unit"}, "other arguments")


@check("responses.json_schema", RESPONSES)
async def json_schema(server: Server) -> None:
    """A strict schema in text.format is kept to."""
    form = {"type": "json_schema", "name": "animal", "strict": True, "schema": SCHEMA}
    fields = {"input": "Invent an animal.", "text": {"format": form}, "max_output_tokens": 200}
    answer = _ended(await server.once(RESPONSES, fields), 200)
    written = _parsed(text(_item(answer, "message"), "content.0.text"))
    require(written.keys() == SCHEMA["properties"].keys(), "the members are not the schema's")


@check("responses.unknown_model", RESPONSES)
async def unknown_model(server: Server) -> None:
    """An unknown model is a 4xx with an error object."""
    answer = await server.send("POST", RESPONSES.path, {**_PLAIN, "model": NO_SUCH_MODEL})
    refusal(answer, 400, 404)


def _ended(answer: object, most: int) -> object:
    """Return a response that is whole.

    Raises:
        NotTried: it was cut off, by its status or by its count of tokens.
    """
    cut = value(answer, "status") == "incomplete"
    if cut or whole(answer, "usage.output_tokens") >= most:
        raise NotTried(f"the model did not come to an end within {most} tokens")
    return answer


def _item(answer: object, kind: str) -> object:
    for item in array(answer, "output"):
        if value(item, "type") == kind:
            return item
    raise Differs(f"the output has no {kind}")


def _parsed(written: str) -> dict[str, object]:
    try:
        document = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Differs("what is to be JSON is none") from error
    require(isinstance(document, dict), "what is to be an object is none")
    return document


CHECKS: Sequence[Check] = (
    shape,
    usage,
    incomplete,
    stream,
    previous,
    stored,
    instructions,
    tools,
    json_schema,
    unknown_model,
)
