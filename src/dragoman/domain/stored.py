"""Answers that were asked to be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class StoredCompletion:
    """An answer and what it answered, both as JSON; labels may change, the rest does not."""

    id: str
    model: str
    completion: str
    messages: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a list, in the order in which things were kept."""

    after: str | None = None
    """Begin behind the thing with this id."""
    limit: int = 20
    order: Order = "asc"


@dataclass(frozen=True, slots=True)
class Search:
    """Which answers."""

    slice: Slice
    model: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels that all have to be there."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of answers."""

    completions: Sequence[StoredCompletion]
    has_more: bool


class Completions(Protocol):
    """Where answers are kept. What was acknowledged outlives the process and the power.

    Every method raises `StorageFailed` where the disk is full or broken, and `NotFound` for an id
    that is not there.
    """

    async def keep(self, stored: StoredCompletion) -> None:
        """Store an answer; it is safe when this returns."""
        ...

    async def get(self, completion: str) -> StoredCompletion:
        """The answer with that id."""
        ...

    async def relabel(self, completion: str, metadata: Mapping[str, str]) -> StoredCompletion:
        """Replace its labels."""
        ...

    async def delete(self, completion: str) -> None:
        """Forget it."""
        ...

    async def search(self, search: Search) -> Found:
        """One page of those that fit."""
        ...
