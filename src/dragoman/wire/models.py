"""`/v1/models`, as OpenAI writes it."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import BaseModel

from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import TRANSCRIPTION


class Model(BaseModel):
    """One name that a model answers to."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    shutdown_date: str | None = None
    """OpenAI's word for when a name is switched off; none is here."""
    x_model: str
    """The id of the model behind the name."""
    x_kind: str
    x_endpoints: list[str]
    """Where the name may be used."""
    x_context_length: int | None
    """Tokens of a prompt and its answer together; null: the catalogue does not say."""


ENDPOINTS: Mapping[str, list[str]] = {
    CHAT.name: ["/v1/chat/completions"],
    TRANSCRIPTION.name: ["/v1/audio/transcriptions", "/v1/audio/translations"],
    SPEECH.name: ["/v1/audio/speech"],
}
"""Kind → where its models answer."""


class ModelPage(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[Model]


def model(card: ModelCard, name: str) -> Model:
    """The model, by one of its names."""
    return Model(
        id=name,
        created=card.created,
        owned_by=card.owned_by,
        x_model=card.id,
        x_kind=card.kind,
        x_endpoints=ENDPOINTS.get(card.kind, []),
        x_context_length=card.context,
    )


def page(cards: Iterable[ModelCard]) -> ModelPage:
    """Ids first, then every other name; where two models share a name, the first has it."""
    cards = tuple(cards)
    names: dict[str, ModelCard] = {}
    for card in cards:
        names.setdefault(card.id, card)
    for card in cards:
        for name in card.names:
            names.setdefault(name, card)
    return ModelPage(data=[model(card, name) for name, card in names.items()])
