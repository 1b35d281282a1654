"""A request's choices in rounds, between which others go first."""

from collections.abc import Callable
from dataclasses import dataclass

from dragoman.domain.chat import ChatRequest
from dragoman.engines.llama_cpp.fitting import Prompt
from dragoman.engines.llama_cpp.gate import Holding


@dataclass(frozen=True, slots=True)
class Rounds:
    """What one request holds, from round to round."""

    request: ChatRequest
    holding: Holding
    together: int
    """The most choices of one round."""
    all_cells: int

    def keep(self, prompt: Prompt, choices: int) -> None:
        """Hold no more than so many choices take."""
        self.holding.keep(choices, self._cells(prompt, choices))

    def turn(self, prompt: Prompt, choices: int) -> None:
        """Before another round, of so many choices: queue again if anybody waits.

        Raises:
            Stopped: nobody listens.
        """
        self.holding.turn(choices, self._cells(prompt, choices))

    def need(self, used: int) -> Callable[[int], None]:
        """What takes cells for answers after `used` tokens as they grow."""
        return lambda more: self.holding.need(used + more)

    def _cells(self, prompt: Prompt, choices: int) -> int:
        return prompt.cells(self.request, choices, self.all_cells)


def together(request: ChatRequest, prompt: Prompt, widest: int, context: int, cells: int) -> int:
    """How many choices a round has: with room for a request of one choice beside them."""
    room = cells - context if cells >= 2 * context else cells
    several = range(1, min(request.choices, widest) + 1)
    fitting = [many for many in several if prompt.cells(request, many, cells) <= room]
    return max(fitting, default=1)
