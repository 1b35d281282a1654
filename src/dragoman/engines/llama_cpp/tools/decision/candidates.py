"""Which functions may be called at all, whatever a small model likes to call.

Not those that the user forbids ("Don't book anything yet"). And none that changes anything, where
his condition is not met (see `conditions`) or he only wants to know something ("Do all checks
pass?"): once all is known, a small model that has a function for the next thing to do calls it.
"""

import re
from collections.abc import Sequence

from dragoman.domain.conversation import AnyTool, Message
from dragoman.engines.llama_cpp.tools.decision import conditions
from dragoman.engines.llama_cpp.tools.decision.effects import CHANGING, changes, stem
from dragoman.engines.llama_cpp.tools.decision.inquiries import is_inquiry
from dragoman.engines.llama_cpp.tools.grounding.wording import normal, words

LONGEST = 4_000
"""Characters of what the user said that are looked at, the last ones."""
MOST_OF_DESCRIPTION = 80
"""Characters of a description that are looked at."""
_FORBIDDEN = re.compile(
    r"(?:(?:(?:^|[.!?;:,(\n-]\s*|\b(?:please|but|and|so|also|you to)\s+)"
    r"(?:please\s+)?(?:do not|don['’]?t|never)|\bdo(?: not|n['’]?t) want you to|\bno need to)\s+"
    r"(?:(?:yet|ever|actually|try to|go ahead and|start to)\s+)*([a-z]+)"
    r"|\bwithout\s+([a-z]+ing))\b"
    r"(?:\s+(?:(?:the|a|an|any|my|our|your|this|that|these|those)\s+)?([a-z]+))?"
)
"""A verb that is forbidden, at the beginning of a clause, and the word after it.

"I could not find it" and "it is not booked" forbid nothing.
"""
_ANYTHING = frozenset(
    (
        *(
            "",
            "it",
            "them",
            "this",
            "that",
            "these",
            "those",
            "anything",
            "any",
            "something",
            "yet",
        ),
        *("now", "for", "until", "till", "before", "unless", "without", "or", "and", "but", "one"),
        *("please", "ever", "again", "either", "already", "right", "just", "anywhere", "nothing"),
    )
)
"""Words after a verb with which it is forbidden whatever it is done to."""
_BEGINNING = frozenset(map(stem, ("start", "launch", "run", "open", "make", "generate", "draw")))
"""Verbs of what may be begun to find something out: a search, an agent, a chart."""
_WORD = re.compile(r"[^\W\d_]+")


def allowed(messages: Sequence[Message], tools: Sequence[AnyTool]) -> list[AnyTool]:
    """Those of `tools` that the user did not forbid when he spoke last, now that results are known.

    A function that changes something is forbidden by the verb that its name or its description
    begins with, unless the request also has that verb without a negation. Where the request says
    to what the verb must not be done, that must be in the function's name. Where the request is
    an inquiry, what changes something needs its verb in it.
    """
    spoken = [message.text for message in messages if message.role == "user"]
    text = normal(spoken[-1][-LONGEST:]) if spoken else ""
    bans = [match.groups("") for match in _FORBIDDEN.finditer(text)]
    rest = {*_WORD.findall(_FORBIDDEN.sub(" ", text))} if bans else ()
    forbidden = [
        (stem(imperative or gerund), stem(after) if after not in _ANYTHING else "")
        for imperative, gerund, after in bans
        if (imperative or gerund) not in rest
    ]
    left = [tool for tool in tools if not any(_forbids(*ban, tool) for ban in forbidden)]
    if conditions.outcome(messages) is False:
        return [tool for tool in left if not changes(tool)]
    if not is_inquiry(text):
        return left
    spoken_words = {stem(word) for word in _WORD.findall(text)}
    known = spoken_words | _BEGINNING
    return [tool for tool in left if not changes(tool) or known & _verbs(tool)]


def _forbids(verb: str, object_: str, tool: AnyTool) -> bool:
    name, _ = _first_words(tool)
    return verb in _verbs(tool) and (not object_ or object_ in name[1:])


def _verbs(tool: AnyTool) -> set[str]:
    name, about = _first_words(tool)
    return {*name[:1], *about[:1]} & CHANGING


def _first_words(tool: AnyTool) -> tuple[list[str], list[str]]:
    """The words of a function's name and of its description, without their endings."""
    about = words(tool.description[:MOST_OF_DESCRIPTION])
    return [stem(word) for word in words(tool.name)], [stem(word) for word in about]
