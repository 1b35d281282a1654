import pytest
from PIL import Image

from dragoman.engines.recognisers.colours import Colours, colours


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((220, 20, 20), "red"),
        ((250, 150, 30), "orange"),
        ((240, 230, 40), "yellow"),
        ((30, 160, 50), "green"),
        ((40, 200, 190), "turquoise"),
        ((30, 60, 200), "blue"),
        ((130, 50, 200), "purple"),
        ((240, 80, 180), "pink"),
        ((110, 70, 30), "brown"),
    ],
)
def test_a_colour_has_its_name(rgb: tuple[int, int, int], name: str) -> None:
    assert colours(Image.new("RGB", (90, 60), rgb)) == Colours((name,), grey=False)


@pytest.mark.parametrize(("value", "name"), [(250, "white"), (128, "grey"), (10, "black")])
def test_without_colour_a_picture_is_black_and_white(value: int, name: str) -> None:
    assert colours(Image.new("RGB", (90, 60), (value, value, value))) == Colours((name,), grey=True)


def test_the_commonest_colour_comes_first_and_a_spot_is_left_out() -> None:
    image = Image.new("RGB", (100, 100), (30, 60, 200))
    image.paste((220, 20, 20), (0, 0, 100, 40))
    image.paste((240, 230, 40), (0, 0, 20, 20))
    assert colours(image).names == ("blue", "red")
