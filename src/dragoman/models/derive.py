"""Derived files: made here from fetched ones, by code of ours alone."""

import importlib
from collections.abc import Mapping
from pathlib import Path

from dragoman.models.errors import FileRefused

RECIPES: Mapping[str, tuple[str, str, str]] = {
    "efficientnet-lite0": (
        "dragoman.models.convert.efficientnet_lite",
        "efficientnet_lite",
        "lite0",
    ),
    "efficientnet-lite2": (
        "dragoman.models.convert.efficientnet_lite",
        "efficientnet_lite",
        "lite2",
    ),
    "campplus": ("dragoman.models.convert.campplus", "campplus", ""),
    "pyannote-segmentation": (
        "dragoman.models.convert.pyannote_segmentation",
        "pyannote_segmentation",
        "",
    ),
    "kokoro-prosody": ("dragoman.models.convert.kokoro", "kokoro", "prosody"),
    "kokoro-vocoder": ("dragoman.models.convert.kokoro", "kokoro", "vocoder"),
    "kokoro-vocoder-convolutions": (
        "dragoman.models.convert.kokoro",
        "kokoro",
        "vocoder-convolutions",
    ),
}
"""A map from recipe to module, function and variant; strings, so that no converter is loaded before
use."""


def derive(recipe: str, source: Path, target: Path) -> None:
    """Make the file `target` from the file `source`.

    Raises:
        FileRefused: `source` is not what the recipe reads.
    """
    module, function, variant = RECIPES[recipe]
    make = getattr(importlib.import_module(module), function)
    try:
        make(source, target, variant)
    except ValueError as error:
        # Converters say ValueError of anything but the weights they know, foreign pickles included.
        raise FileRefused(f"{source.name} is not what {recipe} is made from: {error}") from error
