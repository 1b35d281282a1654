"""Chat completions that come as streams of events."""

import time
from collections.abc import Sequence

from dragoman.conformance.check import CHAT, Check, NotTried, check
from dragoman.conformance.checks.sampling import COUNT, REPEAT, word_within
from dragoman.conformance.events import Stream, choices, opened, read
from dragoman.conformance.reading import array, equal, has, require, text, value, whole
from dragoman.conformance.server import Fields, Server, user

PATIENCE_S = 5.0
"""Seconds that an answer may take after another was given up, beyond five times what it took."""
_FIELDS: Fields = {"messages": REPEAT, "temperature": 0, "max_tokens": 24}
_LETTERS = "안녕하세요 👋🏽 日本語 café 🇰🇷"


async def _plain(server: Server) -> Stream:
    """Read one stream, which several checks look at."""
    name = "a plain stream"
    if name not in server.answers:
        server.answers[name] = await read(server, CHAT, _FIELDS)
    stream = server.answers[name]
    assert isinstance(stream, Stream)
    require(stream.documents, "the stream has no events")
    return stream


@check("stream.done", CHAT)
async def done(server: Server) -> None:
    """A stream of events ends with [DONE]."""
    require((await _plain(server)).is_done, "the stream ends without [DONE]")


@check("stream.chunks", CHAT)
async def chunks(server: Server) -> None:
    """All chunks have one id, created and model, and their own object."""
    documents = (await _plain(server)).documents
    seen = {(text(each, "id"), whole(each, "created"), text(each, "model")) for each in documents}
    require(len(seen) == 1, "chunks differ in id, created or model")
    for each in documents:
        equal(each, "object", "chat.completion.chunk")


@check("stream.role", CHAT)
async def role(server: Server) -> None:
    """The first delta has the role and empty content; no other has a role."""
    first, *others = (await _plain(server)).deltas()
    equal(first, "role", "assistant")
    equal(first, "content", "")
    require(not any(has(each, "role") for each in others), "later deltas repeat the role")


@check("stream.end", CHAT)
async def end(server: Server) -> None:
    """The last chunk has an empty delta and the reason, no other has one."""
    *others, last = choices((await _plain(server)).documents)
    require(value(last, "finish_reason") in ("stop", "length"), "the last chunk has no reason")
    require(value(last, "delta") == {}, "the last delta is not empty")
    require(
        all(each.get("finish_reason") is None for each in others), "an earlier chunk has a reason"
    )


@check("stream.pieces", CHAT)
async def pieces(server: Server) -> None:
    """The text comes in pieces, and joined it is the whole answer's."""
    stream = await _plain(server)
    full = text(await server.chat(_FIELDS), "choices.0.message.content")
    require(stream.content() == full, "streamed and whole texts differ at temperature 0")
    filled = [each for each in stream.deltas() if has(each, "content") and value(each, "content")]
    require(len(filled) > 2, f"the text comes in {len(filled)} pieces")


@check("stream.no_usage", CHAT)
async def no_usage(server: Server) -> None:
    """No chunk has usage or an empty choices where include_usage is not sent."""
    documents = (await _plain(server)).documents
    require(all(array(each, "choices") for each in documents), "a chunk has no choices")
    require(not any(has(each, "usage") for each in documents), "chunks have usage")


@check("stream.usage", CHAT)
async def usage(server: Server) -> None:
    """A last chunk without choices has the usage where include_usage is sent."""
    options = {"stream_options": {"include_usage": True}}
    stream = await read(server, CHAT, {**_FIELDS, **options})
    require(stream.documents, "the stream has no events")
    *others, last = stream.documents
    require(array(last, "choices") == [], "the last chunk has choices")
    require(whole(last, "usage.total_tokens") > 0, "total_tokens is 0")
    require(all(has(each, "usage") for each in others), "earlier chunks lack usage: null")
    require(all(value(each, "usage") is None for each in others), "an earlier chunk has usage")


@check("stream.stop", CHAT)
async def stop(server: Server) -> None:
    """Nothing of the text of stop is sent, not even its beginning."""
    full, word = await word_within(server)
    middle = full.index(word) + 1
    cut = full[middle : middle + 4]
    stream = await read(server, CHAT, {**_FIELDS, "stop": cut})
    expected = full[: full.index(cut)].rstrip()
    require(stream.content().rstrip() == expected, "the text is not the one before stop")


@check("stream.n", CHAT)
async def n(server: Server) -> None:
    """Choices of one stream are told apart by index, and each has its end."""
    stream = await read(server, CHAT, {"messages": COUNT, "max_tokens": 6, "n": 2})
    seen = choices(stream.documents)
    require({whole(each, "index") for each in seen} == {0, 1}, "there are not two choices")
    ends = [each for each in seen if each.get("finish_reason") is not None]
    require(len(ends) == 2, f"{len(ends)} ends of 2 choices")


@check("stream.unicode", CHAT)
async def unicode(server: Server) -> str:
    """No character is broken between two chunks."""
    question = user(f"Repeat exactly this text and nothing else: {_LETTERS}")
    fields = {"messages": question, "temperature": 0, "max_tokens": 60}
    content = (await read(server, CHAT, fields)).content()
    require("\ufffd" not in content, "a character is broken (U+FFFD)")
    if content.isascii():
        raise NotTried("the model wrote ASCII alone")
    return f"{sum(not sign.isascii() for sign in content)} characters beyond ASCII"


@check("stream.cancel", CHAT)
async def cancel(server: Server) -> str:
    """Who leaves a stream ends its work: the next request is not kept."""
    short: Fields = {"messages": user("Say hello."), "max_tokens": 4}
    begin = time.monotonic()
    await server.post(CHAT, short)
    alone = time.monotonic() - begin
    fields = {"messages": user("Count from 1 to 5000 in words."), "max_tokens": 1500}
    body = {"model": server.models.chat, "stream": True, **fields}
    async with opened(server, "POST", CHAT.path, body) as events:
        async for _ in events:
            break
    begin = time.monotonic()
    await server.post(CHAT, short)
    after = time.monotonic() - begin
    require(after < PATIENCE_S + 5 * alone, f"{after:.1f} s after, {alone:.1f} s before")
    return f"{after:.1f} s, {alone:.1f} s before"


CHECKS: Sequence[Check] = (
    done,
    chunks,
    role,
    end,
    pieces,
    no_usage,
    usage,
    stop,
    n,
    unicode,
    cancel,
)
