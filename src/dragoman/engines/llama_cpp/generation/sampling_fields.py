"""The fields of llama.cpp's server that say how the next token is drawn."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dragoman.domain.chat import ChatRequest, Sampling
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.settings import Settings

SEEDS = 2**31
ALL = 2**20
"""Tokens over which penalties look: more than any context has."""
DRY = {
    "dry_multiplier": 0.8,
    "dry_base": 1.75,
    "dry_allowed_length": 24,
    "dry_penalty_last_n": 512,
    # Nothing interrupts a run. The list must not be empty, and any other text is looked for in
    # every token of the vocabulary at the start of each choice, while all other answers wait.
    "dry_sequence_breakers": [""],
}
"""Against loops: a run of more than 24 tokens that repeats gets ever less likely."""


def greedy_if_exact(request: ChatRequest, *, exact: bool) -> Sampling:
    """How to draw, where no temperature leaves it to us; `exact`: without dice."""
    if exact and request.sampling.temperature is None and request.choices == 1:
        return replace(request.sampling, temperature=0.0)
    return request.sampling


def fields(
    sampling: Sampling, settings: Settings, prompt: Sequence[int], vocabulary: Vocabulary
) -> dict[str, Any]:
    """The fields of a completion that say how to draw.

    Raises:
        RequestInvalid: `logit_bias` names a token that the model does not have.
    """
    seed = secrets.randbelow(SEEDS) if sampling.seed is None else sampling.seed % SEEDS
    temperature = 1.0 if sampling.temperature is None else sampling.temperature
    body: dict[str, Any] = {
        "temperature": temperature * settings.temperature_scale,
        "top_p": 1.0 if sampling.top_p is None else sampling.top_p,
        "top_k": max(0, sampling.top_k or 0),
        "min_p": settings.min_p if sampling.min_p is None else sampling.min_p,
        "typical_p": 1.0 if sampling.typical_p is None else sampling.typical_p,
        "seed": seed,
    }
    if sampling.repeat_penalty is not None:
        last = sampling.repeat_last_n
        body |= {
            "repeat_penalty": sampling.repeat_penalty,
            "repeat_last_n": ALL if last is None or last < 0 else last,
        }
    bias: dict[int, float] = {}
    if sampling.presence_penalty or sampling.frequency_penalty:
        body |= {
            "repeat_last_n": ALL,
            "presence_penalty": sampling.presence_penalty or 0.0,
            "frequency_penalty": sampling.frequency_penalty or 0.0,
        }
        bias = _prompt_excused(sampling, prompt)
    for token, weight in (sampling.logit_bias or {}).items():
        if not 0 <= token < vocabulary.size:
            raise RequestInvalid(
                f"Invalid key in 'logit_bias': {token}. Expected a token id below "
                f"{vocabulary.size}.",
                param="logit_bias",
                code="invalid_value",
            )
        bias[token] = bias.get(token, 0.0) + weight
    if bias:
        body["logit_bias"] = _biases(bias, sampling.logit_bias or {})
    return body


def _prompt_excused(sampling: Sampling, prompt: Sequence[int]) -> dict[int, float]:
    # OpenAI counts the answer's tokens; llama.cpp the prompt's too, the end of a turn among them,
    # so that a penalty would keep the model from ending. What the prompt adds is given back.
    presence, frequency = sampling.presence_penalty or 0.0, sampling.frequency_penalty or 0.0
    return {token: presence + frequency * count for token, count in Counter(prompt).items()}


def _biases(
    bias: Mapping[int, float], asked: Mapping[int, float]
) -> list[tuple[int, float | bool]]:
    return [
        (token, False if asked.get(token, 0.0) <= -100 else weight)
        for token, weight in bias.items()
    ]
