"""The older endpoint that goes on with a text."""

from collections.abc import Sequence

from dragoman.conformance.check import COMPLETIONS, Check, check
from dragoman.conformance.checks.faults import refusal
from dragoman.conformance.events import read
from dragoman.conformance.reading import array, equal, number, require, text, value, whole
from dragoman.conformance.server import NO_SUCH_MODEL, Fields, Server

_PLAIN: Fields = {"prompt": "One, two, three,", "max_tokens": 8, "temperature": 0}


@check("completions.shape", COMPLETIONS)
async def shape(server: Server) -> None:
    """A text has id, object, choices with text, and usage."""
    answer = await server.once(COMPLETIONS, _PLAIN)
    require(text(answer, "id"), "id is empty")
    equal(answer, "object", "text_completion")
    whole(answer, "created")
    equal(answer, "choices.0.index", 0)
    require(text(answer, "choices.0.text"), "the text is empty")
    require(value(answer, "choices.0.finish_reason") in ("stop", "length"), "no reason of its end")
    equal(answer, "choices.0.logprobs", None)
    require(whole(answer, "usage.total_tokens") > 0, "total_tokens is 0")


@check("completions.stream", COMPLETIONS)
async def stream(server: Server) -> None:
    """Chunks have text, and the stream ends with [DONE]."""
    full = text(await server.once(COMPLETIONS, _PLAIN), "choices.0.text")
    events = await read(server, COMPLETIONS, _PLAIN)
    require(events.is_done, "the stream ends without [DONE]")
    pieces = [
        text(choice, "text") for each in events.documents for choice in array(each, "choices")
    ]
    require("".join(pieces) == full, "streamed and whole texts differ at temperature 0")


@check("completions.prompts", COMPLETIONS)
async def prompts(server: Server) -> None:
    """A list of prompts has a choice for each."""
    fields = {"prompt": ["One, two,", "Red, green,"], "max_tokens": 4}
    answer = await server.once(COMPLETIONS, fields)
    places = [value(choice, "index") for choice in array(answer, "choices")]
    require(places == [0, 1], f"{len(places)} choices, not 2")


@check("completions.echo", COMPLETIONS)
async def echo(server: Server) -> None:
    """The prompt stands before the text where echo is sent."""
    answer = await server.once(COMPLETIONS, {**_PLAIN, "echo": True})
    require(text(answer, "choices.0.text").startswith("One, two, three,"), "the prompt is missing")


@check("completions.logprobs", COMPLETIONS)
async def logprobs(server: Server) -> None:
    """The lists of logprobs are tokens, their places and their logprobs."""
    answer = await server.once(COMPLETIONS, {**_PLAIN, "logprobs": 2})
    lists = value(answer, "choices.0.logprobs")
    tokens = array(lists, "tokens")
    require(tokens, "tokens is empty")
    require(len(array(lists, "token_logprobs")) == len(tokens), "lists of different lengths")
    require(len(array(lists, "text_offset")) == len(tokens), "lists of different lengths")
    require(len(array(lists, "top_logprobs")) == len(tokens), "lists of different lengths")
    require(number(lists, "token_logprobs.0") <= 0, "a logprob is above 0")


@check("completions.suffix", COMPLETIONS)
async def suffix(server: Server) -> None:
    """The gap before a suffix is filled in."""
    fields = {"prompt": "def add(a, b):\n    return", "suffix": "\n\nprint(add(1, 2))"}
    answer = await server.once(COMPLETIONS, {**fields, "max_tokens": 12})
    text(answer, "choices.0.text")


@check("completions.unknown_model", COMPLETIONS)
async def unknown_model(server: Server) -> None:
    """An unknown model is a 404 with an error object."""
    request = {**_PLAIN, "model": NO_SUCH_MODEL}
    refusal(await server.send("POST", COMPLETIONS.path, request), 404)


CHECKS: Sequence[Check] = (shape, stream, prompts, echo, logprobs, suffix, unknown_model)
