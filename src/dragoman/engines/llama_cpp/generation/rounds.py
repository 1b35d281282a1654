"""A request's choices in rounds, between which others go first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dragoman.domain.chat import ChatRequest
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt
from dragoman.engines.llama_cpp.generation.admission import Reservation, Share

BESIDE = 4
"""One in so many cells is left to others where there are less than two contexts of them."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The slots and cells of one request, from round to round."""

    request: ChatRequest
    reservation: Reservation
    together: int
    """The most choices of one round."""
    all_cells: int

    @property
    def width(self) -> int:
        """How many choices there is room for in this round."""
        return self.reservation.slots

    def keep(self, prompt: Prompt, choices: int) -> None:
        """Hold no more than so many choices take."""
        self.reservation.keep(choices, prompt.cells(self.request, choices, self.all_cells))

    def turn(self, prompt: Prompt, choices: int) -> None:
        """Queue again before another round, of at most so many choices, if anybody waits.

        Raises:
            Stopped: nobody listens.
        """
        self.reservation.turn(shares(self.request, prompt, choices, self.all_cells))

    def need(self, used: int) -> Callable[[int], None]:
        """A function that reserves cells for growing answers, after `used` tokens."""
        return lambda more: self.reservation.need(used + more)


def shares(request: ChatRequest, prompt: Prompt, choices: int, cells: int) -> Sequence[Share]:
    """The shares of a round of so many choices and of each with fewer, the largest first."""
    return [(many, prompt.cells(request, many, cells)) for many in range(choices, 0, -1)]


def together(request: ChatRequest, prompt: Prompt, widest: int, context: int, cells: int) -> int:
    """How many choices a round has: with room for a request of one choice beside them.

    Where the cells hold no second context, that is the usual request and not the longest.
    """
    room = cells - (context if cells >= 2 * context else cells // BESIDE)
    several = range(1, min(request.choices, widest) + 1)
    fitting = [many for many in several if prompt.cells(request, many, cells) <= room]
    return max(fitting, default=1)
