"""Chat: where an answer ends, how many there are, and how probable each token is."""

from collections.abc import Sequence

from dragoman.conformance.check import CHAT, Check, NotTried, check
from dragoman.conformance.reading import array, equal, number, require, text, value, whole
from dragoman.conformance.server import Server, user

COUNT = user("Count from 1 to 50 in words, with commas between.")
REPEAT = user("Repeat exactly: alpha beta gamma delta")


@check("chat.max_tokens", CHAT)
async def max_tokens(server: Server) -> None:
    """An answer ends at max_tokens, with the reason length."""
    _require_length(await server.chat({"messages": COUNT, "max_tokens": 7}))


@check("chat.max_completion_tokens", CHAT)
async def max_completion_tokens(server: Server) -> None:
    """An answer ends at max_completion_tokens, which is the newer name."""
    _require_length(await server.chat({"messages": COUNT, "max_completion_tokens": 7}))


def _require_length(answer: object) -> None:
    equal(answer, "choices.0.finish_reason", "length")
    equal(answer, "usage.completion_tokens", 7)


async def word_within(server: Server) -> tuple[str, str]:
    """Return an answer at temperature 0, and a word that is not its first.

    Raises:
        NotTried: it has one word alone.
    """
    answer = await server.chat({"messages": REPEAT, "temperature": 0, "max_tokens": 24})
    whole_text = text(answer, "choices.0.message.content")
    for word in whole_text.split()[1:]:
        if len(word) > 2 and whole_text.index(word) > 0:
            return whole_text, word
    raise NotTried("the model wrote one word alone")


@check("chat.stop", CHAT)
async def stop(server: Server) -> None:
    """An answer ends before the text that stop names."""
    whole_text, word = await word_within(server)
    fields = {"messages": REPEAT, "temperature": 0, "max_tokens": 24, "stop": [word]}
    answer = await server.chat(fields)
    content = text(answer, "choices.0.message.content")
    require(word not in content, "the text of stop is in the answer")
    require(
        content.rstrip() == whole_text[: whole_text.index(word)].rstrip(),
        "the answer is not the one before stop",
    )
    equal(answer, "choices.0.finish_reason", "stop")


@check("chat.n", CHAT)
async def n(server: Server) -> None:
    """Choices of n are numbered, and usage counts the tokens of them all."""
    one = await server.chat({"messages": COUNT, "max_tokens": 7})
    answer = await server.chat({"messages": COUNT, "max_tokens": 7, "n": 2})
    places = [value(choice, "index") for choice in array(answer, "choices")]
    require(places == [0, 1], f"{len(places)} choices, not 2")
    equal(answer, "usage.completion_tokens", 2 * whole(one, "usage.completion_tokens"))
    equal(answer, "usage.prompt_tokens", whole(one, "usage.prompt_tokens"))


@check("chat.seed", CHAT)
async def seed(server: Server) -> None:
    """The same seed writes the same text again, also at temperature 1."""
    fields = {"messages": user("Invent a name."), "seed": 42, "temperature": 1, "max_tokens": 12}
    first = (await server.post(CHAT, fields)).json()
    second = (await server.post(CHAT, fields)).json()
    path = "choices.0.message.content"
    require(text(first, path) == text(second, path), "the two texts differ")


@check("chat.logprobs", CHAT)
async def logprobs(server: Server) -> None:
    """Each token of logprobs has its probability and its bytes."""
    answer = await _probable(server)
    tokens = array(answer, "choices.0.logprobs.content")
    require(tokens, "logprobs.content is empty")
    written = bytearray()
    for token in tokens:
        text(token, "token")
        require(number(token, "logprob") <= 0, "a logprob is above 0")
        written += bytes(_byte(each) for each in array(token, "bytes"))
    content = text(answer, "choices.0.message.content").encode()
    require(written.startswith(content), "the tokens' bytes are not the text")


@check("chat.top_logprobs", CHAT)
async def top_logprobs(server: Server) -> None:
    """Others stand beside a token, as many as top_logprobs says, likeliest first."""
    for token in array(await _probable(server), "choices.0.logprobs.content"):
        others = array(token, "top_logprobs")
        require(len(others) == 3, f"{len(others)} alternatives, not 3")
        values = [number(each, "logprob") for each in others]
        require(values == sorted(values, reverse=True), "alternatives are not in order")


async def _probable(server: Server) -> object:
    fields = {"messages": REPEAT, "temperature": 0, "max_tokens": 8}
    return await server.chat({**fields, "logprobs": True, "top_logprobs": 3})


def _byte(each: object) -> int:
    require(isinstance(each, int) and 0 <= each < 256, "bytes has something that is no byte")
    assert isinstance(each, int)
    return each


@check("chat.logit_bias", CHAT)
async def logit_bias(server: Server) -> None:
    """A logit_bias of nothing changes nothing, and is understood."""
    await server.chat({"messages": REPEAT, "max_tokens": 4, "logit_bias": {}})


CHECKS: Sequence[Check] = (
    max_tokens,
    max_completion_tokens,
    stop,
    n,
    seed,
    logprobs,
    top_logprobs,
    logit_bias,
)
