"""In what parts a melody is made sound: a short one first, so that it is heard at once."""

import numpy as np
from numpy.typing import NDArray

FIRST = 40
"""Frames of the first part: a second of sound."""
LAST = 60
"""The last part is no shorter: nearly half of that is silence, and of silence alone the network,
which fits all it makes to the middle of it, makes noise."""
LONGEST = 240
"""Frames; a part keeps all other streams waiting, and needs memory."""
REACH = 10
"""How far from the wished place a part may end, where it is quieter there."""


class Plan:
    """Where the parts of one request end.

    After the first none is longer than all before it: whoever makes sound more than twice as fast
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
            near = loudness[end - REACH : end + REACH + 1]
            end += int(np.argmin(near)) - REACH
        self._made += end - at
        return end
