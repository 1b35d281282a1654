import io
import random
import struct
import subprocess
import sys
import zlib
from typing import Any

import pytest
from PIL import Image

from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.picture import Picture, PictureRequest
from dragoman.engines.codecs import load_picture

FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]


class Basket:
    def __init__(self) -> None:
        self.events: list[Picture] = []

    @property
    def stopped(self) -> bool:
        return False

    def emit(self, event: Picture) -> None:
        self.events.append(event)


def decode(data: bytes, longest_side: int = 2048) -> Picture:
    basket = Basket()
    load_picture(EngineSpec("picture-codec", "")).run(PictureRequest(data, longest_side), basket)
    (picture,) = basket.events
    assert len(picture.rgb) == picture.width * picture.height * 3
    return picture


def encode(image: Image.Image, name: str = "PNG", **settings: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **settings)
    return file.getvalue()


def pixel(picture: Picture, x: int, y: int) -> tuple[int, int, int]:
    at = (y * picture.width + x) * 3
    red, green, blue = picture.rgb[at : at + 3]
    return red, green, blue


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def png(width: int, height: int, bits: int = 1, colour: int = 0) -> bytes:
    """A picture whose header says so; all its pixels are zero, and take next to no bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    rows = zlib.compress(bytes(1000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_decoded(name: str) -> None:
    picture = decode(encode(Image.new("RGB", (40, 30), (200, 30, 60)), name))
    assert (picture.width, picture.height) == (40, 30)
    assert near(pixel(picture, 20, 15), (200, 30, 60))


@pytest.mark.parametrize("name", ["BMP", "TIFF", "PPM", "ICO"])
def test_other_formats_are_refused_in_openais_words(name: str) -> None:
    with pytest.raises(RequestInvalid, match=r"formats: \['png', 'jpeg', 'gif', 'webp'\]"):
        decode(encode(Image.new("RGB", (32, 32)), name))


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    for name in ("GIF", "WEBP", "PNG"):
        settings = {"lossless": True} if name == "WEBP" else {}
        data = encode(frames[0], name, save_all=True, append_images=frames[1:], **settings)
        assert pixel(decode(data), 4, 4) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 4, 8))
    data = encode(image.convert(mode) if mode != "PA" else image.quantize())
    picture = decode(data)
    assert near(pixel(picture, 1, 4), (0, 0, 0))
    assert near(pixel(picture, 6, 4), (255, 255, 255))


def test_half_transparent_is_mixed_with_white() -> None:
    picture = decode(encode(Image.new("RGBA", (4, 4), (0, 0, 0, 128))))
    assert near(pixel(picture, 2, 2), (127, 127, 127))


def test_a_transparent_colour_of_a_png_becomes_white() -> None:
    picture = decode(encode(Image.new("RGB", (4, 4), (1, 2, 3)), transparency=(1, 2, 3)))
    assert pixel(picture, 2, 2) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_have_been_held_in_any_way(orientation: int) -> None:
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste((255, 0, 0), (0, 0, 20, 10))  # the top left quarter is red
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(encode(stored, "JPEG", exif=exif.tobytes(), quality=95))
    assert (picture.width, picture.height) == (40, 20)
    assert (picture.original_width, picture.original_height) == (40, 20)
    assert near(pixel(picture, 4, 3), (255, 0, 0), 12)
    assert near(pixel(picture, 34, 15), (255, 255, 255), 12)


def test_damaged_notes_of_the_camera_do_not_matter() -> None:
    data = encode(Image.new("RGB", (8, 8), "red"), "JPEG", exif=b"Exif\0\0" + b"\xff" * 40)
    assert near(pixel(decode(data), 4, 4), (254, 0, 0))


def test_cmyk_palette_grey_and_one_bit_pictures_are_taken() -> None:
    for data, wanted in [
        (encode(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
        (encode(Image.new("RGB", (8, 8), (10, 200, 30)).quantize()), (10, 200, 30)),
        (encode(Image.new("L", (8, 8), 77)), (77, 77, 77)),
        (encode(Image.new("1", (8, 8), 1)), (255, 255, 255)),
    ]:
        assert near(pixel(decode(data), 4, 4), wanted)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    data = encode(Image.new("I;16", (8, 8), 0x8000))
    assert near(pixel(decode(data), 4, 4), (128, 128, 128))


@pytest.mark.parametrize("name", FORMATS)
def test_a_large_picture_is_made_smaller_and_its_size_remembered(name: str) -> None:
    picture = decode(encode(Image.new("RGB", (900, 300), "blue"), name), longest_side=90)
    assert (picture.width, picture.height) == (90, 30)
    assert (picture.original_width, picture.original_height) == (900, 300)


@pytest.mark.parametrize(
    "size", [(5001, 5000), (13_000, 13_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_is_refused_from_its_header(size: tuple[int, int]) -> None:
    data = png(*size)
    assert len(data) < 200
    with pytest.raises(RequestInvalid, match="at most 25,000,000 are taken") as caught:
        decode(data)
    assert caught.value.code == "image_too_large"


@pytest.mark.parametrize("name", FORMATS)
def test_mutated_pictures_are_decoded_or_refused(name: str) -> None:
    chance = random.Random(name)
    noise = Image.effect_noise((64, 48), 60).convert("RGB")
    good = encode(noise, name)
    refused = 0
    for _ in range(250):
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        try:
            decode(bytes(data))
        except RequestInvalid:
            refused += 1
    assert refused > 20


def test_nobody_listening_is_no_error_of_the_picture() -> None:
    class Gone(Basket):
        def emit(self, event: Picture) -> None:
            raise Stopped

    codec = load_picture(EngineSpec("picture-codec", ""))
    with pytest.raises(Stopped):
        codec.run(PictureRequest(encode(Image.new("RGB", (4, 4)))), Gone())


@pytest.mark.parametrize("memory", [0, -1, "2 GB", 1.5])
def test_a_memory_limit_that_is_none_is_refused(memory: object) -> None:
    with pytest.raises(EngineUnavailable, match="memory_bytes"):
        load_picture(EngineSpec("picture-codec", "", options={"memory_bytes": memory}))


def test_what_does_not_fit_into_the_memory_limit_is_the_callers_error() -> None:
    data = png(4900, 4900, 8, 6)
    source = (
        "import sys, types\n"
        "from dragoman.domain.engine import EngineSpec\n"
        "from dragoman.domain.errors import RequestInvalid\n"
        "from dragoman.domain.picture import PictureRequest\n"
        "from dragoman.engines.codecs import load_picture\n"
        "spec = EngineSpec('picture-codec', '', options={'memory_bytes': 60_000_000})\n"
        "try:\n"
        "    outlet = types.SimpleNamespace(emit=print)\n"
        "    load_picture(spec).run(PictureRequest(sys.stdin.buffer.read()), outlet)\n"
        "except RequestInvalid as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], input=data, capture_output=True, check=False, timeout=60
    )
    assert done.stdout.decode().strip() == "image_too_large", done.stderr.decode()[-500:]
