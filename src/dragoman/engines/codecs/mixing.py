"""Any number of channels made one, without the loss of what only some of them have."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

BLOCK_S = 0.1
"""What is judged at once."""

FADE_S = 0.01
"""The seconds from one way of mixing to another, so that nothing clicks."""

LOST, KEPT = 0.1, 0.25
"""Power of the sum beside the loudest channel's: below the first the sum loses the voice, and from
the second on it has it again. Two channels with opposite signs come to nothing."""

FLOOR = 10 ** (-70 / 10)
"""Power of a block in which there is nothing to judge."""

JUDGED_HZ = 4000
"""Judged in so coarse samples, by their differences: neither hiss nor hum speaks for a sum."""

_SURROUND: Final[Mapping[str, float]] = {
    "FC": 1.0,
    "FL": 0.7071,
    "FR": 0.7071,
    "FLC": 0.7071,
    "FRC": 0.7071,
    "LFE": 0.0,
    "LFE2": 0.0,
}
"""How much of each channel of a film goes into the sum: voices are in the middle."""

_BEHIND: Final = 0.5
"""How much of any other."""


class Mixer:
    """Makes one channel of those of a stream; what it found holds on over pauses.

    The sum of all channels, as loud as the loudest. Channels that their file gives places in a
    room are weighted as in a cinema; others are tracks, and each may have the only voice. Where
    the sum loses what a channel has, that channel is taken alone for as long.
    """

    def __init__(self, channels: int, names: Sequence[str], rate: int) -> None:
        self._channels = channels
        self._rate = rate
        self.surround = in_a_room(channels, names)
        """Whether the channels are weighted as in a cinema."""
        self._sum = _weights(channels, names, surround=self.surround)
        self._block = max(1, round(BLOCK_S * rate))
        self._waiting: list[NDArray[np.float32]] = []
        self._held = 0
        self._alone: int | None = None
        self._loudest = self._summed = 0.0
        self._before: NDArray[np.float32] | None = None
        self.alone_s = 0.0
        """The seconds for which a channel was taken alone."""

    def feed(self, samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """More sound, shape (channels, samples); what can be mixed, each of shape (samples,)."""
        self._waiting.append(samples)
        self._held += samples.shape[1]
        if self._held < self._block:
            return
        held = np.concatenate(self._waiting, axis=1)
        whole = self._held // self._block * self._block
        for at in range(0, whole, self._block):
            yield self._next(held[:, at : at + self._block])
        self._waiting, self._held = [held[:, whole:]], self._held - whole

    def finish(self) -> Iterator[NDArray[np.float32]]:
        """What is left: a pause or the end follows."""
        if self._held:
            yield self._next(np.concatenate(self._waiting, axis=1))
        self._waiting, self._held = [], 0

    def _next(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        if not np.isfinite(block).all():
            block = np.nan_to_num(block, posinf=1.0, neginf=-1.0)
        if self._channels == 1:
            return block[0]
        self._judge(block)
        summed = _mixed(self._sum, block)
        self._loudest = max(self._loudest, float(np.abs(block).max()))
        self._summed = max(self._summed, float(np.abs(summed).max()))
        gains = self._sum * np.float32(min(1.0, self._loudest / max(self._summed, 1e-9)))
        if self._alone is not None:
            gains = np.zeros(self._channels, np.float32)
            gains[self._alone] = 1.0
            self.alone_s += block.shape[1] / self._rate
        before, self._before = self._before, gains
        mixed = _mixed(gains, block)
        if before is not None and not np.array_equal(before, gains):
            length = min(block.shape[1], max(1, round(FADE_S * self._rate)))
            fade = np.linspace(1, 0, length, dtype=np.float32)
            mixed[:length] += _mixed(before - gains, block[:, :length]) * fade
        return mixed

    def _judge(self, block: NDArray[np.float32]) -> None:
        """Whether to take one channel alone, and which."""
        step = max(1, self._rate // JUDGED_HZ)
        length = block.shape[1] // step
        if length < 2:
            return
        mean = np.full(step, 1 / step, np.float32)
        coarse = block[:, : length * step].reshape(self._channels, length, step) @ mean
        heard = np.diff(coarse, axis=1)
        powers: NDArray[np.float32] = np.mean(heard**2, axis=1)
        loudest = int(np.argmax(powers))
        if powers[loudest] < FLOOR:
            return
        kept = float(np.mean(_mixed(self._sum, heard) ** 2) / powers[loudest])
        if kept >= (LOST if self._alone is None else KEPT):
            self._alone = None
        elif self._alone is None or powers[loudest] > powers[self._alone] / KEPT:
            self._alone = loudest


def in_a_room(channels: int, names: Sequence[str]) -> bool:
    """Whether the channels are those of surround sound; `names` are their places, or nothing."""
    return channels > 2 and len(names) == channels and "FL" in names


def _weights(channels: int, names: Sequence[str], *, surround: bool) -> NDArray[np.float32]:
    """How much of each channel goes into the sum."""
    if not surround:
        return np.ones(channels, np.float32)
    return np.array([_SURROUND.get(name, _BEHIND) for name in names], np.float32)


def _mixed(gains: NDArray[np.float32], block: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.matmul(gains, block, dtype=np.float32)
