"""Image classification: EfficientNet-Lite, trained on ImageNet's thousand classes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dragoman.engines.recognisers.sessions import Network

SIDES: Mapping[str, int] = {"efficientnet-lite0.onnx": 224, "efficientnet-lite2.onnx": 260}
"""The side of the input in pixels, for each file."""
_CROP = 0.875
"""The share of the shorter side that the centre crop keeps, as in the networks' own tests."""


class Classifier:
    """Two networks; each classifies the whole, its centre crop, and the mirror images of both."""

    def __init__(self, directory: Path, *, threads: int) -> None:
        self._networks = [
            (Network(directory / name, threads=threads), side) for name, side in SIDES.items()
        ]

    def predictions(self, image: Image.Image) -> NDArray[np.float64]:
        """The probability of each class in each view, shape [8, 1000]; the sum of each row is 1."""
        return np.concatenate(
            [
                _softmax(network.run(image=_views(image, side))["logits"].astype(np.float64))
                for network, side in self._networks
            ]
        )


def _views(image: Image.Image, side: int) -> NDArray[np.float32]:
    """The whole picture, squeezed, its middle, and both mirrored: float32 [4, 3, side, side]."""
    whole = image.resize((side, side), Image.Resampling.BICUBIC)
    half = min(image.size) * _CROP / 2
    x, y = image.width / 2, image.height / 2
    middle = image.resize(
        (side, side), Image.Resampling.BICUBIC, (x - half, y - half, x + half, y + half)
    )
    views = (whole, middle, ImageOps.mirror(whole), ImageOps.mirror(middle))
    pixels = np.stack([np.asarray(view, np.float32) for view in views])
    return np.ascontiguousarray(((pixels - 127) / 128).transpose(0, 3, 1, 2), np.float32)


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
