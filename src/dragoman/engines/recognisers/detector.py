"""What stands where in a picture: NanoDet-g, trained on COCO's eighty sorts of object.

Source: https://github.com/RangiLyu/nanodet (head and box decoding, `config/nanodet_g.yml`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dragoman.engines.recognisers.sessions import Network

_SIDE = 416
_STRIDES = (8, 16, 32)
_BINS = 11
"""Distances are distributions over 0 … 10 strides."""
_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)
"""Of blue, green and red."""
_SAME = 0.5
_OTHER = 0.8
"""Overlap from which two boxes are one object: of the same name, of different names."""


@dataclass(frozen=True, slots=True)
class Box:
    """An object: its name, the score 0 … 1, and its edges as shares of the picture's sides."""

    name: str
    score: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Share of the picture."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0 … 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, width) * max(0.0, height)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0


class Detector:
    """Finds objects and people."""

    def __init__(self, path: Path, names: Sequence[str], *, threads: int) -> None:
        self._network = Network(path, threads=threads)
        self._names = names

    def boxes(self, image: Image.Image, *, least: float) -> list[Box]:
        """Objects with a score of `least` or more, best first, each once."""
        small = image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        pixels = (np.asarray(small, np.float32)[..., ::-1] - _MEAN) / _DEVIATION
        outputs = self._network.run(input_1=np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))
        found: list[Box] = []
        for stride in _STRIDES:
            scores = outputs[f"scores_{stride}"][0]
            edges = _edges(outputs[f"distances_{stride}"][0], stride)
            cells, names = np.nonzero(scores >= least)
            for cell, name in zip(cells.tolist(), names.tolist(), strict=True):
                left, top, right, bottom = edges[cell].tolist()
                found.append(
                    Box(self._names[name], float(scores[cell, name]), left, top, right, bottom)
                )
        return _once(sorted(found, key=lambda box: -box.score))


def _edges(distances: NDArray[np.float32], stride: int) -> NDArray[np.float64]:
    """Left, top, right and bottom of each cell's box, within the picture: shape [cells, 4]."""
    powers = np.exp(distances.reshape(-1, 4, _BINS).astype(np.float64))
    shares = powers / powers.sum(axis=-1, keepdims=True)
    reach = (shares * np.arange(_BINS)).sum(axis=-1) * stride
    cells = _SIDE // stride
    y, x = ((np.indices((cells, cells)) + 0.5) * stride).reshape(2, -1)
    corners = np.stack([x - reach[:, 0], y - reach[:, 1], x + reach[:, 2], y + reach[:, 3]], axis=1)
    return np.clip(corners / _SIDE, 0.0, 1.0)


def _once(boxes: list[Box]) -> list[Box]:
    """Of boxes that lie on each other only the best."""
    kept: list[Box] = []
    for box in boxes:
        if all(
            box.overlap(other) <= (_SAME if box.name == other.name else _OTHER) for other in kept
        ):
            kept.append(box)
    return kept
