"""How long answers took so far, so that a dry run can say how long one would take."""

from dataclasses import dataclass, field

NEWS = 0.3
"""The weight of the latest measurement."""


@dataclass(frozen=True, slots=True)
class Paces:
    """Amounts for each unit of work of a model, the latest measurements weighing most.

    What waited for its turn, or for a client that reads slowly, counts as well: that is how long
    answers take here.
    """

    _known: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def note(self, model: str, work: str, units: float, amount: float) -> None:
        """Learn that `units` of `work` came to `amount`, of seconds for example."""
        if units <= 0:
            return
        known, new = self._known.get((model, work)), amount / units
        self._known[model, work] = new if known is None else (1 - NEWS) * known + NEWS * new

    def predict(self, model: str, work: str, units: float) -> float | None:
        """The amount that `units` will come to; None: nothing was measured yet."""
        pace = self._known.get((model, work))
        return None if pace is None else round(units * pace, 3)
