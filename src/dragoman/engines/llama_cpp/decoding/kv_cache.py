"""The KV cache: its cells and sequences, and prefixes that were read before and are used again.

A cell holds what was read of one token. The time of a step grows with the cells in use, whosever
they are, so what nobody works on is moved out of them, into ordinary memory, before others begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dragoman.engines.llama_cpp.decoding.library import DecodingLibrary, State, Tokens

LEAST_SHARED = 16
"""Tokens: fewer are read again as fast as they are restored."""
COVERS = 2
"""Who begins with the whole of another, and is at most so many times as long, stands for it."""


@dataclass(eq=False, slots=True)
class CachedPrefix:
    """What was read of a prompt and its answer."""

    tokens: Tokens
    sequence: int | None
    """The sequence in whose cells it is."""
    state: State | None = None
    """The copy of its cells in memory, where it is in no sequence."""
    durable: bool = False
    """Whether the copy is a file that is mapped: it takes no memory, and stays."""

    @property
    def bytes(self) -> int:
        """Memory that the copy takes."""
        return 0 if self.state is None or self.durable else self.state.nbytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a prompt is read."""

    sequence: int
    common: int
    """How many of its tokens had been read before."""


class KvCache:
    """Counts cells, hands out sequences, and keeps what was read. Used by one thread."""

    def __init__(self, library: DecodingLibrary, cells: int, sequences: int, memory: int) -> None:
        """`memory`: bytes of copies outside the cells."""
        self._library = library
        self._cells = cells
        self._memory = memory
        self._sequences = sequences
        self._free = list(range(sequences))
        self._kept: list[CachedPrefix] = []
        """The least recently used first."""
        self.reserved_cells = 0
        """Cells promised to those who work."""
        self.reserved_sequences = 0
        """Sequences promised to them."""

    def reserve(self, cells: int, sequences: int) -> bool:
        """Promise cells and sequences, if there are so many beside those promised."""
        if (
            self.reserved_cells + cells > self._cells
            or self.reserved_sequences + sequences > self._sequences
        ):
            return False
        self.reserved_cells += cells
        self.reserved_sequences += sequences
        return True

    def release(self, cells: int, sequences: int) -> None:
        """End a promise."""
        self.reserved_cells -= cells
        self.reserved_sequences -= sequences

    def begin(self, prompt: Sequence[int], most: int | None = None) -> Place:
        """A sequence for a prompt, with as much of it read as was read before.

        `most`: of no more tokens, as all after them are to be read anew; None: of all but one.
        """
        tokens = np.array(prompt, np.int32)
        # The logits after a prompt's last token are needed, and they are not kept.
        best, common = self._nearest(tokens[: len(tokens) - 1 if most is None else most])
        if best is None or common < LEAST_SHARED:
            self.clear()
            return Place(self._free.pop(), 0)
        self._kept.remove(best)
        self.clear()
        sequence = best.sequence
        if sequence is None:
            sequence = self._free.pop()
            restored = best.state is not None and self._library.restore(sequence, best.state)
            if restored:
                self._kept.append(best)
        else:
            restored = True
            if common < len(best.tokens) and (state := self._saved(best)) is not None:
                # Its cells are worked on from now; the copy is for whoever needs the rest.
                self._kept.append(CachedPrefix(best.tokens, None, state))
        self._evict()
        if not (restored and self._library.remove(sequence, common)):
            self._library.remove(sequence)
            common = 0
        return Place(sequence, common)

    def fork(self, source: int, read: int) -> int:
        """One more sequence, which shares what `source` has read."""
        if not self._free:
            self.clear()
        sequence = self._free.pop()
        self._library.copy(source, sequence, read)
        return sequence

    def drop(self, sequence: int) -> None:
        """Forget a sequence."""
        self._library.remove(sequence)
        if sequence not in self._free:
            self._free.append(sequence)

    def keep(self, sequence: int, tokens: Sequence[int]) -> None:
        """Keep what a sequence has read: `tokens`, all of it."""
        if len(tokens) < LEAST_SHARED:
            self.drop(sequence)
            return
        self._kept.append(CachedPrefix(np.array(tokens, np.int32), sequence))

    def add_durable(self, tokens: Tokens, state: State) -> None:
        """Keep a state that is mapped from a file, beside what is kept in memory."""
        self._kept.insert(0, CachedPrefix(tokens, None, state, durable=True))

    def saved(self, sequence: int) -> State:
        """A copy of what a sequence holds."""
        return self._library.save(sequence)

    def clear(self) -> None:
        """Move everything out of the cells that nobody works on."""
        for kept in [kept for kept in self._kept if kept.sequence is not None]:
            kept.state = self._saved(kept)
            if kept.state is None:
                self._kept.remove(kept)
            assert kept.sequence is not None
            self.drop(kept.sequence)
            kept.sequence = None
        self._evict()

    def reset(self) -> None:
        """Take everything from everybody; only copies in memory are kept."""
        self._kept = [kept for kept in self._kept if kept.state is not None]
        for sequence in range(self._sequences):
            self.drop(sequence)
        self.reserved_cells = self.reserved_sequences = 0

    def _nearest(self, tokens: Tokens) -> tuple[CachedPrefix | None, int]:
        """Whoever shares the longest beginning with `tokens`, and how many of them."""
        best: CachedPrefix | None = None
        most = 0
        for kept in self._kept:
            common = _common(kept.tokens, tokens)
            if common > most or (common == most and best and len(kept.tokens) < len(best.tokens)):
                best, most = kept, common
        return best, most

    def _saved(self, kept: CachedPrefix) -> State | None:
        """A copy of what it holds; None: others stand for it, or it is too large."""
        others = [other for other in self._kept if other is not kept]
        if any(_covers(other, kept) for other in others):
            return None
        assert kept.sequence is not None
        state = self._library.save(kept.sequence)
        if state.nbytes > self._memory:
            return None
        for other in others:
            if other.state is not None and not other.durable and _covers(kept, other):
                self._kept.remove(other)
        return state

    def _evict(self) -> None:
        """Drop the least recently used copies beyond the memory for them."""
        total = sum(kept.bytes for kept in self._kept)
        for kept in list(self._kept):
            if total <= self._memory:
                return
            if kept.state is not None and kept.sequence is None and not kept.durable:
                total -= kept.bytes
                self._kept.remove(kept)


def _common(first: Tokens, second: Tokens) -> int:
    """How many tokens both begin with."""
    size = min(len(first), len(second))
    differing = np.flatnonzero(first[:size] != second[:size])
    return int(differing[0]) if len(differing) else size


def _covers(longer: CachedPrefix, shorter: CachedPrefix) -> bool:
    size = len(shorter.tokens)
    return size <= len(longer.tokens) <= COVERS * size and (
        _common(longer.tokens, shorter.tokens) == size
    )
