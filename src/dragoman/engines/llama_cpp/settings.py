"""The settings of the chat engine, checked."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable

log = logging.getLogger(__name__)

USUAL_CONTEXT = 32_768
"""Tokens; of weights that know more, so many are used unless an option says otherwise."""
BESIDE = 4_096
"""Cells beside a whole context: the longest prompt takes minutes, and others go on meanwhile."""
FEWEST_CELLS = 16_384
"""As long as all slots together may use them."""
LEAST = 256
"""Cells without which hardly any prompt fits."""
CACHE_TYPES = ("f16", "q8_0")
DECODERS = ("server", "loop")
ADAPTERS = ("auto", "ik", "llamacpp")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a catalogue entry or the operator may set in `options`."""

    context: int = 0
    """Tokens, prompt and answer together, that one choice may take; 0: as `within` says."""
    slots: int = 4
    """Choices that are decoded together."""
    cells: int = 0
    """Tokens that all running choices may hold together; 0: as `within` says."""
    cache_type: str = "f16"
    """How what was read of a token is kept, in llama.cpp's words; `q8_0` takes about half."""
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
    fit_weight: float = 1.0
    """Of the likeliest function giving what the request needs."""
    further_bias: float = 0.0
    """Right after a call another is made at once where this and the log-odds below are more than
    0."""
    share_weight: float = 1.0
    """Of the model itself going on rather than ending."""
    further_weight: float = 1.0
    """Of another thing that can be called for at once."""
    next_bias: float = 0.0
    """The same after a result: called again where it and the log-odds below are more than 0."""
    state_weight: float = 1.0
    """Of the request needing more rather than being done."""
    next_weight: float = 1.0
    """Of a function's name rather than done."""
    next_fit_weight: float = 1.0
    """Of that function giving what the request needs."""
    action_bias: float = 8.0
    """With `questions`, a function that changes something is offered where this and the log-odds of
    the request needing something done rather than looked up are more than 0 together."""
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
    ends_loops: bool = True
    """Whether an answer that goes round in circles is ended."""
    predictions: bool = True
    """Whether a request's `prediction` is tried, on a second copy of the model."""
    decoder: str = "server"
    """Who decodes: llama.cpp's `server` in the library, or the `loop` of our own."""
    adapter: str = "auto"
    """The build of libllama that the loop decodes with: `ik`, `llamacpp`, or the first that can."""
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
        settings._check()
        return settings

    @property
    def small(self) -> bool:
        """Whether what was read is kept in eight bits, which llama.cpp's flash attention can."""
        return self.cache_type != "f16"

    def within(self, known: int) -> "Settings":
        """The same for weights that know `known` tokens, with what is 0 filled in."""
        context = min(self.context or USUAL_CONTEXT, known)
        if self.context > known:
            log.warning("context is %d and not %d: the weights know no more", known, self.context)
        elif self.cells and not self.context:
            context = min(context, self.cells)
        together = min(self.slots * context, FEWEST_CELLS)
        return replace(self, context=context, cells=self.cells or max(context + BESIDE, together))

    def _check(self) -> None:
        """See that every value can be meant.

        Raises:
            EngineUnavailable: one cannot.
        """
        if min(self.slots, self.batch) < 1 or min(self.context, self.cells, self.cache_mib) < 0:
            raise EngineUnavailable("llama-cpp: context, slots and batch must be positive")
        if not (self.thought_begin and self.thought_end):
            raise EngineUnavailable("llama-cpp: the marks of a thought must not be empty")
        if 0 < self.cells < max(self.context, LEAST):
            raise EngineUnavailable(f"llama-cpp: cells must not be fewer than context, or {LEAST}")
        for name, known in (
            ("cache_type", CACHE_TYPES),
            ("decoder", DECODERS),
            ("adapter", ADAPTERS),
        ):
            if getattr(self, name) not in known:
                raise EngineUnavailable(f"llama-cpp: {name} must be {' or '.join(known)}")
        if self.projector and self.decoder == "loop":
            raise EngineUnavailable("llama-cpp: a model that sees needs decoder = 'server'")


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
