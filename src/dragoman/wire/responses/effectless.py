"""The fields without effect, each with its reason, and the fields that are refused by name."""

from collections.abc import Mapping

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.effectless import ACCEPTED_WITHOUT_EFFECT as IN_CHAT
from dragoman.wire.chat.effectless import check_effectless
from dragoman.wire.fields import Fields, integer, members

ACCEPTED_WITHOUT_EFFECT: Mapping[str, str] = {
    **IN_CHAT,
    "max_tool_calls": "bounds calls of OpenAI's own tools, of which there are none here",
    "client_metadata": "what a coding agent tells of itself",
}
"""The fields that a caller may send and that change nothing; `docs/endpoints/responses.md` shows
this list."""

REFUSED: Mapping[str, str] = {
    "prompt": "there are no stored prompts: send `instructions` and `input`",
    "moderation": "nothing is moderated here",
    "context_management": "nothing is compacted here",
    "background_options": "there is one way to run in the background here",
    "image": "pictures are not compressed here",
    "access_programs": "there are none here",
}
"""The fields that would change the answer and cannot, and what to do instead; null is fine."""


def check(fields: Fields) -> None:
    """Check both kinds of fields.

    Raises:
        RequestInvalid: a wrong type, or a field that is refused.
    """
    check_effectless(fields)
    fields.optional("max_tool_calls", integer(1))
    fields.optional("client_metadata", members)
    for name, instead in REFUSED.items():
        if fields.has(name):
            raise refused(name, instead)


def refused(name: str, instead: str) -> RequestInvalid:
    """The error for a field that would change the answer and cannot; `instead` says what to do."""
    return RequestInvalid(
        f"Unsupported parameter: '{name}' is not supported by this server: {instead}.",
        param=name,
        code="unsupported_parameter",
    )
