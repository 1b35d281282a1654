"""A request to an engine and its answer in OpenTelemetry's GenAI conventions, for spans.

Nothing that a caller or a model writes is in them: no message, no stop sequence, no tool. The
conventions know no word for hearing and speaking: both are `generate_content`, told apart by
`gen_ai.output.type`, as in Microsoft.Extensions.AI.

Source: https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-spans.md
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from dragoman.domain.chat import ChatRequest, JsonDocument, JsonObject, Usage
from dragoman.domain.speech import SpeechRequest
from dragoman.domain.transcription import TranscriptionRequest

Value: TypeAlias = str | bool | int | float | Sequence[str]
Attributes: TypeAlias = dict[str, Value]

OPERATION = "gen_ai.operation.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
PROVIDER = "dragoman"
"""The value of `gen_ai.provider.name`: none of the conventions' own is this server."""


def of_request(request: object) -> Attributes | None:
    """Return the attributes of a request to an engine; None: nothing is generated for it."""
    match request:
        case ChatRequest(dry_run=False, tokens_only=False):
            return _of_chat(request)
        case SpeechRequest(dry_run=False):
            return {**_operation("generate_content"), "gen_ai.output.type": "speech"}
        case TranscriptionRequest():
            return {**_operation("generate_content"), "gen_ai.output.type": "text"}
        case _:
            return None


def of_answer(usage: Usage, finished: Sequence[str], first_s: float | None) -> Attributes:
    """Return the attributes of what an engine generated.

    `first_s` is the time in seconds until its first token, segment or sound. Counts are left out
    where the engine did not come to count.
    """
    attributes: Attributes = {}
    if first_s is not None:
        attributes["gen_ai.response.time_to_first_chunk"] = first_s
    if finished:
        attributes["gen_ai.response.finish_reasons"] = tuple(finished)
    counts = {
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
    }
    return attributes | {name: count for name, count in counts.items() if count}


def _operation(name: str) -> Attributes:
    return {OPERATION: name, "gen_ai.provider.name": PROVIDER}


def _of_chat(request: ChatRequest) -> Attributes:
    sampling = request.sampling
    said: Mapping[str, float | None] = {
        "gen_ai.request.max_tokens": request.max_tokens,
        "gen_ai.request.temperature": sampling.temperature,
        "gen_ai.request.top_p": sampling.top_p,
        "gen_ai.request.top_k": None if sampling.top_k is None else float(sampling.top_k),
        "gen_ai.request.seed": sampling.seed,
        "gen_ai.request.frequency_penalty": sampling.frequency_penalty,
        "gen_ai.request.presence_penalty": sampling.presence_penalty,
        "gen_ai.request.choice.count": None if request.choices == 1 else request.choices,
    }
    attributes = _operation("chat" if request.continuation is None else "text_completion")
    attributes |= {name: value for name, value in said.items() if value is not None}
    if request.spoken is not None:
        attributes["gen_ai.output.type"] = "speech"
    elif isinstance(request.format, JsonObject | JsonDocument):
        attributes["gen_ai.output.type"] = "json"
    return attributes
