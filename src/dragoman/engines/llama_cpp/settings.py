"""The settings of the chat engine, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable

DRAFT_AFTER = 8
"""Tokens in a row that the text has had before, after which what followed them is tried."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a catalogue entry or the operator may set in `options`."""

    context: int = 8192
    """Tokens, prompt and answer together, that one choice may take."""
    slots: int = 4
    """Choices that are decoded together."""
    cells: int = 16384
    """Tokens that all running choices may hold together; at least `context`."""
    batch: int = 64
    """Prompt tokens between two looks at whether the client is still there."""
    cache_mib: int = 512
    """Memory for the prompts of earlier requests, beside the cells."""
    tool_threshold: float = 0.025
    """Called where a call gets more than this share of the first token's probability."""
    tool_again_threshold: float = 0.5
    """The same, right after a tool's result."""
    tail: float = 0.1
    """Tokens less likely than this share of the likeliest are never drawn."""
    warmth: float = 0.7
    """The temperature that the model's makers recommend; a request's temperature counts in it."""
    projector: str = ""
    """The file that turns pictures into what the model reads (mmproj); empty: it does not see."""
    thinks: bool = False
    """Whether the model thinks before it answers, between the two marks below."""
    thought_begin: str = "<think>"
    thought_end: str = "</think>"
    calm: bool = True
    """Whether loops in long free text are discouraged where the request says nothing about it."""
    drafts: bool = False
    """Whether several tokens are tried at once where the answer repeats the prompt or itself."""
    read_ahead: bool = True
    """Whether the lesson before tools is read while nobody asks anything."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Settings":
        """The settings that `options` ask for.

        Raises:
            EngineUnavailable: an option is unknown, or of the wrong type.
        """
        known: dict[str, type] = {
            field.name: type(getattr(cls(), field.name)) for field in fields(cls)
        }
        chosen: dict[str, Any] = {}
        for name, value in options.items():
            if name not in known:
                raise EngineUnavailable(f"llama-cpp has no option {name!r}: {', '.join(known)}")
            chosen[name] = _converted(name, value, known[name])
        settings = cls(**chosen)
        if min(settings.context, settings.slots, settings.batch) < 1 or settings.cache_mib < 0:
            raise EngineUnavailable("llama-cpp: context, slots and batch must be positive")
        if not (settings.thought_begin and settings.thought_end):
            raise EngineUnavailable("llama-cpp: the marks of a thought must not be empty")
        if settings.cells < settings.context:
            raise EngineUnavailable("llama-cpp: cells must not be fewer than context")
        if settings.drafts:
            _check_drafts(settings)
        return settings

    @property
    def draft_tokens(self) -> int:
        """The most that are tried at once after a token; 0: none.

        The drafts of all slots are decoded in one step. llama.cpp ends all answers where they do
        not fit in it.
        """
        return self.batch // self.slots - 1 if self.drafts else 0


def _check_drafts(settings: Settings) -> None:
    if settings.projector:
        # llama.cpp looks for the model that drafts, and there is none.
        raise EngineUnavailable("llama-cpp: drafts and a projector do not go together")
    if settings.draft_tokens < DRAFT_AFTER:
        least = (DRAFT_AFTER + 1) * settings.slots
        raise EngineUnavailable(f"llama-cpp: drafts need a batch of at least {least}")


def _converted(name: str, value: object, wanted: type) -> bool | int | float | str:
    if wanted is str and isinstance(value, str):
        return value
    if wanted is bool and isinstance(value, bool):
        return value
    if wanted is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if wanted is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise EngineUnavailable(f"llama-cpp: option {name!r} must be {wanted.__name__}, not {value!r}")


def of(spec: EngineSpec) -> Settings:
    """The settings in `spec`."""
    return Settings.of(spec.options)
