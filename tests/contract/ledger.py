"""What becomes of every field of OpenAI's chat request, and the tests that prove it.

A field is `SERVED`, `WITHOUT_EFFECT` (on the written list, with its reason) or `REFUSED` by name.
`test_ledger.py` compares this with the installed client's own list, both ways.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Fate(Enum):
    """What becomes of a field."""

    SERVED = auto()
    WITHOUT_EFFECT = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class Entry:
    """One field; `proof` names tests as `module.function`."""

    fate: Fate
    proof: tuple[str, ...]


REQUEST = "wire.chat.test_request"
FIELD = "wire.chat.test_field_faults"
TOOL = "wire.chat.test_tool_faults"
API = "api.test_chat"
BEYOND_API = "api.test_chat_beyond"


def served(*proof: str) -> Entry:
    return Entry(Fate.SERVED, proof)


EFFECTLESS = Entry(Fate.WITHOUT_EFFECT, (f"{REQUEST}.test_what_has_no_effect_has_none",))
REFUSED = Entry(
    Fate.REFUSED,
    (f"{FIELD}.test_what_would_change_the_answer_and_cannot_is_refused_by_name",),
)
STORED = served("api.test_stored.test_a_stored_answer_is_found_again")
PENALTIES = served(f"{REQUEST}.test_sampling", f"{FIELD}.test_bounds")
TOOLS = served(f"{REQUEST}.test_tool_choice", f"{TOOL}.test_tools", f"{API}.test_a_call_of_a_tool")
FUNCTIONS = served(f"{REQUEST}.test_functions_are_tools_by_their_old_name")
LIMIT = served(
    f"{REQUEST}.test_both_names_of_the_limit_mean_the_same",
    f"{API}.test_an_answer_ends_at_its_limit",
)
SPOKEN = served(
    f"{REQUEST}.test_spoken_answers",
    "wire.chat.test_spoken_faults.test_spoken_answers",
    "api.test_chat_sound.test_an_answer_is_spoken",
)
LOGPROBS = served(f"{REQUEST}.test_logprobs", f"{API}.test_logprobs")

LEDGER: dict[str, Entry] = {
    "messages": served("wire.chat.test_message_faults.test_messages"),
    "model": served(f"{API}.test_an_answer_names_the_model_as_it_was_asked_for"),
    "audio": SPOKEN,
    "frequency_penalty": PENALTIES,
    "function_call": FUNCTIONS,
    "functions": FUNCTIONS,
    "logit_bias": PENALTIES,
    "logprobs": LOGPROBS,
    "max_completion_tokens": LIMIT,
    "max_tokens": LIMIT,
    "metadata": STORED,
    "modalities": SPOKEN,
    "moderation": REFUSED,
    "n": served(f"{REQUEST}.test_n", f"{API}.test_three_choices_count_their_prompt_once"),
    "parallel_tool_calls": served(f"{REQUEST}.test_one_call_at_a_time"),
    "prediction": served(
        f"{REQUEST}.test_a_prediction_is_a_text_or_its_parts",
        "wire.chat.test_field_faults.test_predictions",
        f"{API}.test_tokens_of_a_prediction_are_counted",
        "engines.remote_openai.test_body.test_a_prediction_is_passed_on",
    ),
    "presence_penalty": PENALTIES,
    "prompt_cache_key": EFFECTLESS,
    "prompt_cache_options": EFFECTLESS,
    "prompt_cache_retention": EFFECTLESS,
    "reasoning_effort": served(
        "engines.llama_cpp.test_thinking.test_a_thought_ends_at_its_budget_and_the_answer_begins",
        "engines.llama_cpp.test_thinking.test_a_model_that_does_not_think_refuses_to",
        f"{API}.test_what_is_thought_stands_apart",
    ),
    "response_format": served(f"{REQUEST}.test_response_format", f"{TOOL}.test_response_format"),
    "safety_identifier": EFFECTLESS,
    "seed": PENALTIES,
    "service_tier": Entry(
        Fate.WITHOUT_EFFECT, (f"{REQUEST}.test_the_tier_is_resolved_as_openai_does",)
    ),
    "stop": served(
        f"{REQUEST}.test_stop_is_one_or_many", f"{API}.test_a_stop_sequence_is_not_said"
    ),
    "store": STORED,
    "stream": served(f"{API}.test_a_stream_and_a_whole_answer_say_the_same"),
    "stream_options": served(
        f"{REQUEST}.test_stream_options", f"{API}.test_usage_of_a_stream_comes_last"
    ),
    "temperature": PENALTIES,
    "tool_choice": TOOLS,
    "tools": TOOLS,
    "top_logprobs": LOGPROBS,
    "top_p": PENALTIES,
    "user": EFFECTLESS,
    "verbosity": served(f"{REQUEST}.test_verbosity_is_told_to_the_model"),
    "web_search_options": REFUSED,
}

BEYOND: dict[str, Entry] = {
    "x_consensus": served(f"{BEYOND_API}.test_consensus_of_documents"),
    "x_dry_run": served(f"{BEYOND_API}.test_a_dry_run_tells_what_a_request_would_take"),
}
"""Fields of ours."""
