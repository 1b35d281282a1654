"""Text that knows where each of its characters was in the text it was made of."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Traced:
    """`text`, whose character number n stands for `starts[n]` to `ends[n]` of the first text.

    Several characters may stand for one place (an entity, a word said otherwise), and places are
    never in a lower order than the characters.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place of `text[start:end]`, which is not empty, in the first text."""
        return self.starts[start], self.ends[end - 1]

    def part(self, start: int, end: int) -> "Traced":
        """`text[start:end]`, which still knows its places."""
        return Traced(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def replaced(
        self,
        pattern: re.Pattern[str],
        by: str,
        where: Callable[[re.Match[str]], bool] = bool,
    ) -> "Traced":
        """Replace the matches of `pattern`, where `where` says so, by `by`.

        Groups of the match are expanded in `by`.
        """
        found = Tracing()
        last = 0
        for match in pattern.finditer(self.text):
            if match.end() == match.start() or not where(match):
                continue
            found.join(self.part(last, match.start()))
            found.put(match.expand(by), *self.place(match.start(), match.end()))
            last = match.end()
        if not last:
            return self
        found.join(self.part(last, len(self.text)))
        return found.traced()


def itself(text: str) -> Traced:
    """`text`, made of nothing else."""
    return Traced(text, range(len(text)), range(1, len(text) + 1))


@dataclass(slots=True)
class Tracing:
    """A traced text in the making."""

    _text: list[str] = field(default_factory=list[str])
    _starts: list[int] = field(default_factory=list[int])
    _ends: list[int] = field(default_factory=list[int])

    def __len__(self) -> int:
        return len(self._starts)

    def put(self, text: str, start: int, end: int) -> None:
        """Add `text`, all of whose characters stand for one place."""
        self._text.append(text)
        self._starts += [start] * len(text)
        self._ends += [end] * len(text)

    def join(self, more: Traced) -> None:
        """Add a text that knows its places."""
        self._text.append(more.text)
        self._starts += more.starts
        self._ends += more.ends

    def traced(self) -> Traced:
        """The text that was added so far."""
        return Traced("".join(self._text), self._starts, self._ends)
