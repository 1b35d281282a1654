"""The fields without effect, each with its reason, and the fields that are refused."""

from collections.abc import Mapping
from typing import cast, get_args

from dragoman.domain.chat import Effort
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.faults import unknown
from dragoman.wire.fields import Check, Fields, Json, enum, string

ACCEPTED_WITHOUT_EFFECT: Mapping[str, str] = {
    "user": "names an end user to OpenAI's abuse detection; here nobody is watched",
    "safety_identifier": "as `user`",
    "prompt_cache_key": "routes to a cache among many machines; here there is one cache",
    "prompt_cache_retention": "the cache lasts as long as memory allows, whatever is asked",
    "prompt_cache_options": "as `prompt_cache_retention`",
    "service_tier": "there is one tier; the answer names the tier as OpenAI resolves it",
}
"""The fields that a caller may send and that change nothing; `docs/endpoints/chat.md` shows this
list."""


UNKNOWN_THERE = "web_search_options"
"""A field that OpenAI's own models for chat refuse as one that they do not know."""
REFUSED: Mapping[str, str] = {
    "moderation": "nothing is moderated here",
    UNKNOWN_THERE: "nothing is searched here",
}
"""The fields that are refused by name, with the reason; null is fine."""

TIER = enum("auto", "default", "flex", "scale", "priority", "fast")
EFFORT = enum(*get_args(Effort))
VERBOSITY = enum("low", "medium", "high")
WORDINESS: Mapping[str, str] = {
    "low": "Answer briefly: no more words than the answer needs.",
    "medium": "",
    "high": "Answer at length: explain, with details and examples.",
}
RESOLVED_TIERS: Mapping[str | None, str] = {None: "default", "auto": "default", "fast": "priority"}
"""A map from the tier of a request to the tier of its answer, where they differ."""


def _cache_options(value: Json, path: str) -> None:
    fields = Fields(value, path)
    fields.only("mode", "ttl")
    fields.optional("mode", enum("implicit", "explicit"))
    fields.optional("ttl", string())


CHECKS: Mapping[str, Check[object]] = {
    "user": string(),
    "safety_identifier": string(128),
    "prompt_cache_key": string(64),
    "prompt_cache_retention": enum("in_memory", "in-memory", "24h"),
    "prompt_cache_options": _cache_options,
}


def check_effectless(fields: Fields) -> None:
    """Check the fields without effect: a wrong type is still the caller's mistake."""
    for name, check in CHECKS.items():
        fields.optional(name, check)


def service_tier(fields: Fields) -> str:
    """The tier as OpenAI resolves it."""
    tier = fields.optional("service_tier", TIER)
    return RESOLVED_TIERS.get(tier) or tier or "default"


def check_refused(fields: Fields) -> None:
    """Refuse by name the fields that would change the answer and cannot."""
    for name in REFUSED:
        if fields.has(name):
            raise unknown(name) if name == UNKNOWN_THERE else _unsupported(name)


def _unsupported(name: str) -> RequestInvalid:
    return RequestInvalid(
        f"Unsupported parameter: '{name}' is not supported by this server yet.",
        param=name,
        code="unsupported_parameter",
    )


def effort(fields: Fields) -> Effort | None:
    """Read how long the model is to think; whether it can is the engine's to say."""
    return cast("Effort | None", fields.optional("reasoning_effort", EFFORT))


def verbosity(fields: Fields) -> tuple[str, ...]:
    """The sentence about the length of the answer: models here know verbosity by words alone."""
    told = WORDINESS[fields.optional("verbosity", VERBOSITY, "medium")]
    return (told,) if told else ()
