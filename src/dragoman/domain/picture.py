"""Seeing, without HTTP: a picture's pixels, and what recognisers say of them."""

from dataclasses import dataclass
from typing import TypeAlias

from dragoman.domain.engine import Kind


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """The bytes of a picture, as they came: any format, any label."""

    data: bytes
    longest_side: int = 2048
    """Pixels; larger pictures are made smaller."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Verified pixels: upright, opaque RGB, `height` × `width` × 3 bytes."""

    width: int
    height: int
    rgb: bytes
    original_width: int
    original_height: int


PICTURE_CODEC: Kind[PictureRequest, Picture] = Kind("picture-codec", PictureRequest, (Picture,))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something recognised, with how many and roughly where ("left", "centre")."""

    name: str
    count: int
    where: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What recognisers are sure of; what they are not sure of is left out."""

    width: int
    height: int
    kind: str
    """photograph, black-and-white picture, mostly text …"""
    subject: str | None
    """The main subject; None: not recognised."""
    certainty: str
    """How sure the subject is, in a word: "almost certainly", "probably"."""
    things: tuple[Thing, ...] = ()
    text: tuple[str, ...] = ()
    """Readable lines, top to bottom."""
    colours: tuple[str, ...] = ()


SightEvent: TypeAlias = Facts

SIGHT: Kind[Picture, Facts] = Kind("sight", Picture, (Facts,))
