"""The interface of libllama that the decode loop needs, whichever build does the work."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Logits: TypeAlias = npt.NDArray[np.float32]
"""The logits of the whole vocabulary, by token."""
Tokens: TypeAlias = npt.NDArray[np.int32]
"""Tokens of a prompt and its answer."""
State: TypeAlias = npt.NDArray[np.uint8]
"""The keys and values of a sequence, as bytes of one build of the library."""


class NoRoom(Exception):
    """The library found no cells for the tokens of a step; nothing of the step was kept."""


class Aborted(Exception):
    """A step was given up in its middle; what it had read of its tokens has to be removed."""


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded."""

    path: Path
    cells: int
    """Tokens that all sequences may hold together."""
    sequences: int
    """How many sequences there may be at once, numbered from 0."""
    step: int
    """The most tokens of one step."""
    threads: int
    eight_bits: bool = False
    """Whether keys and values are kept in eight bits."""


@dataclass(slots=True)
class Batch:
    """The tokens of one step, of any sequences."""

    tokens: list[int] = field(default_factory=list[int])
    positions: list[int] = field(default_factory=list[int])
    sequences: list[int] = field(default_factory=list[int])
    with_logits: list[bool] = field(default_factory=list[bool])
    """After which tokens the logits are computed."""

    def add(self, token: int, position: int, sequence: int, *, with_logits: bool) -> int:
        """Add one token; its row in the batch comes back."""
        self.tokens.append(token)
        self.positions.append(position)
        self.sequences.append(sequence)
        self.with_logits.append(with_logits)
        return len(self.tokens) - 1

    def __len__(self) -> int:
        return len(self.tokens)


class DecodingLibrary(Protocol):
    """A loaded model: one thread decodes, others may tokenize meanwhile."""

    name: ClassVar[str]
    """The adapter: which build of the library this is."""
    trial_cost: ClassVar[float]
    """The cost of one more token in a step of few, as a part of a step of one."""

    @property
    def version(self) -> str:
        """The release of the package that the library comes in."""
        ...

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        ...

    @property
    def tokenizer(self) -> tuple[int, int]:
        """The addresses of the vocabulary and of the function that tokenizes with it."""
        ...

    def tokenize(self, text: bytes) -> list[int]:
        """The tokens of a text, none of which is a control token."""
        ...

    def piece(self, token: int) -> bytes:
        """The bytes that a token stands for, perhaps a part of a character; none of a control."""
        ...

    def ends(self, token: int) -> bool:
        """Whether an answer ends with this token."""
        ...

    def decode(self, batch: Batch) -> None:
        """Read the tokens of one step.

        Raises:
            NoRoom: there are no cells for them.
            Aborted: `abort` was called meanwhile.
            EngineFailed: the library could not.
        """
        ...

    def logits(self, row: int) -> Logits:
        """The logits after the batch's `row`-th token, valid until the next step."""
        ...

    def remove(self, sequence: int, start: int = 0) -> bool:
        """Forget a sequence from position `start` on; False: the model can forget it only whole."""
        ...

    def copy(self, source: int, target: int, end: int) -> None:
        """Let `target` share what was read of `source` before position `end`."""
        ...

    def save(self, sequence: int) -> State:
        """The keys and values of a sequence, to be restored later."""
        ...

    def restore(self, sequence: int, state: State) -> bool:
        """Put a saved state into an empty sequence; False: it does not fit in."""
        ...

    def abort(self) -> None:
        """End the step that is under way, from another thread."""
        ...

    def go_on(self) -> None:
        """Let further steps run after `abort`."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...
