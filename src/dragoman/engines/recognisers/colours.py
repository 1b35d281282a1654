"""The overall colours of a picture, by names that everybody uses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SMALL_SIDE = 64
_MIN_SHARE = 0.18
"""The least share of the picture that a named colour has."""
_MAX_GREY_SPREAD = 12
"""A picture is black-and-white below this mean difference (of 255) of a pixel's channels."""
_HUES = (
    (15, "red"),
    (40, "orange"),
    (65, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "purple"),
    (340, "pink"),
    (361, "red"),
)
"""The hues, each up to an angle in degrees."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The commonest colours first, and whether there is any colour at all."""

    names: tuple[str, ...]
    grey: bool


def colours(image: Image.Image) -> Colours:
    """The commonest colours of the whole picture."""
    small = image.resize((_SMALL_SIDE, _SMALL_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64).reshape(-1, 3)
    spread = float(np.ptp(pixels, axis=1).mean())
    hues, saturations, values = np.asarray(small.convert("HSV"), np.float64).reshape(-1, 3).T
    names = _names(hues * (360 / 255), saturations / 255, values / 255)
    values_of_names, counts = np.unique(names, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    common = [str(values_of_names[i]) for i in order if counts[i] >= _MIN_SHARE * len(names)]
    return Colours(tuple(common[:3]), grey=spread < _MAX_GREY_SPREAD)


def _names(
    hues: NDArray[np.float64], saturations: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.str_]:
    names = np.empty(len(hues), dtype="<U9")
    lower = 0.0
    for upper, name in _HUES:
        names[(hues >= lower) & (hues < upper)] = name
        lower = upper
    names[np.isin(names, ("orange", "red", "yellow")) & (values < 0.6)] = "brown"
    pale = saturations < 0.16
    names[pale] = "grey"
    names[pale & (values > 0.82)] = "white"
    names[values < 0.2] = "black"
    return names
