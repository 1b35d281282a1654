"""Where each piece of a file's sound belongs, by the file's own clock."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

JITTER_S = 0.05
"""A clock that is off by less is not meant so."""

RESTART_S = 1.0
"""A clock that jumps back by so much began anew: another recording follows."""

QUIET = 10 ** (-50 / 20)
"""No sample of a pause is louder than this; full scale is 1."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some sound of a file as it was decoded."""

    at_s: float | None
    """When the piece begins by the file's clock; None: the file does not say."""
    samples: NDArray[np.float32]
    """The sound, shape (channels, samples), between -1 and 1."""
    rate: int
    names: tuple[str, ...] = ()
    """The place of each channel, such as `FL`; empty: the file names none."""

    @property
    def length_s(self) -> float:
        """The length of the piece in seconds."""
        return self.samples.shape[1] / self.rate


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of a file's clock before its sound is decoded."""

    zero_s: float | None
    """What it shows where the recording begins; None: whatever the first piece says."""
    steady: bool = True
    """Whether the file notes times. If not they are computed of lengths, and drift from these."""
    longest_gap_s: float = float("inf")
    """A longer jump is a clock that was set, and not a pause."""


class Timeline:
    """Puts pieces one after the other, and pauses where the clock leaves room.

    A track may begin after the pictures, packets are lost, and recorders leave out what they take
    for silence: a pause keeps the times of the rest right. Pieces that overlap are all kept, and
    the sound is then late by that much; it catches up with its clock as soon as it is quiet.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._zero_s = clock.zero_s
        self._first_s: float | None = None
        self._due_s: float | None = None
        self.end_s = 0.0
        """Where the placed sound ends, in seconds from the recording's start."""
        self.pauses_s = 0.0
        """How many of these seconds are pauses: the file has no sound for them."""

    def place(self, piece: Piece) -> float | None:
        """Seconds of silence to put before `piece`; None: it is left out itself."""
        gap_s = 0.0
        if piece.at_s is not None:
            late_s = self._late_s(piece.at_s)
            if late_s > JITTER_S and not np.any(np.abs(piece.samples) > QUIET):
                self._due_s = piece.at_s + piece.length_s
                return None
            gap_s = -late_s if late_s < -JITTER_S else 0.0
            self._due_s = piece.at_s + piece.length_s
        elif self._due_s is not None:
            self._due_s += piece.length_s
        self.pauses_s += gap_s
        self.end_s += gap_s + piece.length_s
        return gap_s

    def _late_s(self, at_s: float) -> float:
        """How far the sound is behind its clock; less than 0: by how much it is before it."""
        if self._zero_s is None:
            self._zero_s = at_s
        if self._first_s is None:
            self._first_s = at_s
        jump_s = at_s - self._due_s if self._due_s is not None else 0.0
        again = jump_s < -JITTER_S and at_s <= self._first_s + JITTER_S
        drifts = not self._clock.steady and abs(jump_s) <= JITTER_S
        late_s = self.end_s - (at_s - self._zero_s)
        if again or drifts or jump_s <= -RESTART_S or -late_s > self._clock.longest_gap_s:
            self._zero_s = at_s - self.end_s
            return 0.0
        return late_s
