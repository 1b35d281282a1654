import io

import pytest
from PIL import Image

from dragoman.images.fetch import sniff


@pytest.mark.parametrize("name", ["png", "jpeg", "gif", "webp"])
def test_a_picture_is_known_by_its_first_bytes(name: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, name)
    assert sniff(file.getvalue()) == name


@pytest.mark.parametrize("name", ["bmp", "tiff", "ppm", "ico"])
def test_other_pictures_are_not_taken(name: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, name)
    assert sniff(file.getvalue()) is None


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"RIFF1234WAVE", b"hello world, no image", b"\xff"]
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert sniff(data) is None
