"""Secrets, taken out of what is written down."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast
from urllib.parse import parse_qsl

from dragoman.wire.fields import Json

REMOVED = "[removed]"
"""What stands in the place of a secret."""

SHORTEST = 12
"""The fewest characters of a key that is looked for: "anything" is a word of many prompts."""

SECRET_HEADERS = frozenset(
    {
        *("authorization", "proxy-authorization", "api-key", "x-api-key", "cookie"),
        *("openai-organization", "openai-project", "x-goog-api-key", "set-cookie"),
    }
)
"""Headers whose values must not be written anywhere."""

SECRET_FIELDS = frozenset(
    {
        *("authorization", "proxy-authorization", "cookie", "api-key", "api_key", "apikey"),
        *("x-api-key", "access_token", "refresh_token", "client_secret", "password", "secret"),
    }
)
"""Members of JSON whose texts are secrets, wherever they stand."""

SECRET_PARAMETERS = SECRET_FIELDS | {"key", "token", "sig", "signature", "code"}
"""Parameters of a query that are secrets."""

PATTERN = re.compile(
    rb"\b(?:(?:sk|ek)[-_](?=[\w-]*\d)[\w-]{16,}|org-(?=\w*\d)\w{16,}|proj_(?=\w*\d)\w{16,})"
    rb"|(?<=Bearer )[\w.~+/=-]{8,}"
)
"""What keys, organisations and projects of OpenAI look like, and whatever bears a token."""


class Scrubber:
    """Takes out the secrets of one request, and whatever looks like one."""

    def __init__(self, headers: Collection[tuple[bytes, bytes]] = (), *others: str | None) -> None:
        """Learn the secrets that stand in `headers`; `others` are secrets, too."""
        words = {
            word for value in (*_values(headers), *filter(None, others)) for word in _words(value)
        }
        self._secrets = sorted(
            (word.encode() for word in words if len(word) >= SHORTEST), key=len, reverse=True
        )
        known = b"|".join(re.escape(secret) for secret in self._secrets)
        self._pattern = re.compile(known + b"|" + PATTERN.pattern) if known else PATTERN

    def text(self, text: str) -> str:
        """`text` without secrets."""
        data = text.encode("utf-8", "surrogatepass")
        return self._pattern.sub(REMOVED.encode(), data).decode("utf-8", "surrogatepass")

    def value(self, value: Json) -> Json:
        """A value of JSON without secrets, those in members with a secret's name among them."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in cast("list[Json]", value)]
        if isinstance(value, dict):
            return {
                self.text(name): REMOVED
                if name.lower() in SECRET_FIELDS and isinstance(item, str)
                else self.value(item)
                for name, item in cast("Mapping[str, Json]", value).items()
            }
        return value

    def pieces(self, pieces: Sequence[bytes]) -> list[bytes]:
        """Pieces, as many as before, without secrets, also where one lies across a border."""
        whole = b"".join(pieces)
        spans = [match.span() for match in self._pattern.finditer(whole)]
        if not spans:
            return list(pieces)
        clean: list[bytes] = []
        start = 0
        for piece in pieces:
            end = start + len(piece)
            clean.append(_without(whole, start, end, spans))
            start = end
        return clean

    def query(self, raw: bytes) -> tuple[tuple[str, str], ...]:
        """The parameters of a query, in their order, secrets left out."""
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
        return tuple(
            (name, self.text(value))
            for name, value in pairs
            if name.lower() not in SECRET_PARAMETERS
        )

    def is_in(self, data: bytes) -> bool:
        """Whether bytes that cannot be changed hold a secret of the request."""
        return any(secret in data for secret in self._secrets)


def _values(headers: Collection[tuple[bytes, bytes]]) -> Iterator[str]:
    """The values of headers that hold secrets; of a cookie that is set, not where it is valid."""
    for raw_name, raw_value in headers:
        name, value = raw_name.lower().decode("latin-1"), raw_value.decode("latin-1")
        if name == "set-cookie":
            yield value.partition(";")[0]
        elif name in SECRET_HEADERS:
            yield value


def _words(value: str) -> list[str]:
    """The secrets of a header's value: what follows a scheme, what cookies hold."""
    return [word for word in re.split(r"[\s;,]+|(?<=\w)=(?=[^=])", value) if word]


def _without(whole: bytes, start: int, end: int, spans: Sequence[tuple[int, int]]) -> bytes:
    """The piece from `start` to `end`; a secret is replaced where it begins."""
    clean, place = bytearray(), start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        clean += whole[place : max(first, place)]
        if first >= start:
            clean += REMOVED.encode()
        place = min(last, end)
    return bytes(clean + whole[place:end])
