"""A cache of results by their bytes: a conversation sends its files and recordings each turn."""

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

Result = TypeVar("Result")


class ResultCache(Generic[Result]):
    """The latest `most` results, in memory only; of the bytes only the hash is kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: OrderedDict[bytes, Result] = OrderedDict()

    def find(self, data: bytes) -> Result | None:
        """The result of these bytes, if it is still kept."""
        digest = hashlib.sha256(data).digest()
        if digest in self._results:
            self._results.move_to_end(digest)
        return self._results.get(digest)

    def keep(self, data: bytes, result: Result) -> None:
        """Keep the result of these bytes; the one that was longest unused is forgotten."""
        self._results[hashlib.sha256(data).digest()] = result
        while len(self._results) > self._most:
            self._results.popitem(last=False)
