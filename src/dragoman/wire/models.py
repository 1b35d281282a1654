"""`/v1/models`, as OpenAI writes it."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from dragoman.domain.models import ModelCard


class Model(BaseModel):
    """One name that a model answers to."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelPage(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[Model]


def model(card: ModelCard, name: str) -> Model:
    """The model, by one of its names."""
    return Model(id=name, created=card.created, owned_by=card.owned_by)


def page(cards: Iterable[ModelCard]) -> ModelPage:
    """Every name of every model; where two models share a name, the first has it."""
    names: dict[str, ModelCard] = {}
    for card in cards:
        for name in (card.id, *card.names):
            names.setdefault(name, card)
    return ModelPage(data=[model(card, name) for name, card in names.items()])
