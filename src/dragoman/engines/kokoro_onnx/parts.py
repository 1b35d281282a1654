"""The lengths of the parts in which a chunk is vocoded: a short one first, for an early sound."""

import numpy as np
from numpy.typing import NDArray

FIRST = 36
"""The most frames of the first part: 0.9 s of sound."""
LAST = 30
"""The fewest frames of the last part. A third of them is silence, and of silence alone the network,
which fits all it makes to the middle of it, makes noise."""
LONGEST = 240
"""The most frames of a part: it keeps all other streams waiting, and needs memory."""
REACH = 10
"""The frames by which a part may be shorter, where the sound is quieter there."""


class PartLengths:
    """The lengths of the parts of one request.

    None is longer than `FIRST`, or than all before it: whoever makes sound more than twice as fast
    as a listener hears it, what is around the parts included, has each part ready in time.
    """

    def __init__(self) -> None:
        self._frames = 0

    def cut(self, at: int, loudness: NDArray[np.float32]) -> int:
        """The frame before which the part from frame `at` on ends; `loudness` is of all frames."""
        length = min(max(FIRST, self._frames), LONGEST)
        end = at + length
        if end + LAST >= loudness.size:
            end = loudness.size
        else:
            end -= int(np.argmin(loudness[end : end - REACH - 1 : -1]))
        self._frames += end - at
        return end
