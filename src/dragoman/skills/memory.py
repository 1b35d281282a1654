"""What was made of bytes lately: a conversation sends its own again with each turn."""

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Memory(Generic[Made]):
    """The latest `most` results, in memory only; of the bytes their hash is kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[bytes, Made] = OrderedDict()

    def find(self, data: bytes) -> Made | None:
        """What was made of these bytes, if that was lately."""
        digest = hashlib.sha256(data).digest()
        if digest in self._made:
            self._made.move_to_end(digest)
        return self._made.get(digest)

    def keep(self, data: bytes, made: Made) -> None:
        """Remember; what was longest not asked for is forgotten."""
        self._made[hashlib.sha256(data).digest()] = made
        while len(self._made) > self._most:
            self._made.popitem(last=False)
