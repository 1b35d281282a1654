"""The pictures of a conversation: found, checked, fetched and decoded."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, TypeAlias, TypeVar

import anyio

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import ImagePart, Message
from dragoman.domain.engine import Engines, ask
from dragoman.domain.errors import RequestInvalid, ServiceError
from dragoman.domain.picture import PICTURE_CODEC, Fetcher, Picture, PictureRequest

Use = TypeVar("Use")
Detail: TypeAlias = Literal["auto", "low", "high", "original"]

MOST_PICTURES = 50
"""The most pictures that one request may have."""

_AT_ONCE = 4
"""Pictures of one request whose bytes are held at the same time."""
_SPEAKERS = ("user", "tool")


def check_pictures(request: ChatRequest) -> None:
    """Check that pictures are only where they may be.

    Raises:
        RequestInvalid: another role has a picture, or there are too many.
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
    if len(pictures(request.messages)) > MOST_PICTURES:
        raise RequestInvalid(
            f"Too many images in request: at most {MOST_PICTURES} are taken.",
            param="messages",
            code="too_many_images",
        )


def pictures(messages: Sequence[Message]) -> list[ImagePart]:
    """Every picture of the conversation, in order."""
    return [part for message in messages for part in message.parts if isinstance(part, ImagePart)]


class PictureLoader:
    """Fetches and decodes the pictures of a request, for whoever looks at them."""

    def __init__(self, engines: Engines, fetcher: Fetcher, sides: Mapping[Detail, int]) -> None:
        """`sides`: the pixels that the longer side may have, by the picture's `detail`."""
        self._engines = engines
        self._fetcher = fetcher
        self._sides = sides

    async def each(
        self, parts: Sequence[ImagePart], use: Callable[[ImagePart, Picture], Awaitable[Use]]
    ) -> list[Use]:
        """Apply `use` to every picture, in order; of several errors the first is raised.

        Raises:
            RequestInvalid: a picture cannot be had, or is none.
        """
        used: dict[int, Use] = {}
        errors: dict[int, ServiceError] = {}
        room = anyio.CapacityLimiter(_AT_ONCE)
        turn = anyio.Lock()  # one picture after the other: a request shall not fill the queue

        async def load(number: int, part: ImagePart) -> None:
            async with room:
                try:
                    data = await self._fetcher.fetch(part.url)
                    async with turn:
                        used[number] = await use(part, await self._decoded(part, data))
                except ServiceError as error:
                    errors[number] = error

        async with anyio.create_task_group() as tasks:
            for number, part in enumerate(parts):
                tasks.start_soon(load, number, part)
        if errors:
            raise errors[min(errors)]
        return [used[number] for number in range(len(parts))]

    async def _decoded(self, part: ImagePart, data: bytes) -> Picture:
        request = PictureRequest(data, self._sides[part.detail])
        return await ask(self._engines, PICTURE_CODEC, request)
