"""Reading what a chat engine emits."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChoiceFinished,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)


def texts(events: Sequence[ChatEvent]) -> list[str]:
    """The text of each choice that has any."""
    found: dict[int, str] = defaultdict(str)
    for event in events:
        if isinstance(event, TextDelta):
            found[event.choice] += event.text
    return [found[choice] for choice in sorted(found)]


def calls(events: Sequence[ChatEvent]) -> list[tuple[str, dict[str, Any]]]:
    """Names and arguments of the calls of a single choice."""
    names = [event.name for event in events if isinstance(event, ToolCallStarted)]
    arguments = [""] * len(names)
    for event in events:
        if isinstance(event, ToolCallDelta):
            arguments[event.index] += event.arguments
    return [(name, json.loads(text)) for name, text in zip(names, arguments, strict=True)]


def reasons(events: Sequence[ChatEvent]) -> list[str]:
    """Why choices ended, in the order in which they did."""
    return [event.reason for event in events if isinstance(event, ChoiceFinished)]


def usage(events: Sequence[ChatEvent]) -> Usage:
    """The token counts."""
    last = events[-1]
    assert isinstance(last, ChatFinished)
    return last.usage
