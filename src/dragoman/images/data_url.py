"""Pictures that are in the URL itself. Source: RFC 2397."""

import base64
import binascii
import re

from dragoman.images import refusals

_HEAD = re.compile(r"data:[^,;]*(?:;[^,;]*)*?;base64,", re.IGNORECASE)
_LONGEST_HEAD = 200
_SPACE = re.compile(r"[ \t\r\n]+")


def is_data_url(url: str) -> bool:
    """Tell whether the picture's bytes are in the URL itself."""
    return url[:5].lower() == "data:"


def read_data_url(url: str, *, most_bytes: int) -> bytes:
    """The bytes in `url`, whatever type it claims.

    Raises:
        RequestInvalid: no base64, or more than `most_bytes`.
    """
    head = _HEAD.match(url[:_LONGEST_HEAD])
    if head is None:
        raise refusals.malformed()
    if (len(url) - head.end()) * 3 // 4 > most_bytes * 1.03:  # line ends among them
        raise refusals.too_large(most_bytes)
    text = _SPACE.sub("", url[head.end() :]).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusals.bad_base64() from error
    if len(data) > most_bytes:
        raise refusals.too_large(most_bytes)
    return data
