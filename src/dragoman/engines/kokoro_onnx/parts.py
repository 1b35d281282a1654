"""In what parts a melody is made sound: a short one first, so that it is heard at once."""

import numpy as np
from numpy.typing import NDArray

FIRST = 36
"""Frames of the first part, at most: 0.9 s of sound."""
LAST = 30
"""The last part is no shorter: a third of that is silence, and of silence alone the network, which
fits all it makes to the middle of it, makes noise."""
LONGEST = 240
"""Frames; a part keeps all other streams waiting, and needs memory."""
REACH = 10
"""Frames by which a part may be shorter, where it is quieter there."""


class Plan:
    """Where the parts of one request end.

    None is longer than `FIRST`, or than all before it: whoever makes sound more than twice as fast
    as a listener hears it, what is around the parts included, has each part ready in time.
    """

    def __init__(self) -> None:
        self._made = 0

    def cut(self, at: int, loudness: NDArray[np.float32]) -> int:
        """The frame before which the part from frame `at` on ends, in a melody so loud."""
        length = min(max(FIRST, self._made), LONGEST)
        end = at + length
        if end + LAST >= loudness.size:
            end = loudness.size
        else:
            end -= int(np.argmin(loudness[end : end - REACH - 1 : -1]))
        self._made += end - at
        return end
