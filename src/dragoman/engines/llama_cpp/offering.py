"""Which functions may be called at all, whatever a small model likes to call.

Not those that the user forbids ("Don't book anything yet"), and, where he only wants to know
something, none that changes anything: once all is known, a small model that has a function for the
next thing to do calls it.
"""

import re
from collections.abc import Sequence

from dragoman.domain.conversation import AnyTool, Message
from dragoman.engines.llama_cpp.wording import normal, words

_FORBIDDEN = re.compile(
    r"\b(?:do\s?n['’]?t|do not|never|without|not|no need to|(?:must|should|wo)n['’]?t)\s+"
    r"(?:(?:yet|actually|really|please|just|ever|dare|try|go|(?:want|need|have|like)(?: you)?|to"
    r"|go ahead and|start)\s+)*([a-z]+)"
    r"(?:\s+(?:the|a|an|any|your)\b)?(?:\s+([a-z]+)(?:\s+([a-z]+))?)?"
)
"""A verb and, for functions that are forbidden by their names, the words after it."""
_USING = frozenset(("us", "cal", "run", "invok"))
_ENDING = re.compile(r"(?:ing|ed|es|e|s)$")
_CHANGING = frozenset(
    (
        *("add", "append", "apply", "approve", "archive", "assign", "book", "buy", "cancel"),
        *("change", "clear", "close", "comment", "commit", "create", "deactivate", "delete"),
        *("disable", "edit", "email", "enable", "install", "invite", "lock", "merge", "modify"),
        *("move", "order", "pay", "place", "post", "publish", "purchase", "push", "put"),
        *("reboot", "register", "reject", "remove", "rename", "renew", "reorder", "replace"),
        *("reserve", "reset", "restart", "restore", "revoke", "save", "schedule", "send"),
        *("set", "share", "stop", "submit", "subscribe", "switch", "transfer", "turn"),
        *("unlock", "unsubscribe", "update", "upload", "write"),
    )
)
_NOUNS = frozenset(["book", "order", "post", "schedule", "set", "share", "stop", "transfer"])
"""What the name or the description of a function that only looks may begin with."""
_ARTICLES = [["a"], ["an"], ["the"], ["new"], ["some"], ["one"], ["more"]]
_LOOKING = frozenset(
    (
        *("calculate", "check", "compare", "count", "describe", "fetch", "find", "get", "is"),
        *("list", "look", "lookup", "query", "read", "retrieve", "return", "returns", "search"),
        *("show", "track", "view"),
    )
)
LONGEST = 4_000
"""Characters of what the user said that are looked at, the last ones."""


def allowed(messages: Sequence[Message], tools: Sequence[AnyTool]) -> list[AnyTool]:
    """Those of `tools` that the user did not forbid when he spoke last.

    A function is forbidden by the verb that its name or its description begins with, unless the
    request also has that verb without a negation; or by its name ("don't use the web search").
    """
    spoken = [message.text for message in messages if message.role == "user"]
    text = normal(spoken[-1][-LONGEST:]) if spoken else ""
    forbidden: set[str] = set()
    unused: list[set[str]] = []
    for match in _FORBIDDEN.finditer(text):
        verb = _stem(match[1])
        if verb in _USING:
            unused.append({_stem(word) for word in match.groups()[1:] if word})
        elif match[1] not in re.findall(r"[^\W\d_]+", _FORBIDDEN.sub(" ", text)):
            forbidden.add(verb)
    return [tool for tool in tools if not _is_forbidden(tool, forbidden, unused)]


def changes(tool: AnyTool) -> bool:
    """Whether a function changes something, by the verb that it or its description begins with.

    What may do anything, as a shell does, counts as one that does not.
    """
    name, about = words(tool.name)[:1], words(tool.description)[:2]
    first = {*name, *about[:1]} | {word.removesuffix("s") for word in about[:1]}
    if not _LOOKING.isdisjoint(first):
        return False
    if _NOUNS.isdisjoint(first):
        return not _CHANGING.isdisjoint(first)
    # "Order status" is looked at, and "Order a meal" is done.
    return not (_CHANGING - _NOUNS).isdisjoint(first) or about[1:] in _ARTICLES


def _is_forbidden(tool: AnyTool, verbs: set[str], unused: Sequence[set[str]]) -> bool:
    name, about = words(tool.name), words(tool.description)
    first = {_stem(word) for word in (*name[:1], *about[:1])}
    named = {_stem(word) for word in name}
    return bool(first & verbs) or any(each and each <= named for each in unused)


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word) if len(word) > 4 else word.removesuffix("e")
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem
