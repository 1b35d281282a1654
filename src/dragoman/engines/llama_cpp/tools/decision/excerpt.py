"""The excerpt of a conversation for the questions: last request, tools and calls, clipped."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from dragoman.domain.conversation import AnyTool, CustomTool, Message
from dragoman.engines.llama_cpp.prompt import conversation
from dragoman.engines.llama_cpp.tools.decision import examples
from dragoman.engines.llama_cpp.tools.grounding.checks import as_written

REQUEST, EARLIER, STEP = 600, 160, 320
"""Characters that are read of a request, of what was said before it, of a call with its result."""
DESCRIPTION, LISTED = 120, 6_000
"""Characters of one function's description, and of all functions."""
STEPS = 8
"""The last calls that are read."""
SIGNATURE = 80
"""Characters of one function's name with its parameters."""
ALONE = 300
"""Characters of a function that is looked at alone."""
AGAIN = 2
"""How often the same call may have the same result before no more is made."""


def request(messages: Sequence[Message]) -> str:
    """The last thing that the user said, with what was said just before."""
    at = max((n for n, message in enumerate(messages) if message.role == "user"), default=None)
    if at is None:
        return examples.request(clipped(messages[-1].text, REQUEST))
    said = clipped(messages[at].text, REQUEST)
    before = [message for message in messages[:at] if message.role in ("user", "assistant")]
    earlier = [clipped(message.text, EARLIER) for message in before if message.text][-2:]
    return examples.request(said, earlier)


def listed(tools: Sequence[AnyTool], *, signatures: bool = False) -> list[str]:
    """A line for each tool: its name and the first sentence about it, less where there are many.

    With `signatures` the names of its parameters stand after its own.
    """
    most = min(DESCRIPTION, LISTED // max(1, len(tools)))
    return [
        _line(_signature(tool) if signatures else tool.name, tool.description, most)
        for tool in tools
    ]


def alone(tool: AnyTool) -> str:
    """A line for one tool that is looked at by itself, with all that is said about it."""
    name = _signature(tool)
    about = clipped(" ".join(tool.description.split()), max(0, ALONE - len(name)))
    return f"{name}: {about}" if about else name


def _signature(tool: AnyTool) -> str:
    properties: object = None if isinstance(tool, CustomTool) else tool.parameters.get("properties")
    if not isinstance(properties, Mapping):
        return tool.name
    names = ", ".join(cast("Mapping[str, object]", properties))
    return f"{tool.name}({clipped(names, max(0, SIGNATURE - len(tool.name)))})"


def _line(name: str, description: str, most: int) -> str:
    first = " ".join(description.split()).partition(". ")[0]
    about = clipped(first, max(0, most - len(name)))
    return f"{name}: {about}" if about else name


def taken(messages: Sequence[Message]) -> list[str]:
    """The last calls since the user spoke, with what came of them."""
    return [
        f"{name}({clipped(arguments, STEP)}): {clipped(result, STEP) or conversation.EMPTY}"
        for name, arguments, result in steps(messages)[-STEPS:]
    ]


def repeats(messages: Sequence[Message]) -> bool:
    """Whether the last call was made before with the same result, so that it leads nowhere."""
    made = steps(messages)
    return bool(made) and made.count(made[-1]) >= AGAIN


def answered(messages: Sequence[Message]) -> list[str]:
    """The calls since the user spoke that have a result."""
    return [as_written(name, arguments) for name, arguments, _ in steps(messages)]


def steps(messages: Sequence[Message]) -> list[tuple[str, str, str]]:
    """The calls since the user spoke that have a result: name, arguments, result."""
    asked = max((n for n, message in enumerate(messages) if message.role == "user"), default=0)
    calls = {call.id: call for message in messages[asked:] for call in message.tool_calls}
    made: list[tuple[str, str, str]] = []
    for message in messages[asked:]:
        if message.role == "tool":
            call = calls.get(message.tool_call_id or "")
            name, arguments = (call.name, call.arguments) if call else ("", "")
            made.append((name, _plain(arguments), message.text.strip()))
    return made


def _plain(arguments: str) -> str:
    """JSON as calls are decoded, without other white space."""
    try:
        value: Mapping[str, object] = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return arguments
    return json.dumps(value, ensure_ascii=False)


def clipped(text: str, most: int) -> str:
    """The text, or its beginning and its end."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end]} … {text[len(text) - end :]}" if most else ""
