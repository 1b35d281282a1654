"""Chat about pictures, for models that see: they get verified pixels, never a caller's bytes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.conversation import ImagePart, PixelsPart
from dragoman.domain.engine import Engine, Engines
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import Fetcher, Picture
from dragoman.skills.pictures.taking import Detail, Taking, check_pictures, pictures, replaced

SIDES: dict[Detail, int] = {"low": 512, "auto": 1024, "high": 2048, "original": 2048}
"""Pixels of the longer side; with `auto` as many as a small model has the context for."""
MOST_BYTES = 96 * 2**20
"""Pixels of one request, all pictures together: eight of 2048 × 2048."""


class Showing:
    """See `domain.engine.Engine`: `chat`, whose model takes `PixelsPart`."""

    def __init__(
        self, chat: Engine[ChatRequest, ChatEvent], engines: Engines, fetcher: Fetcher
    ) -> None:
        self._chat = chat
        self._taking = Taking(engines, fetcher, SIDES)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """See `Engine.stream`.

        Raises:
            RequestInvalid: a picture cannot be had, or is none, or they are too large together.
        """
        check_pictures(request)
        parts = pictures(request.messages)
        shown = await self._shown(request, parts) if parts else request
        async with aclosing(self._chat.stream(shown)) as events:
            async for event in events:
                yield event

    async def _shown(self, request: ChatRequest, parts: list[ImagePart]) -> ChatRequest:
        taken = 0

        async def pixels(_: ImagePart, picture: Picture) -> PixelsPart:
            nonlocal taken
            taken += len(picture.rgb)
            if taken > MOST_BYTES:
                raise RequestInvalid(
                    "The images of the request are too large together: send fewer, or with "
                    "'detail': 'low'.",
                    param="messages",
                    code="too_many_images",
                )
            return PixelsPart(picture.width, picture.height, picture.rgb)

        shown = await self._taking.each(parts, pixels)
        return replace(request, messages=replaced(request.messages, shown))
