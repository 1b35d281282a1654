"""`POST /v1/audio/transcriptions`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import hearing, references, routing
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.noted import Noted
from dragoman.api.paces import Paces
from dragoman.api.streams import event_stream
from dragoman.api.uploads import Upload, Uploads
from dragoman.domain.engine import Engines
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.wire.audio import transcription as wire


def routes(engines: Engines, uploads: Uploads) -> list[Route]:
    """Build the route over `engines`."""
    paces = Paces()

    async def create(_: Request) -> Response:
        return hearing.Within(answer)

    @asynccontextmanager
    async def answer(request: Request) -> AsyncGenerator[Response, None]:
        seen = Noted(engines, request.scope)
        async with uploads.receive(request) as upload:
            call = wire.transcription(upload.fields, has_file=upload.has_file)
            seen.ignore(*call.ignored)
            if call.stream:
                yield event_stream(lambda: streamed(seen, call, upload))
            else:
                yield await unless_hung_up(request, lambda: whole(seen, call, upload))

    async def whole(seen: Noted, call: wire.TranscriptionCall, upload: Upload) -> Response:
        async with seen.lease(TRANSCRIPTION, call.model) as lease:
            recording = await upload.decoded(engines, call.track)
            known = await references.decoded(call.known, upload, engines)
            seen.hear(recording)
            clocks = hearing.Clocks(seen.timing, paces)
            return await hearing.whole(lease.engine, call, recording, clocks, known)

    async def streamed(
        seen: Noted, call: wire.TranscriptionCall, upload: Upload
    ) -> AsyncGenerator[bytes, None]:
        async with seen.lease(TRANSCRIPTION, call.model) as lease:
            recording = await upload.decoded(engines, call.track)
            known = await references.decoded(call.known, upload, engines)
            seen.hear(recording)
            async with aclosing(hearing.pieces(lease.engine, call, recording, known)) as pieces:
                async for piece in pieces:
                    seen.timing.mark("first")
                    yield piece

    return [
        routing.post("/v1/audio/transcriptions", create),
    ]
