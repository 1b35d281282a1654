"""A text that is continued as it is, without a conversation; and what tokens a text has."""

from dataclasses import dataclass

from dragoman.domain.openai_tokens import Encoding


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token that could have been drawn: natural `logprob` ≤ 0, and its bytes in UTF-8."""

    token: str
    logprob: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Continuation:
    """A text to go on with, in place of a conversation, and perhaps the one after the gap.

    The names of control tokens in `text` mean those tokens: whoever continues a text writes all of
    it. Those in a text around a gap, where there is a `suffix`, mean nothing.
    """

    text: str = ""
    tokens: tuple[int, ...] | None = None
    """The prompt as token ids; None: the prompt is `text`."""
    encoding: Encoding | None = None
    """The encoding of `tokens`; None: the model's own."""
    bare: bool = False
    """Whether the token that the model wants before every text is left out."""
    suffix: str | None = None
    """The text that follows what is wanted; None: the answer is the end of the text."""
    echo: bool = False
    """Whether the text comes back before its continuations, see `PromptShown`."""


@dataclass(frozen=True, slots=True)
class PromptToken:
    """A token of the prompt, and how likely it was after those before it, if it had any."""

    token: str
    data: bytes
    logprob: float | None
    """The natural log-probability of the token; None: it is the first token of all."""
    top: tuple[Alternative, ...] = ()
    """The likeliest tokens at this place, the best first."""


@dataclass(frozen=True, slots=True)
class PromptShown:
    """A piece of the prompt, in order, before all answers; only where the request wants an echo."""

    text: str
    tokens: tuple[PromptToken, ...] = ()
    """The tokens of the text, where the request wants log-probabilities."""


@dataclass(frozen=True, slots=True)
class Tokenised:
    """The prompt in the model's own tokens: the one event of a request that wants no more."""

    tokens: tuple[int, ...]
    names: tuple[str, ...]
    """Each token's text, or `bytes:…` where it is a part of a character."""
    text: str
    """The text that all tokens together stand for."""
    context_tokens: int
    """The size of the model's context in tokens."""
    start: str | None = None
    """The name of the token that may stand before a text; None: there is none."""
    end: str | None = None
    """The name of the token that ends an answer."""
