"""What `wire.chat.request.parse` says of a body that is wrong in one place."""

from typing import Any

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.request import parse

TURN: dict[str, Any] = {"role": "user", "content": "ping"}
F: dict[str, Any] = {
    "type": "function",
    "function": {"name": "f", "parameters": {"type": "object"}},
}
ABSENT = object()
MISSING = "missing_required_parameter"


def fault(**changes: Any) -> tuple[str, str | None, str | None]:
    """Message, param and code."""
    body = {"model": "m", "messages": [TURN], **changes}
    with pytest.raises(RequestInvalid) as caught:
        parse({key: value for key, value in body.items() if value is not ABSENT})
    return caught.value.message, caught.value.param, caught.value.code
