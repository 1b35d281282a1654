"""How much the models of this machine are to do at once, and where, as its operator says."""

import logging
from collections.abc import Collection
from dataclasses import replace

from dragoman.models.catalogue import Catalogue
from dragoman.models.entry import Model
from dragoman.models.store import State, Store

log = logging.getLogger("dragoman.server")

ENGINE = "llama-cpp"
"""The engine whose models take it; a server elsewhere has its own."""

SEEING = frozenset({"mmproj", "projector"})
"""Its options, by the new name and the old one, that make a model see."""

PLACED = ("whisper-ct2", "kokoro-onnx")
"""Engines that take the option `device`."""


def with_context(catalogue: Catalogue, store: Store, context: int) -> Catalogue:
    """The catalogue whose models of `ENGINE` have that context, or all they know if that is less.

    Of those that are here, the log says which know less.
    """

    def sized(model: Model) -> Model:
        if model.engine != ENGINE:
            return model
        known = model.trained_context or model.context
        served = min(context, known or context)
        if served < context and store.state(model) is State.PRESENT:
            log.warning(
                "%s: its context is %d tokens and not %d, because the model knows no more",
                model.id,
                served,
                context,
            )
        options = {**model.options, "context": served}
        return replace(model, options=options, trained_context=known)

    return replace(catalogue, model=tuple(map(sized, catalogue.model)))


def with_slots(catalogue: Catalogue, slots: int) -> Catalogue:
    """The catalogue whose models of `ENGINE` write so many answers together."""
    return _with_option(catalogue, (ENGINE,), "n_parallel", slots)


def with_decoder(catalogue: Catalogue, decoder: str) -> Catalogue:
    """The catalogue whose models of `ENGINE` are decoded so; those that see have one way only."""
    return replace(
        catalogue,
        model=tuple(
            replace(model, options={**model.options, "decoder": decoder})
            if model.engine == ENGINE and not SEEING & model.options.keys()
            else model
            for model in catalogue.model
        ),
    )


def with_device(catalogue: Catalogue, device: str) -> Catalogue:
    """The catalogue whose models of the engines in `PLACED` work there."""
    return _with_option(catalogue, PLACED, "device", device)


def _with_option(
    catalogue: Catalogue, engines: Collection[str], name: str, value: object
) -> Catalogue:
    return replace(
        catalogue,
        model=tuple(
            replace(model, options={**model.options, name: value})
            if model.engine in engines
            else model
            for model in catalogue.model
        ),
    )
