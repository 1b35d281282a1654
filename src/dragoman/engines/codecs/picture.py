"""Pictures of strangers, turned into verified pixels: Pillow, behind limits.

Runs in a process of its own, so that a fault in a decoder costs one request.
"""

import io
import struct
import warnings
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from dragoman.domain.engine import BlockingEngine, EngineSpec, Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import Picture, PictureRequest
from dragoman.engines.codecs.limits import limit_memory, memory_limit

MOST_PIXELS = 25_000_000
"""The most pixels by the header, before anything is decoded; decoding as many takes about 210
MB."""

UNSUPPORTED = (
    "You uploaded an unsupported image. Please make sure your image has of one the following "
    "formats: ['png', 'jpeg', 'gif', 'webp']."
)

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_DAMAGED: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow's decoders raise on damaged files."""


class PictureCodec:
    """See `domain.engine.BlockingEngine`: `PictureRequest` in, one `Picture` out."""

    @property
    def concurrency(self) -> int:
        """Two: decoding lets other threads run."""
        return 2

    def run(self, request: PictureRequest, outlet: Outlet[Picture]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: no PNG, JPEG, GIF or WEBP, or damaged, or with too many pixels.
        """
        outlet.emit(_decode(request))

    def close(self) -> None:
        """See `BlockingEngine.close`: nothing is held."""


def load(spec: EngineSpec) -> BlockingEngine[PictureRequest, Picture]:
    """Take the limits: option `memory_bytes` is what it may take, see `limit_memory`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    memory = memory_limit(spec)
    if memory is not None:
        limit_memory(memory)
    # Pillow warns of oddities in files; they are the callers', who cannot read our log.
    warnings.filterwarnings("ignore", module=r"PIL|dragoman\.engines\.codecs\.picture")
    return PictureCodec()


def _decode(request: PictureRequest) -> Picture:
    """The first frame of `request.data`: upright, on white, RGB, no larger than asked for."""
    try:
        with Image.open(io.BytesIO(request.data), formats=_FORMATS) as image:
            return _picture(image, request.longest_side)
    except Image.DecompressionBombError as error:
        raise _too_large("more") from error
    except MemoryError as error:
        raise _too_large("too many") from error
    except _DAMAGED as error:
        raise RequestInvalid(UNSUPPORTED, code="invalid_image_format") from error


def _picture(image: Image.Image, longest_side: int) -> Picture:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_large(f"{width} × {height}")
    orientation = _orientation(image)
    if orientation >= 5:
        width, height = height, width
    image.draft("RGB", (longest_side, longest_side))  # a JPEG can be decoded small
    small = _channels(image)
    small.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = _turned(_opaque(small), orientation)
    return Picture(*upright.size, upright.tobytes(), width, height)


def _orientation(image: Image.Image) -> int:
    """How the camera was held, 1 … 8; 1 where its notes are missing or damaged."""
    try:
        value: object = image.getexif().get(0x0112, 1)
    except _DAMAGED:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _channels(image: Image.Image) -> Image.Image:
    """The decoded picture as RGB or RGBA, eight bits a channel."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):  # 16-bit grey, which Pillow would clip rather than scale
        return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)).convert(
            "RGB"
        )
    return image.convert("RGB")


def _opaque(image: Image.Image) -> Image.Image:
    """The picture on white paper."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it was seen."""
    if orientation == 1:
        return image
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.info["exif"] = exif.tobytes()
    return ImageOps.exif_transpose(image)


def _too_large(pixels: str) -> RequestInvalid:
    return RequestInvalid(
        f"The image has {pixels} pixels; at most {MOST_PIXELS:,} are taken.",
        code="image_too_large",
    )
