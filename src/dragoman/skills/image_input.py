"""Chat about pictures, for models that see: they get verified pixels, never a caller's bytes."""

from dataclasses import replace

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import ImagePart, PixelsPart
from dragoman.domain.engine import Engines
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import Fetcher, Picture
from dragoman.skills.pictures.loading import Detail, PictureLoader, check_pictures, pictures
from dragoman.skills.preparation import Prepared, replaced

SIDES: dict[Detail, int] = {"low": 512, "auto": 1024, "high": 2048, "original": 2048}
"""The pixels of a picture's longer side; with `auto` as many as a small model has the context
for."""
MOST_BYTES = 96 * 2**20
"""The most bytes of pixels in one request, all pictures together: eight of 2048 × 2048."""


class ImageInput:
    """See `Preparation`: verified pixels take the places of pictures in the conversation."""

    def __init__(self, engines: Engines, fetcher: Fetcher) -> None:
        self._loader = PictureLoader(engines, fetcher, SIDES)

    def needed(self, request: ChatRequest) -> bool:
        """See `Preparation.needed`."""
        return bool(pictures(request.messages))

    async def prepare(self, request: ChatRequest) -> Prepared:
        """See `Preparation.prepare`.

        Raises:
            RequestInvalid: a picture cannot be had, or is none, or they are too large together.
        """
        check_pictures(request)
        total_bytes = 0

        async def pixels(_: ImagePart, picture: Picture) -> PixelsPart:
            nonlocal total_bytes
            total_bytes += len(picture.rgb)
            if total_bytes > MOST_BYTES:
                raise RequestInvalid(
                    "The images of the request are too large together: send fewer, or with "
                    "'detail': 'low'.",
                    param="messages",
                    code="too_many_images",
                )
            return PixelsPart(picture.width, picture.height, picture.rgb)

        shown = await self._loader.each(pictures(request.messages), pixels)
        messages = replaced(request.messages, ImagePart, shown)
        return Prepared(replace(request, messages=messages))
