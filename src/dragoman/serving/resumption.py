"""An answer that goes on after its engine's death: written again, and shown from where it stopped.

Where nothing is left to chance the next process writes the same text. It is compared, byte for
byte, with what the reader has; whatever differs ends the answer, as a death does otherwise.
"""

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    EffortIgnored,
    LimitTooLow,
    PromptProgress,
    PromptShown,
    SchemaLoosened,
    TextDelta,
    ThoughtDelta,
)

PREPARATIONS = (EffortIgnored, LimitTooLow, PromptProgress, PromptShown, SchemaLoosened)
"""Events of which one showing is enough."""


class Diverged(Exception):
    """The text that was written again is another."""


class Shown:
    """The part of one answer that its reader has.

    It is one choice of text without probabilities. A call is no text: its id is new each time, so
    an answer in which one has begun does not go on.
    """

    def __init__(self) -> None:
        self._written = {TextDelta: "", ThoughtDelta: ""}
        self._again = {TextDelta: 0, ThoughtDelta: 0}
        self._is_again = False
        self._finished = False
        self.can_resume = True
        """Whether all that was shown can be compared."""

    def begin_again(self) -> None:
        """The next event is the first of the answer once more."""
        self._again = dict.fromkeys(self._again, 0)
        self._is_again = True

    def take(self, event: ChatEvent) -> ChatEvent | None:
        """Return what of an event the reader does not have yet; None: nothing.

        Raises:
            Diverged: this is not the answer that the reader has the beginning of.
        """
        if isinstance(event, TextDelta | ThoughtDelta):
            return self._text(event)
        if isinstance(event, PREPARATIONS):
            return None if self._is_again else event
        self._check_whole()
        if not isinstance(event, ChoiceFinished):
            self.can_resume = self._finished  # what follows a choice is the end; else it is a call
            return event
        shown, self._finished = self._finished, True
        return None if shown else event

    def _text(self, event: TextDelta | ThoughtDelta) -> ChatEvent | None:
        kind, text = type(event), event.text
        written, place = self._written[kind], self._again[kind]
        there = written[place : place + len(text)]
        if not text.startswith(there):
            raise Diverged
        self._again[kind] = place + len(there)
        new = text[len(there) :]
        if new:
            self._check_whole()
            self._written[kind] += new
            self._again[kind] += len(new)
        if self._is_again:
            return kind(event.choice, new) if new else None
        return event

    def _check_whole(self) -> None:
        """Nothing new may come before all that was shown has come again."""
        if any(len(text) > self._again[kind] for kind, text in self._written.items()):
            raise Diverged


def shown_of(request: object) -> Shown | None:
    """Return what keeps track of an answer that the next process would write again.

    None: chance decides in it, or it is no text.
    """
    if not isinstance(request, ChatRequest) or request.choices != 1 or request.dry_run:
        return None
    sampling = request.sampling
    is_fixed = sampling.temperature == 0 or sampling.seed is not None
    return Shown() if is_fixed and request.top_logprobs is None else None
