"""The tests that prove what becomes of every field of OpenAI's chat request.

What that is says the ledger of `dragoman.wire.compat`, which answers and pages are written from.
`test_ledger.py` compares both with the installed client's own list, each way.
"""

from dataclasses import dataclass

from dragoman.wire.compat.answer import ledger
from dragoman.wire.compat.field import Fate


@dataclass(frozen=True)
class Entry:
    """One field; `proof` names tests as `module.function`."""

    proof: tuple[str, ...]


def fates(path: str) -> dict[str, Fate]:
    """The fields of an endpoint that are no members of others, and what becomes of each."""
    (endpoint,) = [each for each in ledger() if each.path == path]
    return {field.name: field.fate for field in endpoint.fields if field.is_top}


REQUEST = "wire.chat.test_request"
FIELD = "wire.chat.test_field_faults"
TOOL = "wire.chat.test_tool_faults"
API = "api.test_chat"
BEYOND_API = "api.test_chat_beyond"


def proved(*proof: str) -> Entry:
    return Entry(proof)


EFFECTLESS = proved(f"{REQUEST}.test_what_has_no_effect_has_none")
REFUSED = proved(f"{FIELD}.test_what_would_change_the_answer_and_cannot_is_refused_by_name")
STORED = proved("api.test_stored.test_a_stored_answer_is_found_again")
PENALTIES = proved(f"{REQUEST}.test_sampling", f"{FIELD}.test_bounds")
TOOLS = proved(f"{REQUEST}.test_tool_choice", f"{TOOL}.test_tools", f"{API}.test_a_call_of_a_tool")
FUNCTIONS = proved(f"{REQUEST}.test_functions_are_tools_by_their_old_name")
LIMIT = proved(
    f"{REQUEST}.test_both_names_of_the_limit_mean_the_same",
    f"{API}.test_an_answer_ends_at_its_limit",
)
SPOKEN = proved(
    f"{REQUEST}.test_spoken_answers",
    "wire.chat.test_spoken_faults.test_spoken_answers",
    "api.test_chat_sound.test_an_answer_is_spoken",
)
LOGPROBS = proved(f"{REQUEST}.test_logprobs", f"{API}.test_logprobs")

LEDGER: dict[str, Entry] = {
    "messages": proved("wire.chat.test_message_faults.test_messages"),
    "model": proved(f"{API}.test_an_answer_names_the_model_as_it_was_asked_for"),
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
    "n": proved(f"{REQUEST}.test_n", f"{API}.test_three_choices_count_their_prompt_once"),
    "parallel_tool_calls": proved(f"{REQUEST}.test_one_call_at_a_time"),
    "prediction": proved(
        f"{REQUEST}.test_a_prediction_is_a_text_or_its_parts",
        "wire.chat.test_field_faults.test_predictions",
        f"{API}.test_tokens_of_a_prediction_are_counted",
        "engines.remote_openai.test_body.test_a_prediction_is_passed_on",
    ),
    "presence_penalty": PENALTIES,
    "prompt_cache_key": EFFECTLESS,
    "prompt_cache_options": EFFECTLESS,
    "prompt_cache_retention": EFFECTLESS,
    "reasoning_effort": proved(
        "engines.llama_cpp.test_thinking.test_a_thought_ends_at_its_budget_and_the_answer_begins",
        "engines.llama_cpp.test_thinking.test_a_model_that_does_not_think_refuses_to",
        f"{API}.test_what_is_thought_stands_apart",
    ),
    "response_format": proved(f"{REQUEST}.test_response_format", f"{TOOL}.test_response_format"),
    "safety_identifier": EFFECTLESS,
    "seed": PENALTIES,
    "service_tier": proved(f"{REQUEST}.test_the_tier_is_resolved_as_openai_does"),
    "stop": proved(
        f"{REQUEST}.test_stop_is_one_or_many", f"{API}.test_a_stop_sequence_is_not_said"
    ),
    "store": STORED,
    "stream": proved(f"{API}.test_a_stream_and_a_whole_answer_say_the_same"),
    "stream_options": proved(
        f"{REQUEST}.test_stream_options", f"{API}.test_usage_of_a_stream_comes_last"
    ),
    "temperature": PENALTIES,
    "tool_choice": TOOLS,
    "tools": TOOLS,
    "top_logprobs": LOGPROBS,
    "top_p": PENALTIES,
    "user": EFFECTLESS,
    "verbosity": proved(f"{REQUEST}.test_verbosity_is_told_to_the_model"),
    "web_search_options": REFUSED,
}

BEYOND: dict[str, Entry] = {
    "x_consensus": proved(f"{BEYOND_API}.test_consensus_of_documents"),
    "x_dry_run": proved(f"{BEYOND_API}.test_a_dry_run_tells_what_a_request_would_take"),
}
"""Fields of ours."""
