"""`/v1/models`, as OpenAI writes it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from dragoman.domain.chat import CHAT
from dragoman.domain.document import DOCUMENT_CODEC
from dragoman.domain.models import ModelCard
from dragoman.domain.picture import SIGHT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.wire.pickers import Pickers


class Modalities(BaseModel):
    """The modalities of a model's input and output: text, image, audio, file."""

    input: list[str]
    output: list[str]


class Model(Pickers):
    """One name that a model answers to."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    shutdown_date: str | None = None
    """The date on which a name is switched off, in OpenAI's word; no name here is."""
    x_model: str
    """The id of the model behind the name."""
    x_kind: str
    x_endpoints: list[str]
    """The endpoints where the name may be used."""
    x_modalities: Modalities
    x_context_length: int | None
    """The tokens of a prompt and its answer together; null: the catalogue does not say."""


class ModelState(BaseModel):
    """Whether a model's engine is in memory."""

    id: str
    object: Literal["model.state"] = "model.state"
    loaded: bool
    load_seconds: float | None = None
    """The seconds that the last load took."""


ENDPOINTS: Mapping[str, list[str]] = {
    CHAT.name: ["/v1/chat/completions", "/v1/completions", "/v1/responses"],
    TRANSCRIPTION.name: ["/v1/audio/transcriptions", "/v1/audio/translations"],
    SPEECH.name: ["/v1/audio/speech"],
}
"""A map from each kind to the endpoints where its models answer."""


class ModelPage(BaseModel):
    """The list of all names."""

    object: Literal["list"] = "list"
    data: list[Model]


def modalities(card: ModelCard, kinds: Collection[str]) -> Modalities:
    """The modalities of a model beside models of `kinds`, which hear, see and speak for it."""
    if card.kind == TRANSCRIPTION.name:
        return Modalities(input=["audio"], output=["text"])
    if card.kind == SPEECH.name:
        return Modalities(input=["text"], output=["audio"])
    taken = {
        "text": True,
        "image": card.sees or SIGHT.name in kinds,
        "audio": TRANSCRIPTION.name in kinds,
        "file": DOCUMENT_CODEC.name in kinds,
    }
    spoken = ["audio"] if SPEECH.name in kinds else []
    return Modalities(input=[name for name in taken if taken[name]], output=["text", *spoken])


def model(card: ModelCard, name: str, kinds: Collection[str]) -> Model:
    """Build the entry of a model under one of its names; `kinds` are those of all that is here."""
    flows = modalities(card, kinds)
    return Model(
        **dict(Pickers.of(card, flows.input, flows.output)),
        id=name,
        created=card.created,
        owned_by=card.owned_by,
        x_model=card.id,
        x_kind=card.kind,
        x_endpoints=ENDPOINTS.get(card.kind, []),
        x_modalities=flows,
        x_context_length=card.context,
    )


def page(cards: Iterable[ModelCard], kinds: Collection[str]) -> ModelPage:
    """Build the list: ids, then every other name; of two models the first has a shared name."""
    cards = tuple(cards)
    names: dict[str, ModelCard] = {}
    for card in cards:
        names.setdefault(card.id, card)
    for card in cards:
        for name in card.names:
            names.setdefault(name, card)
    return ModelPage(data=[model(card, name, kinds) for name, card in names.items()])


def audio_page(speakers: Iterable[ModelCard], kinds: Collection[str]) -> dict[str, Any]:
    """Build the list of models that speak; Open WebUI looks for them under `models`."""
    listed = page(speakers, kinds)
    names = [{"id": entry.id, "name": entry.id} for entry in listed.data]
    return {**listed.model_dump(), "models": names}
