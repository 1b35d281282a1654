"""An entry of the ledger, and how a table of a reader's fields becomes entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Fate: TypeAlias = Literal["honoured", "emulated", "without_effect", "refused"]
"""What becomes of a field: it does what OpenAI says; it does so by other means or in part, and the
note says how; it is taken and changes nothing; it is an error that names it."""
Origin: TypeAlias = Literal["openai", "local_servers", "dragoman"]
"""Whose word a field is; those of local servers are llama.cpp's, vLLM's and Ollama's."""
Notes: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a request, or a member of one: `messages[].content[].file`."""

    name: str
    fate: Fate
    origin: Origin = "openai"
    note: str = ""
    """How, or why; empty where there is nothing to say."""

    @property
    def is_top(self) -> bool:
        """Whether it is no member of another field."""
        return "." not in self.name and "[" not in self.name


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint that reads a body, with all fields that its reader knows."""

    path: str
    kind: str
    """The kind of models that answer there; empty: none does."""
    page: str
    """Its page in `docs/`."""
    fields: Sequence[Field]
    may_tell: bool = False
    """Whether `DRAGOMAN_UNKNOWN_FIELDS=tell` lets other fields pass."""


def entries(
    names: Iterable[str],
    origin: Origin = "openai",
    *,
    emulated: Notes | None = None,
    idle: Notes | None = None,
    refused: Notes | None = None,
) -> list[Field]:
    """Build the entries of the fields `names` of a reader; what no table has is honoured."""
    tables: Sequence[tuple[Fate, Notes]] = (
        ("refused", refused or {}),
        ("without_effect", idle or {}),
        ("emulated", emulated or {}),
    )
    return [_entry(name, origin, tables) for name in names]


def _entry(name: str, origin: Origin, tables: Sequence[tuple[Fate, Notes]]) -> Field:
    for fate, table in tables:
        if name in table:
            return Field(name, fate, origin, table[name])
    return Field(name, "honoured", origin)


def members(fate: Fate, notes: Notes, origin: Origin = "openai", inside: str = "") -> list[Field]:
    """Build the entries of members of fields, each with its note."""
    return [Field(f"{inside}{name}", fate, origin, note) for name, note in notes.items()]
