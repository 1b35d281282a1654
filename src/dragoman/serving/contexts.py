"""The operator's options for models, applied to the catalogue: context, slots, decoder, device."""

import logging
from collections.abc import Collection
from dataclasses import replace

from dragoman.models.catalogue import Catalogue
from dragoman.models.entry import Model
from dragoman.models.store import State, Store

log = logging.getLogger("dragoman.server")

ENGINE = "llama-cpp"
"""The engine whose models take these options; another server has options of its own."""

SEEING = frozenset({"mmproj", "projector"})
"""The options that make a model see: the new name and the old one."""

PLACED = ("whisper-ct2", "kokoro-onnx")
"""The engines that take the option `device`."""


def with_context(catalogue: Catalogue, store: Store, context: int) -> Catalogue:
    """The catalogue, with that context for models of `ENGINE`, or all they know if that is less.

    The log says which of the models that are here know less.
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
    """The catalogue, with that many slots (answers written together) for the models of `ENGINE`."""
    return _with_option(catalogue, (ENGINE,), "n_parallel", slots)


def with_decoder(catalogue: Catalogue, decoder: str) -> Catalogue:
    """The catalogue, with that decoder for models of `ENGINE`; those that see have one only."""
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
    """The catalogue, with that device for the models of the engines in `PLACED`."""
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
