"""Models, as the rest of the project knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the catalogue says of one model."""

    id: str
    kind: str
    """A `Kind.name`: chat, transcription, speech, sight, and the codecs."""
    engine: str
    """A key of `dragoman.engines.ENGINES`."""
    names: tuple[str, ...] = ()
    """Other names that it answers to, OpenAI's among them."""
    owned_by: str = "dragoman"
    created: int = 0
    """Unix seconds: when the weights were published."""
    languages: tuple[str, ...] = ()
    licence: str = ""
    sees: bool = False
    """Whether the model itself takes pictures."""
    context: int | None = None
    """Tokens of a prompt and its answer together; None: nobody says."""
    trained_context: int | None = None
    """As many as the weights know; None: nobody says."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings of its engine."""

    def unfit(self, kind: str) -> str | None:
        """Why it is not the model for that kind of work; None: it is."""
        return None if kind == self.kind else f"It is a model for {self.kind}, not for {kind}."
