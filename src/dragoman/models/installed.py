"""From a name in a request to a model that is here."""

from collections.abc import Mapping
from dataclasses import dataclass

from dragoman.domain.engine import EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.models.catalogue import Catalogue
from dragoman.models.entry import Model
from dragoman.models.errors import NotPulled
from dragoman.models.store import State, Store

LATEST = ":latest"
"""The tag that Ollama's clients add to every name; here a name has one version."""


@dataclass(frozen=True, slots=True)
class _Here:
    """An installed model, with all names that it answers to."""

    model: Model
    card: ModelCard


class Installed:
    """The models that were present when this was made, in the catalogue's order.

    A name is looked up as: the operator's alias, a model's id, one of a model's own names, one of
    OpenAI's names (which the first model of that kind answers to).

    Raises:
        UnknownModel: an alias points to a model that is in no catalogue.
        NotPulled: ... that is not here.
    """

    def __init__(
        self, catalogue: Catalogue, store: Store, aliases: Mapping[str, str] | None = None
    ) -> None:
        self._store = store
        aliases = aliases or {}
        here = [model for model in catalogue.model if store.state(model) is State.PRESENT]
        first = {model.kind: model.id for model in reversed(here)}
        target = dict[str, str]()
        for kind, names in catalogue.openai.items():
            if kind in first:
                target |= dict.fromkeys(names, first[kind])
        for model in reversed(here):
            target |= dict.fromkeys(model.names, model.id)
        for name, model_id in aliases.items():
            if catalogue.find(model_id) not in here:
                raise NotPulled(
                    f"{name!r} should be answered by {model_id}, which is not here: "
                    f"`dragoman models pull {model_id}`."
                )
        # Ids come before names, and the operator before all.
        target |= {model.id: model.id for model in here} | dict(aliases)
        self._target = target
        self._here = {model.id: _Here(model, _card(model, target)) for model in here}

    def find(self, name: str, kind: str | None = None) -> ModelCard | None:
        """The model that answers to `name`; None if none is here, or it is not of that `kind`."""
        model_id = self._target.get(name) or self._target.get(name.removesuffix(LATEST))
        if model_id is None:
            return None
        card = self._here[model_id].card
        return card if kind in (None, card.kind) else None

    def cards(self) -> list[ModelCard]:
        """All that is here, the preferred model of each kind first; codecs and recognisers too."""
        return [here.card for here in self._here.values()]

    def spec(self, card: ModelCard, threads: int = 2) -> EngineSpec:
        """What it takes to load the engine of an installed model."""
        here = self._here[card.id]
        directory = str(self._store.directory(here.model)) if here.model.files else ""
        return EngineSpec(card.engine, directory, threads, card.options)


def _card(model: Model, target: Mapping[str, str]) -> ModelCard:
    names = (name for name, model_id in target.items() if model_id == model.id != name)
    return model.card(names)
