"""What the user said himself, in messages that a coding agent has put more into.

Agents write reminders, lists of skills, the date and open files around what was typed, or as user
messages of their own, marked like XML. Read as the request they say nothing about whether to call.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from dragoman.domain.conversation import Message, TextPart

_OPENING = re.compile(r"<([A-Za-z][A-Za-z0-9_-]{2,40})(?: [^<>]{0,200})?>")
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)+)"\s*', re.DOTALL)
TYPED = ("task", "userquery", "userrequest", "usermessage", "userinput", "feedback")
"""Elements that hold what was typed, in small letters without `_` and `-`."""
AROUND = re.compile(
    "reminder|environment|.context|.instructions|additionaldata|attached|attachment|openfiles"
    "|openandrecently|visiblefiles|currenttime|currentdate|systeminfo|userinfo|projectlayout"
    "|gitstatus|taskprogress|modenotice|infomsg|availableskills|memories"
)
"""What is in the names of elements that agents put around it; `context` alone is a user's word."""
ELEMENTS = 64
"""As many are looked at."""


def bare(messages: Sequence[Message]) -> Sequence[Message]:
    """The conversation with the user's own words alone; as it is, where he says nothing by then.

    Messages that agents put in the user's mouth are left out, so that a result still comes last.
    """
    kept: list[Message] = []
    for message in messages:
        if message.role != "user" or (text := own_words(message.text)) == message.text:
            kept.append(message)
        elif text:
            others = tuple(part for part in message.parts if not isinstance(part, TextPart))
            kept.append(replace(message, parts=(TextPart(text), *others)))
    return kept if any(message.role == "user" for message in kept) else messages


def own_words(text: str) -> str:
    """A message of the user's without what stands around his words; nothing else in it: empty."""
    left: list[str] = []
    typed: list[str] = []
    at = searched = 0
    for _ in range(ELEMENTS):
        opening = _OPENING.search(text, searched)
        if opening is None:
            break
        searched = opening.end()
        kind = opening[1].lower().replace("_", "").replace("-", "")
        is_typed = kind in TYPED
        if not (is_typed or AROUND.search(kind)):
            continue
        closing = f"</{opening[1]}>"
        end = text.find(closing, searched)
        if end < 0:
            continue
        if is_typed:
            typed.append(text[searched:end].strip())
        left.append(text[at : opening.start()])
        at = searched = end + len(closing)
    if not at:
        return _unquoted(text)
    left.append(text[at:])
    # What was typed has an element of its own, or stands between the others.
    joined = "\n".join(filter(None, typed)) or "\n".join(filter(None, map(str.strip, left)))
    return _unquoted(joined)


def _unquoted(text: str) -> str:
    """A message that is quoted as a whole, as OpenCode does it, without the quotes."""
    found = _QUOTED.fullmatch(text)
    return found[1].replace('\\"', '"') if found else text
