"""The settings of the chat engine, checked."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable

log = logging.getLogger(__name__)

USUAL_CONTEXT = 32_768
"""Tokens; of weights that know more, so many are used unless an option says otherwise."""
BESIDE = 4_096
"""Cells beside a whole context: the longest prompt takes minutes, and others go on meanwhile."""
FEWEST_CELLS = 16_384
"""The cells that there are at least, as long as all slots together may use as many."""
LEAST = 256
"""Cells without which hardly any prompt fits."""
CACHE_TYPES = ("f16", "q8_0")
DECODERS = ("auto", "server", "loop")
ADAPTERS = ("auto", "ik", "llamacpp")
RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "slots": "n_parallel",
        "cells": "n_ctx",
        "batch": "n_batch",
        "cache_mib": "cache_ram_mib",
        "tail": "min_p",
        "warmth": "temperature_scale",
        "calm": "dry",
        "projector": "mmproj",
        "thinks": "reasoning",
        "thought_begin": "thinking_start_tag",
        "thought_end": "thinking_end_tag",
        "read_ahead": "prefix_warmup",
    }
)
"""Options by the names that they had before 0.2, which does not read them any more."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that a catalogue entry or the operator may set."""

    context: int = 0
    """Tokens, prompt and answer together, that one choice may take; 0: as `within` says."""
    n_parallel: int = 4
    """Slots: choices that are decoded together."""
    n_ctx: int = 0
    """Cells of the KV cache: tokens that all running choices may hold together; 0: as `within`
    says."""
    cache_type: str = "f16"
    """The type of the KV cache's keys and values; `q8_0` takes about half the memory."""
    n_batch: int = 128
    """Prompt tokens of one step of prefill; then it is looked whether the client is still there."""
    cache_ram_mib: int = 512
    """Memory for the prefixes of earlier requests' prompts, beside the KV cache."""
    tool_threshold: float = 0.025
    """Called where a call gets more than this share of the first token's probability."""
    tool_again_threshold: float = 0.5
    """The same, right after a tool's result."""
    tool_decision: str = "first_token"
    """How it is decided whether to call a tool: by the `first_token`, or by `questions`, for models
    with little training in calls."""
    call_bias: float = 0.0
    """The bias of a call with `questions`: there is one where this and the log-odds below, each
    times its weight, are more than 0 together."""
    kind_weight: float = 1.0
    """The weight of the request needing something looked up or done rather than text."""
    name_weight: float = 1.0
    """The weight of a function's name rather than none."""
    fit_weight: float = 1.0
    """The weight of the likeliest function giving what the request needs."""
    further_bias: float = 0.0
    """Right after a call another is made at once where this and the log-odds below are more than
    0."""
    share_weight: float = 1.0
    """The weight of the model itself going on rather than ending."""
    further_weight: float = 1.0
    """The weight of another thing that can be called for at once."""
    next_bias: float = 0.0
    """The same after a result: called again where it and the log-odds below are more than 0."""
    state_weight: float = 1.0
    """The weight of the request needing more rather than being done."""
    next_weight: float = 1.0
    """The weight of a function's name rather than done."""
    next_fit_weight: float = 1.0
    """The weight of that function giving what the request needs."""
    action_bias: float = 8.0
    """The bias, with `questions`, of a function that changes something: it is offered where this
    and the log-odds of the request needing something done rather than looked up are more than 0
    together."""
    min_p: float = 0.1
    """Tokens less likely than this share of the likeliest are never drawn."""
    temperature_scale: float = 0.7
    """The temperature that the model's makers recommend; a request's temperature is multiplied by
    it."""
    mmproj: str = ""
    """The file of the multimodal projector, which turns pictures into what the model reads; empty:
    the model does not see."""
    reasoning: bool = False
    """Whether the model thinks before it answers, between the two tags below."""
    thinking_start_tag: str = "<think>"
    thinking_end_tag: str = "</think>"
    dry: bool = True
    """Whether DRY discourages loops in free text where the request says nothing about it."""
    ends_loops: bool = True
    """Whether an answer that goes round in circles is ended."""
    predictions: bool = True
    """Whether a request's `prediction` is tried: by the loop, where text that repeats the prompt
    is, too; or by a second copy of the model beside the server."""
    decoder: str = "auto"
    """Who decodes: llama.cpp's `server` in the library, the `loop` of our own, or `auto`: the loop
    where it can."""
    adapter: str = "llamacpp"
    """The build of libllama that the loop decodes with: `llamacpp`, `ik`, or `auto`, the first of
    `ik` and it that can."""
    prefix_warmup: bool = True
    """Whether the few-shot examples are read into the prefix cache while nobody asks anything."""
    prefix_files: bool = True
    """Whether the loop keeps them in files of the user's cache, from one start to the next."""

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
        for name, value in _by_present_names(options).items():
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
        elif self.n_ctx and not self.context:
            context = min(context, self.n_ctx)
        together = min(self.n_parallel * context, FEWEST_CELLS)
        return replace(
            self,
            context=context,
            n_ctx=self.n_ctx or max(context + BESIDE, together),
            n_batch=max(self.n_batch, self.n_parallel),  # a step has a token of each answer
        )

    def _check(self) -> None:
        """See that every value can be meant.

        Raises:
            EngineUnavailable: one cannot.
        """
        sizes = (self.context, self.n_ctx, self.cache_ram_mib)
        if min(self.n_parallel, self.n_batch) < 1 or min(sizes) < 0:
            raise EngineUnavailable("llama-cpp: context, n_parallel and n_batch must be positive")
        if not (self.thinking_start_tag and self.thinking_end_tag):
            raise EngineUnavailable("llama-cpp: the tags of a thought must not be empty")
        if 0 < self.n_ctx < max(self.context, LEAST):
            raise EngineUnavailable(f"llama-cpp: n_ctx must not be less than context, or {LEAST}")
        for name, known in (
            ("cache_type", CACHE_TYPES),
            ("decoder", DECODERS),
            ("adapter", ADAPTERS),
        ):
            if getattr(self, name) not in known:
                raise EngineUnavailable(f"llama-cpp: {name} must be {' or '.join(known)}")
        if self.mmproj and self.decoder == "loop":
            raise EngineUnavailable("llama-cpp: a model that sees needs decoder = 'server'")


def _by_present_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options under the names that they have now; the log warns of those that had others."""
    for old in sorted(options.keys() & RENAMED.keys()):
        log.warning(
            "llama-cpp: option %s is called %s now; 0.2 will not read the old name",
            old,
            RENAMED[old],
        )
    old_ones = {RENAMED[name]: value for name, value in options.items() if name in RENAMED}
    return old_ones | {name: value for name, value in options.items() if name not in RENAMED}


def _converted(name: str, value: object, kind: type) -> bool | int | float | str:
    if kind is str and isinstance(value, str):
        return value
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise EngineUnavailable(f"llama-cpp: option {name!r} must be {kind.__name__}, not {value!r}")


def of(spec: EngineSpec) -> Settings:
    """The settings in `spec`."""
    return Settings.of(spec.options)
