import base64

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.images.data_url import is_data_url, read_data_url


@pytest.mark.parametrize(
    "head",
    [
        "data:image/png;base64,",
        "data:;base64,",
        "DATA:image/jpeg;BASE64,",
        "data:image/png;charset=utf-8;name=a.png;base64,",
    ],
)
def test_the_bytes_are_read_whatever_the_label(head: str) -> None:
    url = head + base64.b64encode(b"any bytes").decode()
    assert is_data_url(url)
    assert read_data_url(url, most_bytes=100) == b"any bytes"


def test_line_ends_missing_padding_and_the_web_alphabet_are_taken() -> None:
    data = bytes(range(251, 256)) * 5
    text = base64.urlsafe_b64encode(data).decode().rstrip("=")
    url = f"data:image/png;base64,{text[:10]}\n{text[10:20]} \r\n{text[20:]}"
    assert read_data_url(url, most_bytes=100) == data


@pytest.mark.parametrize("text", ["@@@", "AAAA!", "A", "한글", "AA=A"])
def test_bad_base64_is_refused(text: str) -> None:
    with pytest.raises(RequestInvalid, match="base64") as caught:
        read_data_url(f"data:image/png;base64,{text}", most_bytes=100)
    assert caught.value.code == "invalid_base64"


@pytest.mark.parametrize("url", ["data:image/png,xx", "data:", "data:image/png;base64", "data:,"])
def test_what_is_not_base64_at_all_is_refused(url: str) -> None:
    with pytest.raises(RequestInvalid, match="expected an http or https URL") as caught:
        read_data_url(url, most_bytes=100)
    assert caught.value.code == "invalid_image_url"


@pytest.mark.parametrize("size", [101, 10_000])
def test_too_many_bytes_are_refused(size: int) -> None:
    url = "data:image/png;base64," + base64.b64encode(b"x" * size).decode()
    with pytest.raises(RequestInvalid, match="larger"):
        read_data_url(url, most_bytes=100)


def test_exactly_as_many_bytes_as_are_taken_are_taken() -> None:
    url = "data:image/png;base64," + base64.b64encode(b"x" * 100).decode()
    assert len(read_data_url(url, most_bytes=100)) == 100
