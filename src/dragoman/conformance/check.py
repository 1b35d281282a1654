"""A check: one thing that OpenAI's API does, and how a server shows whether it does so, too."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from dragoman.conformance.server import Server

Verdict: TypeAlias = Literal["honoured", "differs", "refused", "not_there", "not_tried"]
Kind: TypeAlias = Literal["chat", "speech", "transcription", "none"]
"""The kind of model that an endpoint needs."""


class Shortfall(Exception):
    """The server does not do what the check looks for; the message is one line that says what."""

    verdict: Verdict = "differs"


class Differs(Shortfall):
    """The server answers, and does something else than OpenAI."""


class Refused(Shortfall):
    """The server says by an error that it does not do this."""

    verdict = "refused"


class NotThere(Shortfall):
    """The server has no such endpoint."""

    verdict = "not_there"


class NotTried(Shortfall):
    """The check could not be made, for a reason that says nothing against the server."""

    verdict = "not_tried"


Run: TypeAlias = Callable[["Server"], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path of the API, below the base URL, and the kind of model that answers there."""

    path: str
    kind: Kind


MODELS = Endpoint("/models", "none")
CHAT = Endpoint("/chat/completions", "chat")
COMPLETIONS = Endpoint("/completions", "chat")
RESPONSES = Endpoint("/responses", "chat")
SPEECH = Endpoint("/audio/speech", "speech")
TRANSCRIPTIONS = Endpoint("/audio/transcriptions", "transcription")
TRANSLATIONS = Endpoint("/audio/translations", "transcription")


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `run` returns a remark or None, and raises a `Shortfall`."""

    id: str
    endpoint: Endpoint
    rule: str
    """What OpenAI does, in one plain sentence."""
    run: Run


def check(name: str, endpoint: Endpoint) -> Callable[[Run], Check]:
    """Make a check of a coroutine function, whose docstring is the rule."""
    return lambda run: Check(name, endpoint, (run.__doc__ or "").strip(), run)
