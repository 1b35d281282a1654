"""Log-probabilities in OpenAI's form."""

from collections.abc import Iterable

from pydantic import BaseModel

from dragoman.domain.chat import Alternative, TokenLogprob

NEVER = -9999.0
"""The number of OpenAI's for a token that is next to impossible; JSON has no infinity."""


class TopLogprob(BaseModel):
    """A token, its natural log-probability and its bytes in UTF-8."""

    token: str
    logprob: float
    bytes: list[int]


class ContentLogprob(TopLogprob):
    """A token that was drawn, with the likeliest at its place."""

    top_logprobs: list[TopLogprob]


class Logprobs(BaseModel):
    """The log-probabilities of one choice, or of one piece of it."""

    content: list[ContentLogprob]
    refusal: None


def _top(token: Alternative) -> TopLogprob:
    logprob = max(token.logprob, NEVER)
    return TopLogprob(token=token.token, logprob=logprob, bytes=list(token.data))


def logprobs(tokens: Iterable[TokenLogprob]) -> Logprobs:
    """Build the log-probabilities of the engine's tokens, in order."""
    content = [
        ContentLogprob(
            token=token.token,
            logprob=max(token.logprob, NEVER),
            bytes=list(token.data),
            top_logprobs=[_top(alternative) for alternative in token.top],
        )
        for token in tokens
    ]
    return Logprobs(content=content, refusal=None)
