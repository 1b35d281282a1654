"""The user's own words, in messages that a coding agent has put more into.

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
"""Parts of the names of elements that agents add; `context` alone is a user's word."""
ELEMENTS = 512
"""The most elements that are looked at."""


def bare(messages: Sequence[Message]) -> Sequence[Message]:
    """The conversation with the user's own words alone; as it is, where he says nothing by then.

    Messages that agents put in the user's mouth are left out, so that a result still comes last.
    """
    kept: list[Message] = []
    for message in messages:
        text = own_words(message.text) if message.role == "user" else message.text
        # After an answer the user has spoken, whatever it looks like.
        after_answer = bool(kept) and kept[-1].role == "assistant"
        if text == message.text or (not text and after_answer):
            kept.append(message)
        elif text:
            others = tuple(part for part in message.parts if not isinstance(part, TextPart))
            kept.append(replace(message, parts=(TextPart(text), *others)))
    return kept if any(message.role == "user" for message in kept) else messages


def own_words(text: str) -> str:
    """A message of the user's without what stands around his words; nothing else in it: empty."""
    left: list[str] = []
    at = searched = 0
    for _ in range(ELEMENTS):
        opening = _OPENING.search(text, searched)
        if opening is None:
            break
        searched = opening.end()
        end = text.find(f"</{opening[1]}>", searched) if AROUND.search(_kind(opening)) else -1
        if end >= 0:
            left.append(text[at : opening.start()])
            at = searched = end + len(f"</{opening[1]}>")
    if at:
        left.append(text[at:])
        text = "\n".join(filter(None, map(str.strip, left)))
    return _unquoted(_typed(text))


def _kind(opening: re.Match[str]) -> str:
    return opening[1].lower().replace("_", "").replace("-", "")


def _typed(text: str) -> str:
    """The typed text, where a message begins with an element for it that fills its lines."""
    bare = text.strip()
    opening = _OPENING.match(bare)
    if opening is None or _kind(opening) not in TYPED:
        return text
    typed, closing, after = bare[opening.end() :].partition(f"</{opening[1]}>")
    return typed.strip() if closing and after[:1] in ("", "\n") else text


def _unquoted(text: str) -> str:
    """A message that is quoted as a whole, as OpenCode does it, without the quotes."""
    found = _QUOTED.fullmatch(text)
    return found[1].replace('\\"', '"') if found else text
