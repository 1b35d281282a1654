"""A short conversation, shown before one with tools: when to call, how, and when not to.

Small models decide much better after five examples than after any instruction. It comes first in
the prompt and is always the same, so that it is read once and then comes from the cache.
"""

from collections.abc import Callable

from dragoman.domain.conversation import Tool
from dragoman.engines.llama_cpp.prompt.rendering import TrustedText, Turn

CONTRACT = """# Functions

When the user's request needs one of the functions below, you reply with exactly one line per call:
<tool_call>{"name": "function-name", "arguments": {...}}</tool_call>
and nothing else. When no function does what the user asks, you reply in plain text.

<tools>
"""
END = "\n</tools>"

_LIBRARY = Tool(
    "find_book",
    "Find a book in the library",
    {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
)


def _call(title: str) -> str:
    return f'<tool_call>{{"name": "find_book", "arguments": {{"title": "{title}"}}}}</tool_call>'


_EXAMPLES = (
    ("Is there a copy of Dune?", _call("Dune")),
    ("Who wrote it?", "Dune was written by Frank Herbert."),
    ("Thanks!", "You're welcome!"),
    ("Do you have Emma and Ulysses?", f"{_call('Emma')}\n{_call('Ulysses')}"),
    ("Order me a taxi.", "I'm sorry, I can't order a taxi."),
)


def turns(listing: Callable[[Tool], str]) -> list[Turn]:
    """The lesson; `listing` writes a tool as the model reads it."""
    system = TrustedText(f"You are a helpful assistant.\n\n{CONTRACT}{listing(_LIBRARY)}{END}")
    lesson = [Turn("system", (system,))]
    for question, answer in _EXAMPLES:
        lesson += [
            Turn("user", (TrustedText(question),)),
            Turn("assistant", (TrustedText(answer),)),
        ]
    return lesson
