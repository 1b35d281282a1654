"""Shares of probability for the words that an answer may be, by its likeliest first tokens."""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from dragoman.domain.chat import Alternative

Asker: TypeAlias = Callable[[str], Sequence[Alternative]]
"""The likeliest tokens of an answer that begins with a text."""

LEAST = 1e-6
"""A share that is as good as none: beyond it the log-odds say nothing."""
NEARLY = 0.8
"""The share of the likeliest word's share from which on another word may be meant, too."""
BEGINNINGS = 4
"""Tokens of words that begin alike which are looked at."""


def likeliest(names: Sequence[str], ask: Asker) -> dict[str, float]:
    """The shares of the likeliest of `names`, and of those that are nearly as likely."""
    shares, written = dict.fromkeys(names, 1.0), ""
    for _ in range(BEGINNINGS):
        if len(shares) < 2:
            break
        first = ask(written)
        shares = _largest(first, list(shares), written)
        # Names that begin alike are told apart by what comes after that.
        token = _beginning(first, list(shares), written)
        written += token
        if not token or not all(
            len(name) > len(written) and name.startswith(written) for name in shares
        ):
            break
    return shares


def _largest(first: Sequence[Alternative], names: Sequence[str], written: str) -> dict[str, float]:
    """The shares of those of `names`, begun with `written`, that have the largest, or nearly."""
    shares = {name: share_of(first, [name.removeprefix(written)]) for name in names}
    most = max(shares.values())
    return {name: share for name, share in shares.items() if share >= NEARLY * most}


def _beginning(first: Sequence[Alternative], names: Sequence[str], written: str) -> str:
    """The likeliest token with which one of `names` goes on after `written`, if there is one."""
    tokens = (each.token.strip() for each in first)
    starts = (
        token
        for token in tokens
        if token and any(name.startswith(written + token) for name in names)
    )
    return next(starts, "")


def odds(first: Sequence[Alternative], for_it: Sequence[str], against: Sequence[str]) -> float:
    """The log-odds of the words `for_it`, by the tokens that they may begin with."""
    return math.log((share_of(first, for_it) + LEAST) / (share_of(first, against) + LEAST))


def share_of(first: Sequence[Alternative], words: Sequence[str]) -> float:
    """The share of the tokens that one of the words may begin with."""
    lower = [word.lower() for word in words]
    return sum(
        math.exp(item.logprob)
        for item in first
        if (token := item.token.strip().lower()) and any(_begins(word, token) for word in lower)
    )


def _begins(word: str, token: str) -> bool:
    # One letter may be the beginning of anything.
    return word.startswith(token) and (len(token) > 1 or len(word) == 1)
