"""Installed models, found by the names that requests use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dragoman.domain.engine import EngineSpec
from dragoman.domain.kinds import SERVED_KINDS
from dragoman.domain.models import ModelCard, guess
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
        target = _names(here, catalogue)
        for name, model_id in aliases.items():
            if catalogue.find(model_id) not in here:
                raise NotPulled(
                    f"{name!r} should be answered by {model_id}, which is not here: "
                    f"`dragoman models pull {model_id}`."
                )
        target |= aliases  # the operator comes before all
        self._target = target
        self._absent = _absent(catalogue, here)
        self._here = {model.id: _Here(model, _card(model, target)) for model in here}

    def find(self, name: str, kind: str | None = None) -> ModelCard | None:
        """The model that answers to `name`; None if none is here, or it is not of that `kind`."""
        card = self._card(name)
        return card if card and kind in (None, card.kind) else None

    def cards(self) -> list[ModelCard]:
        """The cards of all installed models, codecs too, the preferred one of each kind first."""
        return [here.card for here in self._here.values()]

    def advice(self, name: str, kind: str | None = None) -> str | None:
        """The advice about a name that `find` does not know; None: nothing is like it."""
        model = self._absent.get(name) or self._absent.get(name.removesuffix(LATEST))
        card = self._card(name) or (model.card(()) if model else None)
        if card is None:
            return guess(name, self._names(kind))
        unfit = card.unfit(kind) if kind else None
        if unfit or model is None:
            return unfit
        if self._store.state(model) is State.PRESENT:
            return f"{model.id} was pulled after the server started: start it again."
        return (
            "It is not on this machine. To have it, type there `dragoman models pull "
            f"{model.id}` and start the server again."
        )

    def _names(self, kind: str | None) -> Iterator[str]:
        """Every name of models of that kind, those that are here first; None: of all served."""
        kinds = (kind,) if kind else SERVED_KINDS
        for name, model_id in self._target.items():
            if self._here[model_id].card.kind in kinds:
                yield name
        for name, model in self._absent.items():
            if model.kind in kinds:
                yield name

    def _card(self, name: str) -> ModelCard | None:
        model_id = self._target.get(name) or self._target.get(name.removesuffix(LATEST))
        return self._here[model_id].card if model_id else None

    def spec(self, card: ModelCard, threads: int = 2) -> EngineSpec:
        """The specification with which the engine of an installed model is loaded."""
        here = self._here[card.id]
        directory = str(self._store.directory(here.model)) if here.model.files else ""
        return EngineSpec(card.engine, directory, threads, card.options)


def _names(models: Sequence[Model], catalogue: Catalogue) -> dict[str, str]:
    """Every name that leads to one of `models` → its id."""
    first = {model.kind: model.id for model in reversed(models)}
    target = dict[str, str]()
    for kind, names in catalogue.openai.items():
        if kind in first:
            target |= dict.fromkeys(names, first[kind])
    for model in reversed(models):
        target |= dict.fromkeys(model.names, model.id)
    return target | {model.id: model.id for model in models}  # ids come before names


def _absent(catalogue: Catalogue, here: Sequence[Model]) -> dict[str, Model]:
    """Names that lead to nothing here → the model that would answer them.

    OpenAI's names, and those of kinds, lead to a model of the starter set where there is one.
    """
    kinds = {model.kind for model in here}
    starters = [model for model in catalogue.starters() if model not in here]
    others = [model for model in catalogue.model if model not in (*here, *starters)]
    absent = dict[str, Model]()
    for model in (*starters, *others):
        own = (model.id, *model.names)
        shared = () if model.kind in kinds else (model.kind, *catalogue.openai.get(model.kind, ()))
        for name in (*own, *shared):
            absent.setdefault(name, model)
    return absent


def _card(model: Model, target: Mapping[str, str]) -> ModelCard:
    names = (name for name, model_id in target.items() if model_id == model.id != name)
    return model.card(names)
