"""Refusals of engines and skills, in the words of a request for a response."""

import re
from collections.abc import Mapping

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.responses.conversation import Conversation
from dragoman.wire.responses.tools import Offered

NAMES: Mapping[str, str] = {
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
    "x_dry_run": "input_tokens",
}
"""A map from a field of a chat to the same field here."""
INSIDE: Mapping[str, str] = {
    ".file.file_data": ".file_data",
    ".image_url.url": ".image_url",
    ".format.grammar.": ".format.",
}
"""The members that are nested in a chat and are not here."""
TOOL = re.compile(r"tools\[(\d+)\]\.(?:function|custom)")
WORD = re.compile(rf"\b(?:{'|'.join(NAMES)})\b")


def in_words_of_responses(
    error: RequestInvalid, offered: Offered, built: Conversation
) -> RequestInvalid:
    """The same refusal, which points at the place in this request."""
    param, message = error.param, error.message
    if param is not None:
        param = place(param, offered, built)
        message = message.replace(f"'{error.param}'", f"'{param}'")
    message = WORD.sub(lambda match: NAMES[match[0]], message)
    return type(error)(message, param=param, code=error.code)


def place(param: str, offered: Offered, built: Conversation) -> str:
    """The path in this request of a path in a chat."""
    if param in NAMES:
        return NAMES[param]
    path = param
    if param.startswith("messages"):
        path = built.place(param)
    elif (match := TOOL.match(param)) and int(match[1]) < len(offered.origins):
        path = offered.origins[int(match[1])].path + param[match.end() :]
    for nested, flat in INSIDE.items():
        path = path.replace(nested, flat)
    return path
