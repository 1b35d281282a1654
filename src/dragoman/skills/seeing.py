"""Chat about pictures, for models that do not see: recognisers look, and say what is sure.

A question that asks for no more than what is in the pictures, or how they differ, is answered with
sentences made from the facts; every other one by the chat model, from the same facts.
"""

import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

import anyio

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    Estimate,
    FreeText,
    ImagePart,
    Message,
    Part,
    TextPart,
)
from dragoman.domain.engine import Engine, Engines, Kind, Lease
from dragoman.domain.errors import EngineFailed, RequestInvalid, ServiceError
from dragoman.domain.picture import (
    PICTURE_CODEC,
    SIGHT,
    Facts,
    Fetcher,
    Picture,
    PictureRequest,
)
from dragoman.skills.pictures import fence
from dragoman.skills.pictures.replies import SEEN_BY, Replies, Reply
from dragoman.skills.pictures.tokens import image_tokens

Request = TypeVar("Request")
Event = TypeVar("Event")

MOST_PICTURES = 50
"""In one request."""


_AT_ONCE = 4
"""Pictures of one request whose bytes are held at the same time."""
_LOW_SIDE = 512
_HIGH_SIDE = 2048
"""Pixels of the longer side that are looked at, by `detail`."""
_SPEAKERS = ("user", "tool")


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture of the conversation, looked at."""

    facts: Facts
    tokens: int
    pixels: bytes
    """Hash of the pixels as they were looked at."""


def check_pictures(request: ChatRequest) -> None:
    """Pictures are looked at where users and tools send them, and not in any number.

    Raises:
        RequestInvalid: a message of another role has a picture, or there are too many.
    """
    for index, message in enumerate(request.messages):
        has_picture = any(isinstance(part, ImagePart) for part in message.parts)
        if has_picture and message.role not in _SPEAKERS:
            raise RequestInvalid(
                f"Invalid 'messages[{index}]'. Image URLs are only allowed for messages with role "
                f"'user', but this message with role '{message.role}' contains an image URL.",
                param=f"messages[{index}]",
                code="invalid_value",
            )
    if len(_pictures(request.messages)) > MOST_PICTURES:
        raise RequestInvalid(
            f"Too many images in request: at most {MOST_PICTURES} are taken.",
            param="messages",
            code="too_many_images",
        )


class Seeing:
    """See `domain.engine.Engine`: `chat`, with eyes."""

    def __init__(
        self, chat: Engine[ChatRequest, ChatEvent], engines: Engines, fetcher: Fetcher
    ) -> None:
        self._chat = chat
        self._engines = engines
        self._fetcher = fetcher
        self._replies = Replies()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """See `Engine.stream`; the last event says who looked, and counts the pictures' tokens.

        Raises:
            RequestInvalid: a picture cannot be had, or is none.
        """
        check_pictures(request)
        parts = _pictures(request.messages)
        events = self._with_pictures(request, parts) if parts else self._chat.stream(request)
        async with aclosing(events):
            async for event in events:
                yield event

    async def _with_pictures(
        self, request: ChatRequest, parts: Sequence[ImagePart]
    ) -> AsyncGenerator[ChatEvent, None]:
        if not self._engines.has(SIGHT):
            raise RequestInvalid(
                "This model cannot see images, and no recognisers are installed.",
                param="messages",
                code="unsupported_image",
            )
        seen = await self._look_at_all(parts)
        tokens = sum(each.tokens for each in seen)
        reply = self._reply(request, seen)
        if reply is not None:
            for event in reply.events(request, tokens):
                yield event
            return
        events = self._chat.stream(_in_words(request, seen))
        async with aclosing(events):
            async for event in events:
                yield _counted(event, tokens)

    def _reply(self, request: ChatRequest, seen: Sequence[Seen]) -> Reply | None:
        """An answer from the facts alone, if nothing in the request asks for more."""
        if not _plain(request) or request.messages[-1].role != "user":
            return None
        shown = seen[len(_pictures(request.messages[:-1])) :]
        if not shown:
            return None
        identical = len({each.pixels for each in shown}) == 1
        return self._replies.reply(
            [message.text for message in request.messages if message.role == "system"],
            request.messages[-1].text,
            [each.facts for each in shown],
            identical=identical,
        )

    async def _look_at_all(self, parts: Sequence[ImagePart]) -> list[Seen]:
        """Every picture in order; of several errors the first in order is raised."""
        seen: dict[int, Seen] = {}
        errors: dict[int, ServiceError] = {}
        room = anyio.CapacityLimiter(_AT_ONCE)
        eyes = anyio.Lock()  # one picture after the other: a request shall not fill the queue

        async def look(number: int, part: ImagePart) -> None:
            async with room:
                try:
                    data = await self._fetcher.fetch(part.url)
                    async with eyes:
                        seen[number] = await self._look(part, data)
                except ServiceError as error:
                    errors[number] = error

        async with anyio.create_task_group() as tasks:
            for number, part in enumerate(parts):
                tasks.start_soon(look, number, part)
        if errors:
            raise errors[min(errors)]
        return [seen[number] for number in range(len(parts))]

    async def _look(self, part: ImagePart, data: bytes) -> Seen:
        side = _LOW_SIDE if part.detail == "low" else _HIGH_SIDE
        async with self._engines.lease(PICTURE_CODEC) as lease:
            picture = await _only(lease, PICTURE_CODEC, PictureRequest(data, side))
        async with self._engines.lease(SIGHT) as lease:
            facts = await _only(lease, SIGHT, picture)
        tokens = image_tokens(picture.original_width, picture.original_height, part.detail)
        return Seen(facts, tokens, _fingerprint(picture))


async def _only(
    lease: Lease[Request, Event], kind: Kind[Request, Event], request: Request
) -> Event:
    """The one event of an engine that answers with one."""
    async with aclosing(lease.engine.stream(request)) as events:
        async for event in events:
            return event
    raise EngineFailed(f"the {kind.name} engine gave no answer")


def _pictures(messages: Sequence[Message]) -> list[ImagePart]:
    """Every picture of the conversation, in order."""
    return [part for message in messages for part in message.parts if isinstance(part, ImagePart)]


def _plain(request: ChatRequest) -> bool:
    """Whether the answer may be any text."""
    return (
        isinstance(request.format, FreeText)
        and not request.dry_run
        and request.top_logprobs is None
        and request.sampling.logit_bias is None
        and (not request.tools or request.tool_choice.mode == "none")
    )


def _in_words(request: ChatRequest, seen: Sequence[Seen]) -> ChatRequest:
    """The request with facts in the places of the pictures."""
    words = iter(
        TextPart(fence.fenced(number, each.facts)) for number, each in enumerate(seen, start=1)
    )

    def replaced(part: Part) -> Part:
        return next(words) if isinstance(part, ImagePart) else part

    messages = tuple(
        replace(message, parts=tuple(replaced(part) for part in message.parts))
        for message in request.messages
    )
    korean = _hangul(request.messages[-1].text)
    told = fence.INSTRUCTION + (fence.IN_KOREAN if korean else "")
    instruction = Message("system", (TextPart(told),))
    return replace(request, messages=(instruction, *messages))


def _hangul(text: str) -> bool:
    """Whether there is a syllable of Hangul in `text`."""
    return any("가" <= character <= "힣" for character in text)


def _counted(event: ChatEvent, tokens: int) -> ChatEvent:
    if isinstance(event, Estimate):
        return replace(event, prompt_tokens=event.prompt_tokens + tokens)
    if not isinstance(event, ChatFinished):
        return event
    usage = replace(
        event.usage,
        prompt_tokens=event.usage.prompt_tokens + tokens,
        image_tokens=event.usage.image_tokens + tokens,
    )
    return replace(event, usage=usage, seen_by=SEEN_BY)


def _fingerprint(picture: Picture) -> bytes:
    size = f"{picture.width}x{picture.height}".encode()
    return hashlib.sha256(size + picture.rgb).digest()
