"""Reading what a custom tool is called with, while it is written."""

from collections.abc import Iterator, Sequence

from dragoman.domain.chat import ChatEvent, TextDelta, TokenLogprob, ToolCallDelta
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.constraints.custom_grammars import Follower
from dragoman.engines.llama_cpp.constraints.grammar import CALL_END
from dragoman.engines.llama_cpp.decoding.text_stream import StopSequences


class InputFold:
    """One call's input.

    It ends with the answer, or at the first mark of a call's end before which it follows its
    grammar; marks before that belong to it.
    """

    def __init__(self, choice: int, index: int, rules: str | None, top: int | None) -> None:
        self._choice = choice
        self._index = index
        self._follower = Follower(rules) if rules else None
        self._fold = StopSequences(choice, (CALL_END,), top, self._whole_with)

    @property
    def stopped(self) -> bool:
        """Whether the end of the call has come."""
        return self._fold.stopped

    def feed(self, text: str, token: TokenLogprob | None) -> Sequence[ChatEvent]:
        """Take one token; what is known to be input comes back.

        Raises:
            EngineFailed: it breaks its grammar, or following the grammar takes too long.
        """
        return list(self._deltas(self._fold.feed(text, token)))

    def finish(self, *, whole: bool) -> Sequence[ChatEvent]:
        """The answer ended; `whole` if not by its limit.

        Raises:
            EngineFailed: the input should be whole and is not.
        """
        events = list(self._deltas(self._fold.finish()))
        if whole and not self._whole_with(""):
            raise EngineFailed("the input ended before its grammar allows")
        return events

    def _whole_with(self, text: str) -> bool:
        return self._follower is None or self._follower.whole_with(text)

    def _deltas(self, events: Sequence[ChatEvent]) -> Iterator[ToolCallDelta]:
        for event in events:
            if isinstance(event, TextDelta) and event.text:
                if self._follower:
                    self._follower.feed(event.text)
                yield ToolCallDelta(self._choice, self._index, event.text, event.logprobs)
