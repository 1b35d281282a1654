"""Seeing, without HTTP: a picture's pixels, and what recognisers say of them."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from dragoman.domain.engine import Kind


class Fetcher(Protocol):
    """Where the bytes of a caller's picture come from."""

    async def fetch(self, url: str) -> bytes:
        """The bytes behind a data or http(s) URL: by their beginning a PNG, JPEG, GIF or WEBP.

        Raises:
            RequestInvalid: the URL is malformed, not allowed or not reachable, or holds no picture.
        """
        ...


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """The bytes of a picture, as they came: any format, any label."""

    data: bytes
    longest_side: int = 2048
    """The most pixels of the longer side; larger pictures are made smaller."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Verified pixels: upright, opaque RGB, `height` × `width` × 3 bytes."""

    width: int
    height: int
    rgb: bytes
    original_width: int
    original_height: int


PICTURE_CODEC: Kind[PictureRequest, Picture] = Kind("picture-codec", PictureRequest, (Picture,))

PictureKind: TypeAlias = Literal[
    "picture", "colour picture", "black-and-white picture", "mostly text"
]
Certainty: TypeAlias = Literal["almost certainly", "probably"]
Place: TypeAlias = Literal[
    "centre",
    "left",
    "right",
    "top",
    "bottom",
    "top left",
    "top right",
    "bottom left",
    "bottom right",
]
Size: TypeAlias = Literal["large", "medium-sized", "small"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something recognised: how many, and of the largest, how large and where it is."""

    name: str
    count: int
    where: Place
    """The part of the picture where the middle of the thing is."""
    size: Size = "medium-sized"
    main: bool = False
    """Whether this is the main subject itself."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that recognisers are sure of; others are left out."""

    width: int
    height: int
    kind: PictureKind
    subject: str | None
    """The name of the main subject; None: it was not recognised."""
    certainty: Certainty
    """How sure the subject is."""
    things: tuple[Thing, ...] = ()
    text: tuple[str, ...] = ()
    """The lines of text that were read, from top to bottom."""
    unread: int = 0
    """The number of lines of text that could not be read with confidence."""
    colours: tuple[str, ...] = ()
    """The colours of the whole picture, the commonest first."""


SightEvent: TypeAlias = Facts

SIGHT: Kind[Picture, Facts] = Kind("sight", Picture, (Facts,))
