"""The answer of `GET /v1/compat`, which `dragoman compat` prints, too."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from dragoman.domain.kinds import SERVED_KINDS
from dragoman.domain.models import ModelCard
from dragoman.wire.compat import sound, text
from dragoman.wire.compat.differences import differences
from dragoman.wire.compat.field import Endpoint, Fate, Origin
from dragoman.wire.strangers import Unknown

NOT_SERVED = (
    "/v1/assistants",
    "/v1/batches",
    "/v1/containers",
    "/v1/embeddings",
    "/v1/evals",
    "/v1/files",
    "/v1/fine_tuning",
    "/v1/images",
    "/v1/moderations",
    "/v1/realtime",
    "/v1/threads",
    "/v1/uploads",
    "/v1/vector_stores",
    "/v1/videos",
)
"""What OpenAI serves besides, by the beginnings of its paths; each is a 404 here."""


class FieldFate(BaseModel):
    """What becomes of one field."""

    name: str
    fate: Fate
    origin: Origin
    note: str | None


class EndpointFates(BaseModel):
    """What becomes of the fields of one endpoint."""

    method: Literal["POST"] = "POST"
    path: str
    kind: str | None
    """The kind of the models that answer there."""
    page: str
    unknown_fields: Fate
    """What becomes of fields that are not listed."""
    fields: list[FieldFate]


class FateDifference(BaseModel):
    """A fate that differs with one model, or with some of its names."""

    path: str
    field: str | None
    """The field; null: the endpoint as a whole."""
    fate: Fate
    note: str
    names: list[str] | None
    """The names with which it is so; null: all of the model's."""


class ModelFates(BaseModel):
    """Where one model differs."""

    id: str
    kind: str
    differences: list[FateDifference]


class Compat(BaseModel):
    """The whole ledger."""

    object: Literal["x_compat"] = "x_compat"
    version: str
    endpoints: list[EndpointFates]
    models: list[ModelFates]
    not_served: list[str]
    """OpenAI's paths that are not there, by their beginnings."""


def ledger() -> tuple[Endpoint, ...]:
    """Build the entries of every endpoint that reads a body with fields of its own."""
    return (*text.endpoints(), *sound.endpoints())


def compat(version: str, cards: Iterable[ModelCard], unknown: Unknown = "refuse") -> Compat:
    """Build the answer of a `version` for the installed models `cards`."""
    cards = tuple(cards)
    kinds = {card.kind for card in cards}
    return Compat(
        version=version,
        endpoints=[_endpoint(each, unknown) for each in ledger()],
        models=[_model(card, kinds) for card in cards if card.kind in SERVED_KINDS],
        not_served=[*NOT_SERVED],
    )


def _endpoint(endpoint: Endpoint, unknown: Unknown) -> EndpointFates:
    passed = endpoint.may_tell and unknown == "tell"
    return EndpointFates(
        path=endpoint.path,
        kind=endpoint.kind or None,
        page=f"docs/{endpoint.page}",
        unknown_fields="without_effect" if passed else "refused",
        fields=[
            FieldFate(name=each.name, fate=each.fate, origin=each.origin, note=each.note or None)
            for each in endpoint.fields
        ],
    )


def _model(card: ModelCard, kinds: set[str]) -> ModelFates:
    found = [
        FateDifference(
            path=each.path,
            field=each.field,
            fate=each.fate,
            note=each.note,
            names=None if each.names is None else [*each.names],
        )
        for each in differences(card, kinds)
    ]
    return ModelFates(id=card.id, kind=card.kind, differences=found)
