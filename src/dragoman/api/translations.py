"""`POST /v1/audio/translations`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.noted import Noted
from dragoman.api.paces import Paces
from dragoman.api.streams import event_stream
from dragoman.api.transcriptions import Clocks, Within, answer_whole, progress_events
from dragoman.api.uploads import Upload, Uploads
from dragoman.domain.engine import Engines
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.wire.audio.transcription import TranscriptionCall
from dragoman.wire.audio.translation import translation


def routes(engines: Engines, uploads: Uploads) -> list[Route]:
    """Build the route over `engines`."""
    paces = Paces()

    async def create(_: Request) -> Response:
        return Within(answer)

    @asynccontextmanager
    async def answer(request: Request) -> AsyncGenerator[Response, None]:
        noted = Noted(engines, request.scope)
        async with uploads.receive(request) as upload:
            call = translation(upload.fields, has_file=upload.has_file)
            if call.progress:
                yield event_stream(lambda: reported(noted, call, upload))
            else:
                yield await unless_hung_up(request, lambda: whole(noted, call, upload))

    async def whole(noted: Noted, call: TranscriptionCall, upload: Upload) -> Response:
        async with noted.lease(TRANSCRIPTION, call.model) as lease:
            recording = await upload.decoded(engines, call.track)
            noted.hear(recording)
            clocks = Clocks(noted.timing, paces)
            return await answer_whole(lease.engine, call, recording, clocks)

    async def reported(
        noted: Noted, call: TranscriptionCall, upload: Upload
    ) -> AsyncGenerator[bytes, None]:
        async with noted.lease(TRANSCRIPTION, call.model) as lease:
            recording = await upload.decoded(engines, call.track)
            noted.hear(recording)
            async with aclosing(progress_events(lease.engine, call, recording)) as pieces:
                async for piece in pieces:
                    yield piece

    return [
        routing.post("/v1/audio/translations", create),
    ]
