"""`/v1/audio/voices`: which voices there are."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dragoman.api.models import ModelList
from dragoman.domain.errors import ModelNotFound
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH, VoiceCard
from dragoman.wire import voices as wire
from dragoman.wire.fields import unknown

PATH = "/v1/audio/voices"

VoicesOf: TypeAlias = Callable[[ModelCard], Sequence[VoiceCard]]
"""The voices of a model."""


def router(installed: ModelList, voices_of: VoicesOf) -> APIRouter:
    """Build the routes over what is `installed`."""
    routes = APIRouter()

    def speakers(model: str | None) -> Sequence[ModelCard]:
        if model is None:
            return [card for card in installed.cards() if card.kind == SPEECH.name]
        card = installed.find(model, SPEECH.name)
        if card is None:
            raise ModelNotFound.named(model)
        return [card]

    @routes.get(PATH)
    async def voices(request: Request) -> Response:
        for name in request.query_params:
            if name != "model":
                raise unknown(name[:100])
        cards = speakers(request.query_params.get("model"))
        found = [wire.built_in(voice, card) for card in cards for voice in voices_of(card)]
        return JSONResponse(wire.page(found))

    return routes
