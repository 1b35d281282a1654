"""Following a prediction: what to try next, as an answer departs from it and returns.

Trying tokens costs what reading them does, about two fifths of writing each. So few are tried where
it is not sure that the answer follows, more the longer it does, and none when too many were wrong.
"""

from collections.abc import Sequence

SIZES = (3, 6, 15, 31)
"""Tokens tried at once, while all are right. With the one that was drawn before them they make
steps of 4, 7, 16 and 32, the sizes that llama.cpp is quickest with for a token."""
WINDOW = 12
"""Tokens after the place where an answer departs, among which it is expected to return."""
FAR = 3
"""Tokens in a row that must agree for it to have returned elsewhere."""
SUREST = 8
"""As many are enough, however often it looked so and was wrong."""
FREE, EARNED, RIGHT, WRONG = 3.0, 0.03, 0.5, 0.42
"""In tokens' worth of time: what may be lost at first, and with each token; what a token that was
tried saves if it is right, and costs if it is wrong. Thus nothing becomes slower by more than a
thirtieth, and a few tokens."""


class Alignment:
    """One answer beside one prediction."""

    def __init__(self, predicted: Sequence[int]) -> None:
        self._predicted = list(predicted)
        self._next: int | None = 0
        """The place in the prediction of the token expected next; None: it is not followed."""
        self._left_at = 0
        self._written: list[int] = []
        self._size = 0
        self._wrong_turns = 0
        self._credit = FREE

    def ahead(self, most: int) -> list[int]:
        """What to try next, at most `most` tokens."""
        if self._next is None or self._credit <= 0:
            return []
        return self._predicted[self._next : self._next + min(SIZES[self._size], most)]

    def went_on(self, tried: Sequence[int], taken: int, drawn: int) -> None:
        """`taken` of the tokens `tried` were right; after them `drawn` was drawn."""
        self._written += [*tried[:taken], drawn]
        self._credit += EARNED * (taken + 1) + RIGHT * taken - WRONG * (len(tried) - taken)
        if self._next is not None:
            self._left_at = self._next + taken
            if self._predicted[self._left_at : self._left_at + 1] == [drawn]:
                self._next = self._left_at + 1
                if tried:
                    self._size = min(self._size + 1, len(SIZES) - 1)
                    self._wrong_turns = 0
                return
            self._size = 0
            if tried and taken < len(tried):
                self._wrong_turns = 0 if taken else self._wrong_turns + 1
        self._next = self._return()

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
