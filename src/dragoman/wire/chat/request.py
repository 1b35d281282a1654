"""The body of `POST /v1/chat/completions`, checked in OpenAI's order of faults."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from dragoman.domain.chat import ChatRequest, JsonObject, Sampling
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.openai_tokens import encoding_of
from dragoman.wire.chat import local
from dragoman.wire.chat.effectless import (
    ACCEPTED_WITHOUT_EFFECT,
    check_effectless,
    check_refused,
    effort,
    service_tier,
    verbosity,
)
from dragoman.wire.chat.extensions import EXTENSIONS, Extensions, read_extensions
from dragoman.wire.chat.formats import check_json_is_asked_for, response_format
from dragoman.wire.chat.guided import read_guided
from dragoman.wire.chat.messages import messages
from dragoman.wire.chat.prediction import read_prediction, with_prediction
from dragoman.wire.chat.sieving import sieved
from dragoman.wire.chat.spoken import read_spoken
from dragoman.wire.chat.tools import Tools, read_tools
from dragoman.wire.faults import missing
from dragoman.wire.fields import (
    Check,
    Fields,
    Json,
    array,
    boolean,
    decimal,
    integer,
    members,
    string,
    wrong_type,
)
from dragoman.wire.ignored import ignored
from dragoman.wire.metadata import metadata
from dragoman.wire.strangers import Sieve, Unknown, listed

FIELDS = (
    "model",
    "messages",
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "metadata",
    "modalities",
    "moderation",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
)
REASONING = re.compile(r"gpt-[5-9]|o\d|codex")
"""The beginnings of names that reason at OpenAI: code for them says how long, whatever model
answers here."""
INT64 = 2**63
NO_LABELS: Mapping[str, str] = {}
STOP = string(shortest=1)
STOPS = array(STOP, 1, 4, "an array of strings")
MOST_TOKENS = 2**20
"""The largest limit on tokens: no model of OpenAI's can write or read so many, so a higher limit is
a slip, and a lower one is clipped to the room that there is."""


def token_limit(least: int) -> Check[int]:
    """Read the most tokens of an answer; a `Check`, with the words of every endpoint of text."""
    whole = integer(least, 2**31 - 1)

    def check(value: Json, path: str) -> int:
        limit = whole(value, path)
        if limit > MOST_TOKENS:
            raise RequestInvalid(
                f"{path} is too large: {limit}. This model supports at most {MOST_TOKENS} "
                f"completion tokens, whereas you provided {limit}.",
                param=path,
                code="invalid_value",
            )
        return limit

    return check


LIMIT = token_limit(1)


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """The options of a stream: what it carries besides the answer."""

    include_usage: bool = False
    include_obfuscation: bool = True


@dataclass(frozen=True, slots=True)
class ChatCall:
    """A request for a completion: what the engine needs, and how the answer is to be written."""

    model: str
    request: ChatRequest
    messages: Json
    """The messages as they came."""
    tools: Tools
    stream: bool
    options: StreamOptions
    service_tier: str
    store: bool
    metadata: Mapping[str, str]
    scored: bool
    """Whether the answer shows log-probabilities."""
    extensions: Extensions
    ignored: tuple[str, ...] = ()
    """The fields that have no effect."""
    effort: str = "reasoning_effort"
    """The field that sets the reasoning effort."""


def parse(body: Mapping[str, Json], unknown: Unknown = "refuse") -> ChatCall:
    """Read a body; `unknown` says what becomes of fields that nobody knows.

    Raises:
        RequestInvalid: the first fault, in the order in which OpenAI looks.
    """
    sieve = Sieve(unknown)
    known = (*FIELDS, *EXTENSIONS, *local.SERVED)
    fields = Fields(sieved(sieve, body, known))
    if not (model := fields.optional("model", string())):
        raise RequestInvalid("you must provide a model parameter")
    if "messages" not in body:
        raise missing("messages")
    fields.only(*known)
    conversation = fields.required("messages", messages)
    tools = read_tools(fields)
    max_completion_tokens = fields.optional("max_completion_tokens", LIMIT)
    n = fields.optional("n", integer(1, 128), 1)
    sampling = read_sampling(fields)
    top_logprobs = _top_logprobs(fields)
    check_effectless(fields)
    seed = fields.optional("seed", integer(-INT64, INT64 - 1))
    answer_format = fields.optional("response_format", response_format, ChatRequest(()).format)
    tier = service_tier(fields)
    max_tokens = _max_tokens(fields, max_completion_tokens)
    thought = effort(fields)
    logit_bias = fields.optional("logit_bias", logit_bias_of)
    stop = fields.optional("stop", _stop, ())
    stream = fields.optional("stream", boolean, default=False)
    options = stream_options(fields, stream=stream)
    store = fields.optional("store", boolean, default=False)
    labels = fields.optional("metadata", metadata, NO_LABELS)
    predicted = read_prediction(fields)
    answer_format = read_guided(fields, answer_format)
    told = verbosity(fields)
    spoken = read_spoken(fields, answer_format, stream=stream)
    progress = fields.optional("return_progress", boolean, default=False)
    check_refused(fields)
    extensions = read_extensions(fields, choices=n, stream=stream)
    sampling = local.with_sampling(fields, sampling)
    thinking = local.read_thinking(fields)
    optional = REASONING.match(model) is not None or bool(thinking.effort and not thought)
    if isinstance(answer_format, JsonObject):
        check_json_is_asked_for(conversation)
    request = ChatRequest(
        messages=conversation,
        choices=n,
        max_tokens=max_tokens,
        stop=stop,
        sampling=_with_bias(replace(sampling, seed=seed), logit_bias, model),
        format=answer_format,
        tools=tools.tools,
        tool_choice=tools.choice,
        top_logprobs=0 if top_logprobs is None and extensions.consensus else top_logprobs,
        spoken=spoken,
        dry_run=extensions.dry_run,
        effort=thought or thinking.effort,
        effort_optional=optional,
        instructions=told,
        progress=progress and stream,
    )
    return ChatCall(
        model=model,
        request=with_prediction(request, predicted),
        messages=body["messages"],
        tools=tools,
        stream=stream,
        options=options,
        service_tier=tier,
        store=store,
        metadata=labels,
        scored=top_logprobs is not None,
        extensions=extensions,
        ignored=_idle(body, sieve.names, thinking.ignored, progress=progress and not stream),
        effort="reasoning_effort" if thought else thinking.field,
    )


def _idle(body: Mapping[str, Json], *names: Collection[str], progress: bool) -> tuple[str, ...]:
    """What has no effect; `progress`: nor is there anybody to tell how far the prompt is read."""
    idle = ["return_progress"] if progress else []
    effectless = ignored(body, ACCEPTED_WITHOUT_EFFECT)
    return listed((*effectless, *(name for some in names for name in some), *idle))


def _with_bias(sampling: Sampling, bias: Mapping[int, float] | None, model: str) -> Sampling:
    """The ids are those of the name that was asked for, see `encoding_of`."""
    return replace(sampling, logit_bias=bias, encoding=encoding_of(model) if bias else None)


def read_sampling(fields: Fields) -> Sampling:
    """Read the sampling, without `seed` and `logit_bias`."""
    penalty = decimal(-2, 2)
    return Sampling(
        temperature=fields.optional("temperature", decimal(0, 2)),
        top_p=fields.optional("top_p", decimal(0, 1)),
        presence_penalty=fields.optional("presence_penalty", penalty),
        frequency_penalty=fields.optional("frequency_penalty", penalty),
    )


def _top_logprobs(fields: Fields) -> int | None:
    wanted = fields.optional("logprobs", boolean, default=False)
    top = fields.optional("top_logprobs", integer(0, 20))
    if top is not None and not wanted:
        raise RequestInvalid(
            "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
            param="top_logprobs",
        )
    return (top or 0) if wanted else None


def _max_tokens(fields: Fields, max_completion_tokens: int | None) -> int | None:
    max_tokens = fields.optional("max_tokens", LIMIT)
    if max_tokens is not None and max_completion_tokens is not None:
        raise RequestInvalid(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            param="max_tokens",
            code="invalid_parameter_combination",
        )
    return max_completion_tokens if max_tokens is None else max_tokens


def logit_bias_of(value: Json, path: str) -> Mapping[int, float]:
    """Read a map from token id to weight; a `Check`."""
    bias = decimal(-100, 100)
    biases: dict[int, float] = {}
    for token, amount in members(value, path).items():
        if not (token.isascii() and token.isdecimal() and len(token) <= 10):
            raise RequestInvalid(
                f"Invalid key in 'logit_bias': {token[:64]}. Keys are token ids: whole numbers "
                "that are not negative.",
                param=path,
                code="invalid_value",
            )
        biases[int(token)] = bias(amount, f"{path}.{token}")
    return biases


def _stop(value: Json, path: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (STOP(value, path),)
    if not isinstance(value, list):
        raise wrong_type(value, path, "one of a string or array of strings")
    return STOPS(value, path)


def stream_options(fields: Fields, *, stream: bool) -> StreamOptions:
    """Read `stream_options`, which is only for streams."""
    options = fields.optional("stream_options", Fields)
    if options is None:
        return StreamOptions()
    if not stream:
        raise RequestInvalid(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    options.only("include_usage", "include_obfuscation")
    return StreamOptions(
        options.optional("include_usage", boolean, default=False),
        options.optional("include_obfuscation", boolean, default=True),
    )
