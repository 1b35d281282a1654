"""JSON bodies that are small to send and large to hold."""

import pytest

from dragoman.api.bodies import parse
from dragoman.domain.errors import RequestInvalid, TooLarge


def test_endless_lists_are_refused_before_they_are_read():
    with pytest.raises(TooLarge):
        parse(b'{"a": [' + b"[]," * 1_000_000 + b"[]]}")


@pytest.mark.parametrize(
    "number", ["1" + "0" * 24, "-" + "9" * 30, "9" * 5000], ids=["25", "30", "5000"]
)
def test_whole_numbers_beyond_64_bits_are_decimals_or_refused(number: str):
    try:
        value = parse(b'{"n": ' + number.encode() + b"}")["n"]
    except RequestInvalid:
        return
    assert isinstance(value, float)


def test_a_large_whole_number_stays_exact():
    assert parse(b'{"n": 9223372036854775807}') == {"n": 2**63 - 1}


def test_a_byte_order_mark_is_no_mistake():
    assert parse(b'\xef\xbb\xbf{"n": 1}') == {"n": 1}
