"""Answers of `/v1/completions`; keys that were not set are left out when they are written."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from dragoman.domain.chat import TokenLogprob
from dragoman.domain.continuation import Alternative, PromptToken
from dragoman.wire.chat.logprobs import NEVER
from dragoman.wire.chat.usage import CompletionUsage

AnyToken = TokenLogprob | PromptToken


class Logprobs(BaseModel):
    """The log-probabilities of one choice, or of one piece of it: four lists, token by token."""

    tokens: list[str]
    token_logprobs: list[float | None]
    top_logprobs: list[dict[str, float] | None] | None
    """The likeliest tokens at each place; null where none were asked for."""
    text_offset: list[int]
    """The place of each token in the choice's `text`, in code points."""


class Choice(BaseModel):
    """One continuation, or a piece of one."""

    text: str
    index: int
    logprobs: Logprobs | None
    finish_reason: Literal["stop", "length"] | None


class Completion(BaseModel):
    """The answer, or one piece of a stream."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[Choice]
    system_fingerprint: str
    usage: CompletionUsage | None = None


class Places:
    """The places of the tokens in one choice's text."""

    def __init__(self) -> None:
        self._characters = 0
        self._part = b""

    def logprobs(self, tokens: Iterable[AnyToken], top: int) -> Logprobs:
        """Build the log-probabilities of the next tokens, with the `top` likeliest alternatives."""
        told = Logprobs(tokens=[], token_logprobs=[], top_logprobs=[], text_offset=[])
        best: list[dict[str, float] | None] = []
        for token in tokens:
            told.tokens.append(token.token)
            told.token_logprobs.append(_score(token.logprob))
            told.text_offset.append(self._characters)
            best.append(None if token.logprob is None else _best(token.top[:top]))
            self._pass(token.data)
        told.top_logprobs = best if top else None
        return told

    def _pass(self, data: bytes) -> None:
        """A token whose first byte goes on with a character begins where that one does."""
        self._part += data
        whole = self._part.decode("utf-8", "ignore")
        self._characters += len(whole)
        self._part = self._part[len(whole.encode()) :]


def _score(logprob: float | None) -> float | None:
    return None if logprob is None else max(logprob, NEVER)


def _best(top: Iterable[Alternative]) -> dict[str, float]:
    return {each.token: max(each.logprob, NEVER) for each in top}
