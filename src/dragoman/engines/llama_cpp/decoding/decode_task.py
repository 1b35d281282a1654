"""Tasks of the decode loop: a prompt with the answers after it, and the events that come of it."""

import math
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TypeAlias

from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.decoding.alignment import Alignment, Repeats, Repetition
from dragoman.engines.llama_cpp.decoding.library import DecodingLibrary, Logits
from dragoman.engines.llama_cpp.decoding.masks import Mask
from dragoman.engines.llama_cpp.decoding.sampler import (
    Allowed,
    Likely,
    Sampler,
    Sampling,
    likely,
)

MOST_EVENTS = 64
"""Events that may wait for their reader; a step may add some more."""


@dataclass(frozen=True, slots=True)
class DecodeTask:
    """One prompt, and how the answers after it are drawn."""

    prompt: Sequence[int]
    choices: int = 1
    most: int = 0
    """Tokens of each answer; 0: the prompt is read, and nothing is written."""
    sampling: Sampling = field(default_factory=Sampling)
    """Choice number k is drawn with the seed + k."""
    top: int | None = None
    """The alternatives that are told with each token; None: no log-probabilities at all."""
    mask: Mask | None = None
    """The constraint on the tokens of all answers."""
    cells: int = 0
    """Cells that are kept for all of it from the start."""
    predicted: Sequence[int] = ()
    """Tokens that the answers may turn out to be: they are tried, and change no answer."""
    repeats: Repeats | None = None
    """Where else the answers may go on as before; None: not looked for."""
    durable: bool = False
    """Whether what was read of the prompt is kept beyond this process."""
    scored: int | None = None
    """The place in the prompt from which on it is told how likely each token was."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the prompt has been read."""

    cached: int
    """Tokens that had been read before."""
    read: int
    """Tokens that were read for this work."""
    seconds: float
    """How long that took."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How likely tokens of the prompt were, one after the other."""

    likely: Sequence[Likely]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One token of one choice."""

    choice: int
    token: int
    likely: Likely | None
    ends: bool
    """Whether it is one that ends an answer and has no text."""
    tried: int = 0
    """Tokens of the prediction that were tried for this choice so far."""
    accepted: int = 0
    """The tokens of the prediction that were tried and then drawn."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A choice is over."""

    choice: int
    whole: bool
    """False: it was cut at its limit."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The work is lost."""

    error: Exception


Event: TypeAlias = Progress | Scored | Drawn | Ended | Failed


class Ticket:
    """A task that was handed to the scheduler, with the queue of its events."""

    def __init__(self, task: DecodeTask, on_cancel: "Callable[[Ticket], None]") -> None:
        self.task = task
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._on_cancel = on_cancel
        self._cancelled = threading.Event()

    @property
    def is_behind(self) -> bool:
        """Whether its reader has so many events to read that no more should be made."""
        return self.events.qsize() >= MOST_EVENTS

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants it any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Have no more done; the cells are free after the step that is under way at the latest."""
        if not self.cancelled:
            self._cancelled.set()
            self._on_cancel(self)


class Choice:
    """One answer while it is written."""

    def __init__(
        self, ticket: Ticket, number: int, sequence: int, library: DecodingLibrary
    ) -> None:
        task = ticket.task
        self._ticket = ticket
        self._number = number
        self._library = library
        self._left = task.most
        self._sampler = Sampler(task.sampling, task.prompt, number)
        self.mask = task.mask.copy() if task.mask and task.choices > 1 else task.mask
        self.sequence = sequence
        self.read = len(task.prompt)
        """Positions of the sequence that have been read."""
        self.written: list[int] = []
        """The tokens after the prompt that have been read, too."""
        self.pending: list[int] = []
        """The tokens that the next step reads."""
        self.tried: list[int] = []
        """Those after them, as far as they are expected, which the next step reads, too."""
        self._following = _following(task, library.trial_cost)
        self._tried = self._accepted = 0
        self.open = True

    def expect(self, most: int) -> list[int]:
        """The tokens that the next step may try, at most `most`."""
        # Grammars have tokens of their own that are known before.
        if self.mask or not self._following or len(self.pending) != 1:
            self.tried = []
        else:
            ahead = self._following.ahead(min(most, self._left - 1))
            self.tried = list(takewhile(lambda token: not self._library.ends(token), ahead))
        return self.tried

    def draw(self, row: int, allowed: Allowed | None) -> None:
        """Draw the tokens after the batch's `row` and after those that were tried.

        Those that must follow are taken, too.

        Raises:
            EngineFailed: the grammar cannot be followed, or what was read is broken.
        """
        tried, self.tried = self.tried, []
        self._tried += len(tried)
        accepted = 0
        while True:
            expected = tried[accepted] if accepted < len(tried) else None
            token = self._draw_one(row + accepted, allowed, expected)
            if token != expected or not self.open:
                break
            # It has been read where it was tried.
            self.advance(1)
            accepted += 1
        if self._following:
            self._following.went_on(tried, accepted, token)
        if accepted < len(tried):
            self._library.remove(self.sequence, self.read)

    def _draw_one(self, row: int, allowed: Allowed | None, expected: int | None) -> int:
        """Draw the token after a row, and take those that a grammar forces after it."""
        task, library = self._ticket.task, self._library
        logits = library.logits(row)
        ensure_finite(logits)
        token = self._sampler.draw(logits, allowed)
        scores = None if task.top is None else likely(logits, token, task.top)
        ends = library.ends(token)
        self._accepted += token == expected
        self._take(token, scores, ends=ends)
        if ends:
            self._end(whole=True)
        # Log-probabilities need the logits before each token, which forced ones do not have.
        if self.mask and task.top is None and self.open:
            for forced in self.mask.forced():
                if self.open:
                    self._take(forced, None, ends=False)
        return token

    def advance(self, count: int) -> None:
        """Count the first pending tokens as read."""
        self.read += count
        self.written += self.pending[:count]
        del self.pending[:count]

    def _take(self, token: int, scores: Likely | None, *, ends: bool) -> None:
        counts = (self._tried, self._accepted) if self._ticket.task.predicted else (0, 0)
        self._ticket.events.put(Drawn(self._number, token, scores, ends, *counts))
        self._left -= 1
        if ends:
            return
        self._sampler.note(token)
        self.pending.append(token)
        if self.mask:
            self.mask.accept(token)
        if self.mask and self.mask.over:
            self._end(whole=True)
        elif self._left <= 0:
            self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        self.open = False
        self._ticket.events.put(Ended(self._number, whole))


def ensure_finite(logits: Logits) -> None:
    """Refuse logits of a step that went wrong.

    Raises:
        EngineFailed: they are not numbers.
    """
    if not math.isfinite(logits.max()):
        raise EngineFailed("the model gave numbers that are none")


def _following(task: DecodeTask, cost: float) -> Alignment | None:
    """The alignment that predicts tokens of an answer; None: nothing is predicted."""
    if task.predicted:
        return Alignment(task.predicted, cost)
    return Repetition(task.repeats, cost) if task.repeats else None
