"""The body of `POST /v1/completions`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from dragoman.domain.chat import ChatRequest, FreeText, Sampling
from dragoman.domain.continuation import Continuation
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.openai_tokens import Encoding, encoding_of
from dragoman.wire.chat import local
from dragoman.wire.chat.guided import read_guided
from dragoman.wire.chat.request import (
    INT64,
    StreamOptions,
    logit_bias_of,
    read_sampling,
    stream_options,
    token_limit,
)
from dragoman.wire.fields import Fields, Json, array, boolean, integer, string, wrong_type
from dragoman.wire.ignored import ignored
from dragoman.wire.strangers import Sieve, Unknown, listed

FIELDS = (
    "model",
    "prompt",
    "best_of",
    "echo",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_tokens",
    "n",
    "presence_penalty",
    "seed",
    "stop",
    "stream",
    "stream_options",
    "suffix",
    "temperature",
    "top_p",
    "user",
)
WITHOUT_EFFECT: Mapping[str, str] = {
    "user": "names an end user to OpenAI's abuse detection; here nobody is watched",
}
IDLE: Mapping[str, str] = {
    **local.WITHOUT_EFFECT,
    local.TEMPLATE: "a text is continued as it is",
    "return_progress": "how far a prompt is read is told in chats alone",
}
"""The fields of local servers that change nothing, with the reason."""
USUAL_TOKENS = 16
"""The `max_tokens` of a request that names none, as at OpenAI."""
MOST_CHOICES = 128
"""The most continuations of one request, of all its prompts together."""
LOCAL = (*local.SAMPLING, *local.GUIDED)
STOP = string(shortest=1)
STOPS = array(STOP, 0, 64, "an array of strings")
"""The most stop sequences, more than OpenAI's four: editors send the names of a dozen control
tokens."""
LIMIT = token_limit(0)
TOKENS = array(integer(0, 2**31 - 1), 1, None, "an array of token ids")


@dataclass(frozen=True, slots=True)
class CompletionCall:
    """A request for continuations: what the engine needs, and how the answer is written."""

    model: str
    requests: tuple[ChatRequest, ...]
    """The requests for the engine, one for each prompt."""
    n: int
    """The continuations of each prompt that are shown: the likeliest of those that are written."""
    stream: bool
    options: StreamOptions
    logprobs: int | None
    """The alternatives that are shown of each token; None: no log-probabilities."""
    ignored: tuple[str, ...] = ()
    """The fields that have no effect."""


def parse(body: Mapping[str, Json], unknown: Unknown = "refuse") -> CompletionCall:
    """Read a body; `unknown` says what becomes of fields that nobody knows.

    Raises:
        RequestInvalid: the first fault.
    """
    sieve = Sieve(unknown)
    known = (*FIELDS, *LOCAL)
    kept = sieve.without(body, "", IDLE, known)
    fields = Fields(kept)
    if not (model := fields.optional("model", string())):
        raise RequestInvalid("you must provide a model parameter")
    fields.only(*known)
    prompts = fields.optional("prompt", _prompts, (Continuation(),))
    n = fields.optional("n", integer(1, 128), 1)
    stream = fields.optional("stream", boolean, default=False)
    best_of = _best_of(fields, n, stream=stream)
    if len(prompts) * best_of > MOST_CHOICES:
        raise RequestInvalid(
            f"Too many continuations: {len(prompts)} prompts of {best_of} each. At most "
            f"{MOST_CHOICES} are written for one request.",
            param="prompt",
            code="invalid_value",
        )
    shown = _shown(fields)
    top = fields.optional("logprobs", integer(0, 5))
    encoding = encoding_of(model)
    sampling = local.with_sampling(fields, _sampling(fields, encoding))
    request = ChatRequest(
        (),
        choices=best_of,
        max_tokens=fields.optional("max_tokens", LIMIT, USUAL_TOKENS),
        stop=fields.optional("stop", _stop, ()),
        sampling=sampling,
        format=read_guided(fields, FreeText()),
        top_logprobs=0 if top is None and best_of > n else top,
    )
    fields.optional("user", string())
    texts = (
        replace(
            text,
            encoding=None if text.tokens is None else encoding,
            suffix=shown.suffix,
            echo=shown.echo,
        )
        for text in prompts
    )
    return CompletionCall(
        model=model,
        requests=tuple(replace(request, continuation=text) for text in texts),
        n=n,
        stream=stream,
        options=stream_options(fields, stream=stream),
        logprobs=top,
        ignored=listed((*ignored(body, WITHOUT_EFFECT), *sieve.names)),
    )


def _prompts(value: Json, path: str) -> tuple[Continuation, ...]:
    """A text, an array of texts, the tokens of one, or an array of those."""
    if isinstance(value, str):
        return (Continuation(value),)
    if not isinstance(value, list):
        raise wrong_type(value, path, "one of a string or array of strings")
    items = cast("list[Json]", value)
    if items and isinstance(items[0], int) and not isinstance(items[0], bool):
        return (_of_tokens(items, path),)
    if items and isinstance(items[0], list):
        return array(_of_tokens, 1, MOST_CHOICES)(items, path)
    texts = array(string(), 1, MOST_CHOICES, "an array of strings")(items, path)
    return tuple(Continuation(text) for text in texts)


def _of_tokens(value: Json, path: str) -> Continuation:
    return Continuation(tokens=TOKENS(value, path))


def _stop(value: Json, path: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (STOP(value, path),)
    if not isinstance(value, list):
        raise wrong_type(value, path, "one of a string or array of strings")
    return STOPS(value, path)


def _best_of(fields: Fields, n: int, *, stream: bool) -> int:
    """How many are written of each prompt."""
    best_of = fields.optional("best_of", integer(1, 20), n)
    if best_of < n:
        raise RequestInvalid(
            f"'best_of' must not be below 'n': got {best_of} and {n}.",
            param="best_of",
            code="invalid_value",
        )
    if stream and best_of > n:
        raise RequestInvalid(
            "'best_of' above 'n' is not allowed when 'stream' is enabled: which continuation is "
            "best is known when all are whole.",
            param="best_of",
            code="invalid_parameter_combination",
        )
    return best_of


def _shown(fields: Fields) -> Continuation:
    """What surrounds the continuation."""
    # Editors send an empty one where the text ends.
    suffix = fields.optional("suffix", string()) or None
    echo = fields.optional("echo", boolean, default=False)
    if echo and suffix is not None:
        raise RequestInvalid(
            "'echo' and 'suffix' are not allowed together.",
            param="echo",
            code="invalid_parameter_combination",
        )
    return Continuation(suffix=suffix, echo=echo)


def _sampling(fields: Fields, encoding: Encoding | None) -> Sampling:
    bias = fields.optional("logit_bias", logit_bias_of)
    return replace(
        read_sampling(fields),
        seed=fields.optional("seed", integer(-INT64, INT64 - 1)),
        logit_bias=bias,
        encoding=encoding if bias else None,
    )
