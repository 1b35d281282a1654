import pytest

from dragoman.skills.pictures.tokens import image_tokens


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [
        (1024, 1024, 765),  # OpenAI's own examples
        (2048, 4096, 1105),
        (512, 512, 255),
        (1, 1, 255),
        (513, 1, 425),
        (100, 5000, 85 + 4 * 170),
    ],
)
def test_a_picture_is_counted_in_tiles(width: int, height: int, tokens: int) -> None:
    assert image_tokens(width, height, "high") == tokens
    assert image_tokens(width, height, "auto") == tokens
    assert image_tokens(height, width, "original") == tokens


@pytest.mark.parametrize("size", [(1, 1), (1024, 1024), (4096, 8192)])
def test_low_detail_is_always_the_same(size: tuple[int, int]) -> None:
    assert image_tokens(*size, "low") == 85
