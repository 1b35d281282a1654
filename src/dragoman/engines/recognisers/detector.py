"""Object detection: NanoDet-g, trained on COCO's eighty sorts of object.

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
"""The bins of a distance, which is a distribution over 0 … 10 strides."""
_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)
"""The deviations of blue, green and red."""
_IOU_SAME_NAME = 0.5
_IOU_OTHER_NAME = 0.8
"""Two boxes are one object from this overlap on: of the same name, and of other names."""


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
        """The share of the picture that the box covers."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def iou(self, other: "Box") -> float:
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

    def boxes(self, image: Image.Image, *, min_score: float) -> list[Box]:
        """The objects with a score of `min_score` or more, best first, each once."""
        small = image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        pixels = (np.asarray(small, np.float32)[..., ::-1] - _MEAN) / _DEVIATION
        outputs = self._network.run(input_1=np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))
        boxes: list[Box] = []
        for stride in _STRIDES:
            scores = outputs[f"scores_{stride}"][0]
            edges = _edges(outputs[f"distances_{stride}"][0], stride)
            cells, names = np.nonzero(scores >= min_score)
            for cell, name in zip(cells.tolist(), names.tolist(), strict=True):
                left, top, right, bottom = edges[cell].tolist()
                boxes.append(
                    Box(self._names[name], float(scores[cell, name]), left, top, right, bottom)
                )
        return _non_maximum_suppression(sorted(boxes, key=lambda box: -box.score))


def _edges(distances: NDArray[np.float32], stride: int) -> NDArray[np.float64]:
    """Left, top, right and bottom of each cell's box, within the picture: shape [cells, 4]."""
    powers = np.exp(distances.reshape(-1, 4, _BINS).astype(np.float64))
    shares = powers / powers.sum(axis=-1, keepdims=True)
    reach = (shares * np.arange(_BINS)).sum(axis=-1) * stride
    cells = _SIDE // stride
    y, x = ((np.indices((cells, cells)) + 0.5) * stride).reshape(2, -1)
    corners = np.stack([x - reach[:, 0], y - reach[:, 1], x + reach[:, 2], y + reach[:, 3]], axis=1)
    return np.clip(corners / _SIDE, 0.0, 1.0)


def _non_maximum_suppression(boxes: list[Box]) -> list[Box]:
    """The best box of each set of boxes that lie on each other."""
    kept: list[Box] = []
    for box in boxes:
        if all(
            box.iou(other) <= (_IOU_SAME_NAME if box.name == other.name else _IOU_OTHER_NAME)
            for other in kept
        ):
            kept.append(box)
    return kept
