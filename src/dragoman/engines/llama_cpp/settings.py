"""The settings of the chat engine, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable


@dataclass(frozen=True, slots=True)
class Settings:
    """What a catalogue entry or the operator may set in `options`."""

    context: int = 8192
    """Tokens, prompt and answer together, that one choice may take."""
    slots: int = 4
    """Choices that are decoded together."""
    cells: int = 16384
    """Tokens that all running choices may hold together; at least `context`."""
    batch: int = 128
    """Prompt tokens between two looks at whether the client is still there."""
    cache_mib: int = 512
    """Memory for the prompts of earlier requests, beside the cells."""
    tool_threshold: float = 0.025
    """Called where a call gets more than this share of the first token's probability."""
    tool_again_threshold: float = 0.5
    """The same, right after a tool's result."""
    tool_decision: str = "first_token"
    """What tells whether to call: `first_token`, or `questions`, for models hardly trained to."""
    call_bias: float = 0.0
    """With `questions`, called where this and the log-odds below, each times its weight, are more
    than 0 together."""
    kind_weight: float = 1.0
    """Of the request needing something looked up or done rather than text."""
    name_weight: float = 1.0
    """Of a function's name rather than none."""
    next_bias: float = 0.0
    """The same after a result: called again where it and the log-odds below are more than 0."""
    state_weight: float = 1.0
    """Of the request needing more rather than being done."""
    next_weight: float = 1.0
    """Of a function's name rather than done."""
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
    predictions: bool = True
    """Whether a request's `prediction` is tried, on a second copy of the model."""
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
        return settings


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
