"""Results that say that a call failed."""

import re
from collections.abc import Mapping
from typing import cast

from dragoman.engines.llama_cpp.json_values import loaded

LONGEST = 20_000
"""Characters of a result that is read as JSON; longer ones are documents."""
SHORT = 120
"""Characters of a message in which the failure may stand anywhere."""
LEAST_STATUS = 400
"""The lowest status of HTTP that is an error."""
_WORDS = re.compile(
    r"\b(?:errors?|exception|traceback|failed|failure|denied|unavailable|unreachable|timed? ?out"
    r"|time-out|offline|(?:not|n[o']t be) (?:found|available|reachable|allowed|permitted)|no such"
    r"|does(?:n't| not) exist|do(?:n't| not) have permission|missing required|exceeded|refused"
    r"|(?:unknown|invalid) \w+|(?:cannot|can't|could ?n[o']t|could not|unable to) (?:be|find|open"
    r"|connect|read|access|load|locate|resolve|reach|process|complete|create|get|write|parse)"
    r"|fehler|nicht gefunden|erreur|introuvable|no encontrado)\b"
    r"|오류|실패|없습니다|못했|エラー|错误|錯誤",
    re.IGNORECASE,
)
_NOTHING_WRONG = re.compile(
    r"\b(?:no|0|without|any|zero|keine?|sans|sin) (?:\w+ )?(?:errors?|exceptions?|fail\w*|fehler)"
    r"|\b0 failed|오류 ?없|문제 ?없|일정이 없",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"\W{0,8}(?:error\s*(?:[:\[(-]|executing|$)|[\w.]{0,60}(?:error|exception)\s*[:\[(]|traceback"
    r"|failed to|fatal:|unable to|could not|permission denied|access denied|mcp error|http error"
    r"|exit code:? [1-9]|(?:http )?[45]\d\d [a-z]|오류:|실패)",
    re.IGNORECASE,
)
"""How a longer text begins that is a failure. A log or a source may hold any word."""
_ERRORS = frozenset(("error", "errors", "exception", "err", "errormessage", "오류"))
_TRUE, _FALSE = frozenset(("iserror",)), frozenset(("ok", "success", "successful", "succeeded"))
_STATUSES = frozenset(("status", "statuscode", "responsetype"))
_MESSAGES = frozenset(("message", "detail", "reason", "msg"))
_NO_ERROR = frozenset(("", "none", "null", "no", "ok", "false", "0"))


def failed(result: str) -> bool:
    """Whether a result says that the call led nowhere."""
    result = result.strip()
    value = loaded(result) if len(result) <= LONGEST else None
    if isinstance(value, list):
        value = _text_of_blocks(cast("list[object]", value))
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return any(_is_failure(name, each, alone=len(fields) == 1) for name, each in fields.items())
    if value is not None and not isinstance(value, str):
        return False
    return _says_so(result if value is None else value)


def _says_so(text: str) -> bool:
    if text[:1] in ("{", "["):  # JSON that was too long, or cut
        return False
    if _BEGINNING.match(text[:SHORT]):
        return True
    return len(text) <= SHORT and bool(_WORDS.search(text)) and not _NOTHING_WRONG.search(text)


def _is_failure(name: str, value: object, *, alone: bool) -> bool:
    """Whether a field of an object says so; a message does where it is `alone`."""
    name = name.lower().replace("_", "")
    if name in _TRUE | _FALSE:
        return value is (name in _TRUE) or str(value).lower() == str(name in _TRUE).lower()
    if name in _ERRORS:
        if isinstance(value, Mapping | list):
            inside = cast("Mapping[str, object] | list[object]", value)
            return any(inside.values() if isinstance(inside, Mapping) else inside)
        # A number counts what was looked for, and null says that there is none.
        return value is True or (isinstance(value, str) and value.lower() not in _NO_ERROR)
    if name in _STATUSES and isinstance(value, int):
        return value >= LEAST_STATUS
    if name in _STATUSES or (name in _MESSAGES and alone):
        return isinstance(value, str) and len(value) <= SHORT and _says_so(value)
    return False


def _text_of_blocks(blocks: list[object]) -> object:
    """The text of MCP's content blocks; anything else: the list itself."""
    first = blocks[0] if blocks else None
    text = cast("Mapping[str, object]", first).get("text") if isinstance(first, Mapping) else None
    return text if isinstance(text, str) else blocks
