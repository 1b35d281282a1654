"""Models, as the rest of the project knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

LONGEST_NAME = 100
"""Characters of an unknown name that are compared with the known ones."""
NEAR = 0.83
"""How alike two names must be, by difflib's measure: a wrong letter or two, no more."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The catalogue's entry of one model, as far as others need it."""

    id: str
    kind: str
    """A `Kind.name`: chat, transcription, speech, sight, and the codecs."""
    engine: str
    """A key of `dragoman.engines.ENGINES`."""
    names: tuple[str, ...] = ()
    """Other names that it answers to, OpenAI's among them."""
    owned_by: str = "dragoman"
    created: int = 0
    """The time in Unix seconds when the weights were published."""
    languages: tuple[str, ...] = ()
    licence: str = ""
    sees: bool = False
    """Whether the model itself takes pictures."""
    context: int | None = None
    """The size of the context in tokens, as it is served; None: unknown."""
    trained_context: int | None = None
    """The size of the context in tokens that the weights were trained for; None: unknown."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The options of the model's engine."""
    memory_mb: int = 0
    """The memory of the engine at work with this model, in MB, about; 0: unknown."""

    def unfit(self, kind: str) -> str | None:
        """Why it is not the model for that kind of work; None: it is."""
        return None if kind == self.kind else f"It is a model for {self.kind}, not for {kind}."


def guess(name: str, known: Iterable[str]) -> str | None:
    """Which of the `known` names is meant by an unknown one, as a sentence; None: no idea.

    Another case, a provider before a slash (`openai/gpt-4o`) or a typing error.
    """
    if len(name) > LONGEST_NAME:
        return None
    names = {each.casefold(): each for each in reversed(list(known))}
    lower = name.casefold()
    if lower in names:
        return f"Did you mean {names[lower]!r}? Upper and lower case differ."
    near = [each for each in (lower.rpartition("/")[2],) if each in names]
    near = near or get_close_matches(lower, names, n=1, cutoff=NEAR)
    return f"Did you mean {names[near[0]]!r}?" if near else None
