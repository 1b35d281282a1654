"""The tokens that a picture counts as.

Source: https://platform.openai.com/docs/guides/images-vision (the rule of the GPT-4 models).
"""

import math
from typing import Literal, TypeAlias

Detail: TypeAlias = Literal["auto", "low", "high", "original"]

_BASE = 85
_TILE = 170
_TILE_SIDE = 512
_LONGEST = 2048
_SHORTEST = 768


def image_tokens(width: int, height: int, detail: Detail) -> int:
    """The tokens of a picture of `width` × `height` pixels.

    `low` is the base alone. Otherwise the picture is thought of as fitted into 2048 × 2048, then so
    that its shorter side is 768 at most, and counted in tiles of 512 × 512. `original` is counted
    like `high`: larger pictures are made smaller here, too.
    """
    if detail == "low":
        return _BASE
    scale = min(1.0, _LONGEST / max(width, height))
    scale = min(scale, _SHORTEST / min(width, height))
    tiles = math.ceil(width * scale / _TILE_SIDE) * math.ceil(height * scale / _TILE_SIDE)
    return _BASE + _TILE * tiles
