"""Fields of local servers that OpenAI does not have: served, or accepted without effect.

The words are llama.cpp's, vLLM's and Ollama's, and of clients that keep a cache or thoughts in
messages. What is in neither table is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dragoman.domain.chat import Effort, Sampling
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.fields import Check, Fields, boolean, decimal, integer

Reasons = Mapping[str, str]

LARGEST = 2**20
REPEATING = decimal(0.01, 10)

SAMPLING: Mapping[str, tuple[str, Check[int] | Check[float]]] = {
    "top_k": ("top_k", integer(-1, LARGEST)),
    "min_p": ("min_p", decimal(0, 1)),
    "typical_p": ("typical_p", decimal(0, 1)),
    "repeat_penalty": ("repeat_penalty", REPEATING),
    "repetition_penalty": ("repeat_penalty", REPEATING),
    "repeat_last_n": ("repeat_last_n", integer(-1, LARGEST)),
}
"""A map from a field to the attribute of `Sampling` that it sets, and its check."""

GUIDED = (
    "guided_json",
    "guided_regex",
    "guided_choice",
    "guided_grammar",
    "structured_outputs",
    "json_schema",
    "grammar",
)
"""The fields that say what form the answer must have; see `wire.chat.guided`."""

TEMPLATE = "chat_template_kwargs"
SWITCHES = ("enable_thinking", "thinking")
"""The members of `chat_template_kwargs` that say whether a model thinks."""

SERVED = (*SAMPLING, *GUIDED, TEMPLATE, "enable_thinking", "return_progress")


def _because(reason: str, *names: str) -> Reasons:
    return dict.fromkeys(names, reason)


WITHOUT_EFFECT: Reasons = {
    **_because(
        "when models are loaded, and onto what, is a setting of the server",
        *("keep_alive", "num_ctx", "num_batch", "num_gpu", "num_thread", "num_keep", "main_gpu"),
        *("low_vram", "numa", "use_mmap", "use_mlock", "f16_kv", "vocab_only", "n_ctx", "options"),
        *("priority", "n_keep", "n_discard", "t_max_predict_ms"),
    ),
    **_because(
        "prompts are cached, and places given out, without being told",
        *("cache_prompt", "id_slot", "slot_id", "n_cache_reuse", "cache_salt", "cache_control"),
    ),
    **_because(
        "a way of drawing tokens that is not offered",
        *("mirostat", "mirostat_eta", "mirostat_tau", "mirostat_mode", "tfs_z", "top_a", "tfs"),
        *("dynatemp_range", "dynatemp_exponent", "xtc_probability", "xtc_threshold", "top_n_sigma"),
        *("dry_multiplier", "dry_base", "dry_allowed_length", "dry_penalty_last_n"),
        *("dry_sequence_breakers", "samplers", "penalize_nl", "smoothing_factor", "min_keep"),
        *("use_beam_search", "length_penalty", "early_stopping", "min_tokens", "ignore_eos"),
        *("penalty_last_n", "epsilon_cutoff", "eta_cutoff", "do_sample"),
    ),
    **_because(
        "the prompt is written as the model was trained to read it",
        *("add_generation_prompt", "continue_final_message", "add_special_tokens", "echo"),
        *("mm_processor_kwargs", "skip_special_tokens", "spaces_between_special_tokens"),
    ),
    **_because(
        "how grammars are kept to is the server's affair",
        *("guided_decoding_backend", "guided_whitespace_pattern"),
    ),
    **_because(
        "`reasoning_effort` is OpenAI's word for it",
        *("think", "thinking", "reasoning", "include_reasoning"),
    ),
    **_because(
        "what is told besides the answer is the same for everybody",
        *("timings_per_token", "return_tokens", "post_sampling_probs"),
        *("include_stop_str_in_output", "reasoning_format", "request_id", "return_token_ids"),
        *("usage", "transforms", "provider", "route", "models", "n_probs"),
    ),
    **_because("what clients mean to put beside the body, and put into it", "extra_body"),
    **_because("as `extra_body`", "extra_headers", "extra_query", "timeout"),
}
"""The fields that a caller may send and that change nothing, with the reason."""

IN_MESSAGES: Reasons = {
    **_because(
        "what was thought before an earlier answer is not shown to the model again",
        *("reasoning_content", "reasoning", "reasoning_details", "thinking", "thinking_blocks"),
    ),
    **_because(
        "clients' own notes on a message",
        *("id", "provider_specific_fields", "cache_control", "metadata", "timestamp", "created"),
        *(
            "extra_content",
            "additional_kwargs",
            "response_metadata",
            "finish_reason",
            "stop_reason",
        ),
        *("token_ids", "is_error", "prefix", "partial", "opts"),
    ),
}
"""The members of a message that change nothing."""

IN_PARTS: Reasons = _because(
    "clients' own notes on a part",
    *("cache_control", "id", "index", "provider_specific_fields", "annotations", "citations"),
)
"""The members of a part of a message that change nothing."""

IN_CALLS: Reasons = _because(
    "clients' own notes on a call",
    *("provider_specific_fields", "extra_content", "thought_signature", "cache_control"),
)
"""The members of a call, or of what a call or a tool holds, that change nothing."""


@dataclass(frozen=True, slots=True)
class Thinking:
    """Whether the model is to think, in other words than OpenAI's."""

    effort: Effort | None = None
    field: str = "enable_thinking"
    """The field that says so."""
    ignored: tuple[str, ...] = ()
    """The other members of that field, which have no effect."""


def with_sampling(fields: Fields, sampling: Sampling) -> Sampling:
    """Add to the sampling what local servers' fields say of it.

    Raises:
        RequestInvalid: two names of the same thing say different things.
    """
    values: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name, (attribute, check) in SAMPLING.items():
        value = fields.optional(name, check)
        if value is None:
            continue
        if values.get(attribute, value) != value:
            raise RequestInvalid(
                f"'{name}' and '{names[attribute]}' are the same setting: send one of them.",
                param=name,
                code="invalid_parameter_combination",
            )
        values[attribute], names[attribute] = value, name
    # llama.cpp looks over the last 64 tokens where it is not told, vLLM over all.
    if names.get("repeat_penalty") == "repeat_penalty":
        values.setdefault("repeat_last_n", 64)
    return replace(sampling, **values)


def read_thinking(fields: Fields) -> Thinking:
    """Read whether the template is to let the model think; other members have no effect."""
    if (switched := fields.optional("enable_thinking", boolean)) is not None:
        return Thinking(_effort(on=switched), "enable_thinking", _told(fields))
    told = fields.optional(TEMPLATE, Fields)
    switch = next((name for name in SWITCHES if told and told.has(name)), None)
    if told is None or switch is None:
        return Thinking(ignored=_told(fields))
    on = told.required(switch, boolean)
    return Thinking(_effort(on=on), f"{TEMPLATE}.{switch}", _told(fields, switch))


def _told(fields: Fields, *served: str) -> tuple[str, ...]:
    told = fields.optional(TEMPLATE, Fields)
    names = told.names() if told else ()
    return tuple(f"{TEMPLATE}.{name}" for name in names if name not in served)


def _effort(*, on: bool) -> Effort:
    return "medium" if on else "none"
