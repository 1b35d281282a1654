"""Results that say that a call failed."""

import json
import re
from collections.abc import Mapping
from typing import cast

LONGEST = 20_000
"""Characters of a result that is read as JSON; longer ones are documents."""
SHORT = 120
"""Characters of a message in which the failure may stand anywhere."""
_WORDS = re.compile(
    r"error|exception|traceback|fatal|fail|invalid|denied|refused|forbidden|rejected|unknown"
    r"|not (?:be )?(?:found|available|reachable|supported|allowed|permitted)|no such"
    r"|unavailable|unreachable|offline|timed? ?out|exceeded|does not|doesn't"
    r"|cannot|can't|could not|couldn't|unable|오류|없|실패|못",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"\W*(?:[\w.]*(?:error|exception)\b|traceback|fail|fatal|invalid|unable to|cannot|could not"
    r"|permission denied|access denied|no such|not found|오류|실패)",
    re.IGNORECASE,
)
"""How a longer text begins that is a failure. A log or a source may hold any word."""
_ERRORS = frozenset(("error", "errors", "exception", "fault", "오류"))
_OUTCOMES = frozenset(("ok", "success", "successful", "succeeded", "found", "sent", "done"))
_MESSAGES = frozenset(("status", "state", "message", "detail", "reason", "result", "msg"))


def failed(result: str) -> bool:
    """Whether a result says that the call led nowhere."""
    result = result.strip()
    value = _loaded(result)
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return any(_is_failure(name.lower(), each) for name, each in fields.items())
    if value is not None and not isinstance(value, str):
        return False
    text = result if value is None else value
    return bool(_BEGINNING.match(text) or (len(text) <= SHORT and _WORDS.search(text)))


def _is_failure(name: str, value: object) -> bool:
    if name in _ERRORS:
        # A number counts what was looked for, and null says that there is none.
        return bool(value) and (value is True or not isinstance(value, int | float))
    if name in _OUTCOMES:
        return value is False
    return name in _MESSAGES and isinstance(value, str) and bool(_WORDS.search(value[:SHORT]))


def _loaded(result: str) -> object:
    if len(result) > LONGEST:
        return None
    try:
        return json.loads(result)
    except (ValueError, RecursionError):
        return None
