"""Which functions change something, and which only look: by the words that are said about them."""

import re
from collections.abc import Collection, Sequence

from dragoman.domain.conversation import AnyTool
from dragoman.engines.llama_cpp.tools.grounding.wording import words

MOST_OF_DESCRIPTION = 160
"""Characters of a description that are looked at: of its first sentence."""
_ENDING = re.compile(r"(?:ing|ed|es|e|s)$")
_SENTENCE = re.compile(r"[.。;\n](?:\s|$)")


def stem(word: str) -> str:
    """A verb without its ending."""
    short = word.removesuffix("s") if len(word) == 4 else word
    left = _ENDING.sub("", word) if len(word) > 4 else short.removesuffix("e")
    return left[:-1] if len(left) > 2 and left[-1] == left[-2] else left


def _stems(*verbs: str) -> frozenset[str]:
    return frozenset(map(stem, verbs))


_NOUNS = _stems(
    *("book", "order", "post", "schedule", "set", "share", "stop", "transfer", "place", "lock"),
    *("switch", "register", "email", "comment", "commit", "merge", "edit", "buy", "install"),
    *("invite", "update", "write", "move", "change", "purchase", "turn", "put", "play", "start"),
    *("report", "log", "follow", "forward", "fork", "block", "mark", "enter", "scale", "pin"),
    *("open", "text", "call", "record", "repeat", "return", "release", "rate", "check", "launch"),
)
"""Words that the name of a function which only looks may begin with, too."""
CHANGING = (_NOUNS - _stems("open", "text", "call", "return", "check", "rate", "record")) | _stems(
    *("accept", "activate", "add", "adjust", "append", "apply", "approve", "archive", "arm"),
    *("assign", "ban", "cancel", "checkout", "clear", "close", "complete", "confirm", "create"),
    *("deactivate", "decline", "delete", "deploy", "deposit", "disable", "disarm", "dismiss"),
    *("donate", "enable", "enrol", "enroll", "erase", "freeze", "grant", "insert", "modify"),
    *("mute", "pause", "pay", "publish", "push", "reboot", "redeem", "refill", "refund", "reject"),
    *("remove", "rename", "renew", "reorder", "replace", "reply", "reschedule", "reserve"),
    *("reset", "restart", "restore", "resume", "revoke", "save", "send", "submit", "subscribe"),
    *("suspend", "tip", "trash", "unblock", "undo", "unfollow", "unlock", "unmute", "unpin"),
    *("unsubscribe", "upload", "withdraw"),
)
_LOOKING = _stems(
    *("calculate", "check", "compare", "compute", "convert", "count", "describe", "fetch", "find"),
    *("get", "is", "list", "look", "lookup", "query", "read", "retrieve", "return", "search"),
    *("show", "track", "view"),
)
_STRONG = _stems(
    *("update", "write", "move", "change", "edit", "put", "turn", "invite", "install", "set")
)
"""Of `_NOUNS` those that are verbs at the beginning of a name of several words."""
_EMPTY = _stems("perform", "make", "execute", "do", "carry")
"""Verbs that say less of what is done than the name."""
_ASKED = frozenset(
    (
        *("status", "price", "prices", "details", "history", "info", "information", "search"),
        *("count", "level", "log", "logs", "results", "times", "hours", "rate", "rates", "list"),
        *("distance", "speed", "summary", "statistics", "stats", "number", "date", "total"),
        *("size", "availability", "overview", "report", "reports", "of", "by", "for", "from", "in"),
    )
)
"""Words for parts of an order, a share or a change that are only looked up."""
_VALUES = frozenset(
    (
        *("numbers", "integers", "floats", "decimals", "strings", "sum", "array", "arrays"),
        *("vector", "matrix", "b", "y"),
    )
)
_PARTS = frozenset(("string", "text"))
_OF_VALUES = _stems(
    *("add", "append", "insert", "move", "order", "remove", "replace", "scale", "set", "merge")
)
"""Verbs of what is done to values, too, where a description speaks of such."""
_OF_PARTS = _stems("append", "insert", "remove", "replace")
_STORED = frozenset(("file", "files", "document", "page", "note", "cart", "field", "ticket"))
_ENGLISH = frozenset(("an", "the", "of", "for", "by", "with", "and", "from", "to"))
_LOOKING_ELSEWHERE = re.compile(
    r"조회|검색|반환|확인|찾|계산|알려|보여|가져|읽|取得|検索|返|查询|搜索|获取"
    r"|\b(?:liefert|sucht|zeigt|gibt|listet|findet|ermittelt|liest|pruft|berechnet|devuelve|busca"
    r"|obtiene|muestra|lista|consulta|lee|calcula|renvoie|recherche|obtient|affiche|cherche|trouve"
    r"|lit|calcule|restituisce|cerca|mostra|ottiene|elenca|retorna|obtem)\b"
)
"""Words of the descriptions of functions that look, in other languages than English."""


def changes(tool: AnyTool) -> bool:
    """Whether a function changes something, by the verb that it or its description begins with.

    What may do anything, as a shell does, counts as one that does not.
    """
    named = words(tool.name)
    described = words(_SENTENCE.split(tool.description[:MOST_OF_DESCRIPTION])[0])
    verb = stem(named[0]) if named else ""
    first = stem(described[0]) if described else ""
    if not named or verb in _LOOKING or (named[-1] in _ASKED and verb not in CHANGING - _NOUNS):
        return False
    known = first in CHANGING | _LOOKING or not _ENGLISH.isdisjoint(described)
    if not (described and known) or first in _EMPTY:
        foreign = bool(_LOOKING_ELSEWHERE.search(" ".join(described)))
        return verb in CHANGING and not foreign
    if first in _LOOKING or _works_out({verb, first}, described):
        return False
    if {verb, first} & (CHANGING - _NOUNS) or (verb in _STRONG and named[1:]):
        return True
    # "Order status" is looked at, and "Order a meal" is done.
    if verb in _NOUNS or first in _NOUNS:
        return first in CHANGING and bool(described[1:]) and described[1] not in _ASKED
    return False


def _works_out(verbs: Collection[str], described: Sequence[str]) -> bool:
    """Whether something is done to values that are given, as adding numbers is."""
    if not _STORED.isdisjoint(described):
        return False
    of_values = not _OF_VALUES.isdisjoint(verbs) and not _VALUES.isdisjoint(described)
    return of_values or (not _OF_PARTS.isdisjoint(verbs) and not _PARTS.isdisjoint(described))
