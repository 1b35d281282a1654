"""Draws tokens from logits, touching only those that may be drawn.

The order is llama.cpp's: bias, penalties, DRY, then `top_k`, `typical_p`, `top_p`, `min_p`, and
the temperature last. Log-probabilities come from the logits before all of that.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dragoman.engines.llama_cpp.decoding.library import Logits

Tokens = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]
Allowed = npt.NDArray[np.bool_]
"""A row for each token of the vocabulary: whether a grammar allows it."""

STEEPEST = 80.0
"""The most that DRY takes from a logit: beyond, a token is never drawn anyway."""
UNHEARD_OF = 25.0
"""How far below the likeliest a token is that is never drawn: once in 70 billion times."""
FIRST_BOUND = 8.0
"""How far below the likeliest the likeliest few are looked for first."""


@dataclass(frozen=True, slots=True)
class Dry:
    """Makes what would repeat a run of tokens less likely, the more the longer the run is."""

    multiplier: float
    base: float
    allowed: int
    """Tokens of a run that cost nothing."""
    last: int
    """How many of the latest tokens are looked at."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn."""

    temperature: float = 1.0
    """0: always the likeliest."""
    top_k: int = 0
    """0: all."""
    top_p: float = 1.0
    min_p: float = 0.0
    typical_p: float = 1.0
    seed: int = 0
    repeat_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    penalty_last: int = 0
    """How many of the latest tokens the three penalties count."""
    bias: tuple[tuple[int, float], ...] = ()
    """Added to the logits; minus infinity forbids a token."""
    dry: Dry | None = None


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a drawn token was, and which tokens were likeliest, the model's own numbers."""

    logprob: float
    top: tuple[tuple[int, float], ...]


def likely(logits: Logits, token: int, count: int) -> Likely:
    """The log-probability of `token` and of the `count` likeliest, from the unmodified row."""
    highest = float(logits.max())
    total = highest + math.log(float(np.exp(logits - highest).sum(dtype=np.float64)))
    top = likeliest(logits, count)
    return Likely(
        float(logits[token]) - total,
        tuple((int(each), float(logits[each]) - total) for each in top),
    )


def likeliest(logits: Logits, count: int) -> Tokens:
    """The `count` tokens with the highest logits, the highest first."""
    if count <= 0:
        return np.empty(0, np.intp)
    # Sorting a whole vocabulary takes more than a millisecond; few tokens are near the likeliest.
    bound = FIRST_BOUND
    highest = logits.max()
    while True:
        near = np.flatnonzero(logits >= highest - bound)
        if len(near) >= count or bound > 1e4 or len(near) == len(logits):
            return near[np.argsort(-logits[near], kind="stable")][:count]
        bound *= 2


class Sampler:
    """Draws the tokens of one choice."""

    def __init__(self, sampling: Sampling, prompt: Sequence[int], choice: int = 0) -> None:
        """`prompt` counts where penalties look further back than the answer of this `choice`."""
        self._how = sampling
        self._chance = np.random.default_rng(sampling.seed + choice)
        self._bias_tokens = np.array([token for token, _ in sampling.bias], np.intp)
        self._bias = np.array([weight for _, weight in sampling.bias], np.float32)
        self._history: list[int] = []
        self._counts: Counter[int] = Counter()
        self._run_ends = _Runs(sampling.dry.last) if sampling.dry else None
        self._penalises = sampling.penalty_last > 0 and (
            sampling.repeat_penalty != 1.0
            or bool(sampling.presence_penalty or sampling.frequency_penalty)
        )
        if self._penalises or self._run_ends:
            window = max(sampling.penalty_last, sampling.dry.last if sampling.dry else 0)
            for token in prompt[-window:]:
                self.note(token)

    def note(self, token: int) -> None:
        """Count a token that was drawn, or forced by a grammar."""
        if self._run_ends:
            self._run_ends.note(token)
        if not self._penalises:
            return
        self._history.append(token)
        self._counts[token] += 1
        if len(self._history) > self._how.penalty_last:
            old = self._history[-self._how.penalty_last - 1]
            self._counts[old] -= 1
            if not self._counts[old]:
                del self._counts[old]

    def draw(self, logits: Logits, allowed: Allowed | None = None) -> int:
        """One token out of those `allowed`; it is not noted yet.

        Where a bias bans all that a grammar allows, the grammar counts.
        """
        row = self._weighted(logits)
        if allowed is not None:
            row = np.where(allowed, row, np.float32(-np.inf))
            if row.max() == -np.inf:
                row = np.where(allowed, logits, np.float32(-np.inf))
        if self._how.temperature <= 0:
            return int(np.argmax(row))
        kept = self._kept(row)
        shares = np.exp((row[kept] - row[kept].max()).astype(np.float64) / self._how.temperature)
        ends: Numbers = np.cumsum(shares)
        chance = self._chance.random() * float(ends[-1])
        drawn = int(np.searchsorted(ends, chance, side="right"))
        return int(kept[min(drawn, len(kept) - 1)])

    def _weighted(self, logits: Logits) -> Logits:
        """The logits with bias, penalties and DRY; a copy where there are any."""
        how = self._how
        runs = self._run_ends.costs(how.dry) if self._run_ends and how.dry else {}
        if not (self._bias_tokens.size or self._counts or runs):
            return logits
        row = logits.copy()
        row[self._bias_tokens] += self._bias
        if self._counts:
            tokens = np.fromiter(self._counts.keys(), np.intp, len(self._counts))
            counts = np.fromiter(self._counts.values(), np.float32, len(self._counts))
            held = row[tokens]
            if how.repeat_penalty != 1.0:
                penalty = how.repeat_penalty
                held = np.where(held <= 0, held * penalty, held / penalty)
            row[tokens] = held - counts * how.frequency_penalty - how.presence_penalty
        for token, cost in runs.items():
            row[token] -= cost
        return row

    def _kept(self, row: Logits) -> Tokens:
        """The tokens that may be drawn, the likeliest first where anything depends on it."""
        how = self._how
        if how.top_k > 0:
            kept = likeliest(row, how.top_k)
        elif how.typical_p < 1.0:
            kept = _above(row, row.max() - UNHEARD_OF)
        elif how.min_p > 0:
            # In llama.cpp `min_p` comes after `top_p`. Both cut the same order from its end, and
            # the whole sum is taken over all tokens, so the sequence does not matter.
            kept = _above(row, row.max() + math.log(how.min_p))
        elif how.top_p < 1.0:
            kept = _holding(row, how.top_p)
        else:
            return np.flatnonzero(row > -np.inf)
        if how.typical_p < 1.0:
            kept = _typical(row, kept, how.typical_p)
        if how.top_p < 1.0:
            whole = how.top_k <= 0 and how.typical_p >= 1.0
            kept = _nucleus(row, kept, how.top_p, whole=whole)
        if how.min_p > 0:
            kept = kept[row[kept] >= row[kept[0]] + math.log(how.min_p)]
        return kept


def _above(row: Logits, bound: float) -> Tokens:
    """The tokens with logits of at least `bound`, the highest first."""
    kept = np.flatnonzero(row >= bound)
    return kept[np.argsort(-row[kept], kind="stable")]


def _holding(row: Logits, share: float) -> Tokens:
    """The likeliest tokens, the highest first, at least so many as have `share` of all."""
    highest = row.max()
    total = float(np.exp(row - highest).sum(dtype=np.float64))
    bound = FIRST_BOUND
    while True:
        kept = _above(row, highest - bound)
        held = float(np.exp(row[kept] - highest).sum(dtype=np.float64))
        if held >= share * total or bound > UNHEARD_OF:
            return kept
        bound *= 2


def _nucleus(row: Logits, kept: Tokens, share: float, *, whole: bool) -> Tokens:
    """The first of `kept` with `share` of their probability; `whole`: of that of all tokens."""
    highest = row[kept[0]]
    weights = np.exp(row[kept] - highest, dtype=np.float64)
    total = float(np.exp(row - highest).sum(dtype=np.float64) if whole else weights.sum())
    before: Numbers = np.cumsum(weights) - weights
    return kept[: max(1, int(np.searchsorted(before, share * total, side="left")))]


def _typical(row: Logits, kept: Tokens, share: float) -> Tokens:
    """Those whose surprise is nearest to what is to be expected, up to `share`; likeliest first."""
    logs = (row[kept] - row[kept[0]]).astype(np.float64)
    logs -= math.log(np.exp(logs).sum())
    chances = np.exp(logs)
    order = np.argsort(np.abs(-logs + (chances * logs).sum()), kind="stable")
    taken = int(np.searchsorted(np.cumsum(chances[order]), share, side="right")) + 1
    return kept[np.sort(order[:taken])]


class _Runs:
    """For each of the latest tokens, how long the run that ends there repeats the very latest."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._tokens: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._lengths: npt.NDArray[np.int64] = np.empty(0, np.int64)

    def note(self, token: int) -> None:
        """Count the next token."""
        # A run that ends with this token is one longer than the one that ended before it.
        longer = np.concatenate(([0], self._lengths))
        same = self._tokens == token
        self._lengths = np.where(same, longer[: len(same)] + 1, 0)
        self._tokens = np.append(self._tokens, token)[-self._last :]
        self._lengths = np.append(self._lengths, 0)[-self._last :]

    def costs(self, dry: Dry) -> dict[int, float]:
        """The penalty of each token that would make such a run longer, taken from its logit."""
        costs: dict[int, float] = {}
        for at in np.flatnonzero(self._lengths[:-1] >= dry.allowed):
            beyond = float(self._lengths[at]) - dry.allowed
            exponent = min(beyond, STEEPEST / math.log(dry.base))
            token = int(self._tokens[at + 1])
            costs[token] = max(costs.get(token, 0.0), dry.multiplier * dry.base**exponent)
        return costs
