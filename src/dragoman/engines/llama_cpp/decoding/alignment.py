"""Following what an answer may be: what to try next, as it departs from that and returns.

A step that reads several tokens takes less time than as many steps. So tokens that are expected are
read before they are drawn, few where it is not sure that the answer follows, more the longer it
does, and none when too many were wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SIZES = (3, 6, 15, 31)
"""Tokens tried at once, while all are right. With the one that was drawn before them they make
steps of 4, 7, 16 and 32, the sizes that llama.cpp is quickest with for a token."""
WINDOW = 12
"""Tokens after the place where an answer departs, among which it is expected to return."""
FAR = 3
"""Tokens in a row that must agree for it to have returned elsewhere."""
SUREST = 8
"""The tokens in a row that are enough, however often fewer of them were wrong."""
FREE, EARNED = 3.0, 0.03
"""The loss that is allowed at first, and with each token, in tokens' worth of time. Thus nothing
becomes slower by more than a thirtieth, and a few tokens."""
COST, KEPT_BACK = 0.42, 0.08
"""The cost of reading a token that is tried, and the least that is taken off for what is not
counted where it saves a step, in tokens' worth of time."""
FREE_UNASKED = 1.0
"""The loss that is allowed at first where nobody said that the answer is known."""
RUN, LONGEST_RUN = 4, 16
"""Tokens in a row that stand elsewhere, for what follows there to be tried; and as many are enough,
however often it was wrong."""
_MULTIPLIER = 0x9E3779B97F4A7C15


class Alignment:
    """One answer beside one prediction."""

    def __init__(self, predicted: Sequence[int], cost: float = COST, free: float = FREE) -> None:
        """`cost`: of trying one token; `free`: what may be lost; both in tokens' worth of time."""
        self._predicted = list(predicted)
        self._next: int | None = 0
        """The place in the prediction of the token expected next; None: it is not followed."""
        self._left_at = 0
        self._written: list[int] = []
        self._size = 0
        self._wrong_turns = 0
        self._credit = free
        self._cost = cost

    def ahead(self, most: int) -> list[int]:
        """The tokens to try next, at most `most`."""
        if self._next is None or self._credit <= 0:
            return []
        return self._predicted[self._next : self._next + max(0, min(SIZES[self._size], most))]

    def went_on(self, tried: Sequence[int], accepted: int, drawn: int) -> None:
        """`accepted` of the tokens `tried` were right; after them `drawn` was drawn."""
        self._write([*tried[:accepted], drawn])
        saved = 1 - self._cost - KEPT_BACK
        self._credit += (
            EARNED * (accepted + 1) + saved * accepted - self._cost * (len(tried) - accepted)
        )
        if self._next is not None:
            self._left_at = self._next + accepted
            if self._predicted[self._left_at : self._left_at + 1] == [drawn]:
                self._next = self._left_at + 1
                if tried:
                    self._size = min(self._size + 1, len(SIZES) - 1)
                    self._wrong_turns = 0
                return
            self._size = 0
            if tried and accepted < len(tried):
                self._wrong_turns = 0 if accepted else self._wrong_turns + 1
        self._next = self._return()

    def _write(self, tokens: Sequence[int]) -> None:
        self._written += tokens

    def _return(self) -> int | None:
        """The place after the one where the prediction ends as the answer does now."""
        agreeing = min(1 + self._wrong_turns, SUREST)
        near = range(self._left_at, min(self._left_at + WINDOW, len(self._predicted)))
        place = next((at for at in near if self._agree(at, agreeing)), None)
        if place is None:
            far = [at for at in range(len(self._predicted)) if self._agree(at, max(agreeing, FAR))]
            place = min(far, key=lambda at: abs(at - self._left_at), default=None)
        return None if place is None else place + 1

    def _agree(self, at: int, count: int) -> bool:
        """Whether the answer's last `count` tokens are the prediction's up to place `at`."""
        if self._predicted[at] != self._written[-1] or at + 1 < count:
            return False
        return self._written[-count:] == self._predicted[at + 1 - count : at + 1]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Where runs of tokens stand in a prompt."""

    tokens: Sequence[int]
    places: Mapping[int, int]
    """The last place of a run's last token, before the prompt's end."""

    @classmethod
    def of(cls, prompt: Sequence[int]) -> "Repeats":
        """Those of a prompt; 30,000 tokens take some ten milliseconds."""
        tokens = np.array(prompt, np.uint64)
        starts = len(tokens) - RUN
        if starts <= 0:
            return cls(prompt, {})
        # Two runs with the same number are told apart when they are compared.
        runs = np.zeros(starts, np.uint64)
        for number in range(RUN):
            runs = runs * np.uint64(_MULTIPLIER) + tokens[number : number + starts]
        return cls(prompt, dict(zip(runs.tolist(), range(RUN - 1, len(prompt) - 1), strict=True)))


def _run(tokens: Sequence[int]) -> int:
    """The number of a run, as `Repeats.of` has it."""
    number = 0
    for token in tokens:
        number = (number * _MULTIPLIER + token) % (1 << 64)
    return number


class Repetition(Alignment):
    """One answer beside the prompt and what it has written itself."""

    def __init__(self, repeats: Repeats, cost: float = COST) -> None:
        """`cost`: of trying one token, in tokens' worth of time."""
        super().__init__(repeats.tokens, cost, FREE_UNASKED)
        self._next = None
        self._places = repeats.places
        self._own: dict[int, int] = {}

    def _write(self, tokens: Sequence[int]) -> None:
        super()._write(tokens)
        for token in tokens:
            if len(self._written) >= RUN:
                # Where it goes on from there is known by now.
                self._own[_run(self._predicted[-RUN:])] = len(self._predicted) - 1
            self._predicted.append(token)

    def _return(self) -> int | None:
        count = min(RUN + 2 * self._wrong_turns, LONGEST_RUN)
        if len(self._written) < count:
            return None
        run = _run(self._written[-RUN:])
        places = (self._places.get(run), self._own.get(run))
        return next((at + 1 for at in places if at is not None and self._agree(at, count)), None)
