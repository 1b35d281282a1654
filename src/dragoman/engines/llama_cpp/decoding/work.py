"""What the loop is given to do, and what it tells of it."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dragoman.engines.llama_cpp.decoding.masks import Mask
from dragoman.engines.llama_cpp.decoding.port import Libllama
from dragoman.engines.llama_cpp.decoding.sampler import (
    Allowed,
    Likely,
    Sampler,
    Sampling,
    likely,
)


@dataclass(frozen=True, slots=True)
class Work:
    """One prompt, and how the answers after it are drawn."""

    prompt: Sequence[int]
    choices: int = 1
    most: int = 0
    """Tokens of each answer; 0: the prompt is read, and nothing is written."""
    sampling: Sampling = field(default_factory=Sampling)
    """Choice number k is drawn with the seed + k."""
    top: int | None = None
    """So many alternatives are told with each token; None: no log-probabilities at all."""
    mask: Mask | None = None
    """What the answers must follow."""
    cells: int = 0
    """Cells that are kept for all of it from the start."""


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
class Drawn:
    """One token of one choice."""

    choice: int
    token: int
    likely: Likely | None
    ends: bool
    """Whether it is one that ends an answer and has no text."""


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


Event: TypeAlias = Progress | Drawn | Ended | Failed


class Ticket:
    """Work that was handed in."""

    def __init__(self, work: Work, on_cancel: "Callable[[Ticket], None]") -> None:
        self.work = work
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._on_cancel = on_cancel
        self._cancelled = threading.Event()

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

    def __init__(self, ticket: Ticket, number: int, sequence: int, library: Libllama) -> None:
        work = ticket.work
        self._ticket = ticket
        self._number = number
        self._library = library
        self._left = work.most
        self._sampler = Sampler(work.sampling, work.prompt, number)
        self.mask = work.mask.copy() if work.mask and work.choices > 1 else work.mask
        self.sequence = sequence
        self.read = len(work.prompt)
        """Positions of the sequence that have been read."""
        self.written: list[int] = []
        """The tokens after the prompt that have been read, too."""
        self.pending: list[int] = []
        """The tokens that the next step reads."""
        self.open = True

    def draw(self, row: int, allowed: Allowed | None) -> None:
        """Draw the token after the batch's `row`, and take those that must follow it.

        Raises:
            EngineFailed: the grammar cannot be followed.
        """
        work, library = self._ticket.work, self._library
        logits = library.logits(row)
        token = self._sampler.draw(logits, allowed)
        told = None if work.top is None else likely(logits, token, work.top)
        ends = library.ends(token)
        self._take(token, told, ends=ends)
        if ends:
            self._end(whole=True)
            return
        # Log-probabilities need the logits before each token, which forced ones do not have.
        if self.mask and work.top is None and self.open:
            for forced in self.mask.forced():
                if self.open:
                    self._take(forced, None, ends=False)

    def advance(self, count: int) -> None:
        """Count the first pending tokens as read."""
        self.read += count
        self.written += self.pending[:count]
        del self.pending[:count]

    def _take(self, token: int, told: Likely | None, *, ends: bool) -> None:
        self._ticket.events.put(Drawn(self._number, token, told, ends))
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
