"""From drawn tokens to the text of an answer: stop sequences and log-probabilities."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from dragoman.domain.chat import ChatEvent, TextDelta, TokenLogprob


def clipped(token: TokenLogprob, text: str) -> TokenLogprob:
    """The token, of which only `text` is shown."""
    return token if text == token.token else replace(token, token=text, data=text.encode())


def with_top(token: TokenLogprob | None, top: int | None) -> TokenLogprob | None:
    """The token with its `top` likeliest alternatives; None: it has none, or none are wanted."""
    return None if token is None or top is None else replace(token, top=token.top[:top])


class StopSequences:
    """One choice's answer as text.

    Text that may be the beginning of a stop sequence is held back until it is known not to be. A
    token's log-probability goes out with the last of its text.
    """

    def __init__(
        self,
        choice: int,
        stop: Sequence[str],
        top: int | None,
        may_end: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """`may_end` says whether a stop sequence counts after the text that is held back."""
        self._choice = choice
        self._may_end = may_end
        self._stop = tuple(filter(None, stop))
        self._top = top
        self._held = ""
        self._tokens: deque[tuple[TokenLogprob | None, str]] = deque()
        self._shown_of_first = 0
        self.stopped = False
        """Whether a stop sequence has come."""

    def feed(self, text: str, token: TokenLogprob | None) -> list[ChatEvent]:
        """Take one token; what may be shown now comes back."""
        if self.stopped:
            return []
        self._held += text
        if text:
            self._tokens.append((with_top(token, self._top), text))
        end = self._match()
        if end is not None:
            self.stopped = True
            return self._release(end, last=True)
        return self._release(len(self._held) - self._kept(), last=False)

    def finish(self) -> list[ChatEvent]:
        """The answer ended by itself: what was held back is text after all."""
        return [] if self.stopped else self._release(len(self._held), last=True)

    def _match(self) -> int | None:
        """Where the stop sequence that is complete first begins."""
        found = [(at + len(stop), at) for stop in self._stop if (at := self._held.find(stop)) >= 0]
        at = min(found)[1] if found else None
        return at if at is not None and self._may_end(self._held[:at]) else None

    def _kept(self) -> int:
        longest = 0
        for stop in self._stop:
            for length in range(min(len(stop) - 1, len(self._held)), longest, -1):
                if self._held.endswith(stop[:length]):
                    longest = length
                    break
        return longest

    def _release(self, length: int, *, last: bool) -> list[ChatEvent]:
        text, self._held = self._held[:length], self._held[length:]
        shown: list[TokenLogprob] = []
        left = length + self._shown_of_first
        while self._tokens and left >= len(self._tokens[0][1]):
            token, piece = self._tokens.popleft()
            left -= len(piece)
            if token:
                shown.append(token)
        self._shown_of_first = left
        if last and left and (token := self._tokens[0][0]):
            shown.append(clipped(token, self._tokens[0][1][:left]))
        return [TextDelta(self._choice, text, tuple(shown))] if text or shown else []
