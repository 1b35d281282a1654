"""`/v1/audio/voice_consents`: recorded agreements, to keep, list, rename and delete."""

import time
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.api.voices import ROOM, receive
from dragoman.domain.custom_voices import Consent, CustomVoices
from dragoman.domain.engine import Engines
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.audio import voices as wire

PATH = "/v1/audio/voice_consents"


def routes(engines: Engines, own: CustomVoices) -> list[Route]:
    """Build the routes over `own`; `engines` decode what is uploaded, to see that it is sound."""

    async def create(request: Request) -> Response:
        async with receive(request, "recording") as upload:
            asked = wire.new_consent(upload.fields, has_file=upload.has_file)
            try:
                await upload.decoded(engines)
            except RequestInvalid as error:
                raise RequestInvalid(error.message, param="recording", code=error.code) from error
            consent = Consent(
                f"cons_{uuid.uuid4().hex}", asked.name, asked.language, int(time.time())
            )
            await own.keep_consent(consent, upload.file or "")
        return JSONResponse(wire.consent(consent))

    async def search(request: Request) -> Response:
        after, limit = wire.read_page(request.query_params.multi_items())
        return JSONResponse(wire.consents(await own.consents(after, limit)))

    async def retrieve(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(wire.consent(await own.consent(name)))

    async def update(request: Request) -> Response:
        name = request.path_params["name"]
        label = wire.new_name(await json_body(request, ROOM))
        return JSONResponse(wire.consent(await own.rename_consent(name, label)))

    async def delete(request: Request) -> Response:
        name = request.path_params["name"]
        await own.delete_consent(name)
        return JSONResponse(wire.deleted(name, "audio.voice_consent"))

    return [
        routing.post(PATH, create),
        routing.get(PATH, search),
        routing.get(f"{PATH}/{{name}}", retrieve),
        routing.post(f"{PATH}/{{name}}", update),
        routing.delete(f"{PATH}/{{name}}", delete),
    ]
