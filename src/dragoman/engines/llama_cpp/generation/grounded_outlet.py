"""An outlet that lets an answer go out by sentences, once their numbers are found backed."""

import re
from collections.abc import Callable, Sequence

from dragoman.domain.chat import ChatEvent, TextDelta
from dragoman.domain.engine import Outlet

LONGEST_HELD = 400
"""Characters of a sentence that are held; of a longer one the numbers so far are looked at."""
_END = re.compile(r"[.!?。]['\")\]*]*(\s*)\Z")
_NUMBER_AT_END = re.compile(r"[\d,.'’:/-]+\Z")
"""It may go on."""


class GroundedOutlet:
    """An outlet that lets whole sentences out, if all their numbers are backed."""

    def __init__(
        self, outlet: Outlet[ChatEvent], missing: Callable[[str], Sequence[str]] | None
    ) -> None:
        """`missing` tells the numbers of a text that nothing backs; None: whatever comes goes."""
        self._outlet = outlet
        self.missing = missing
        self._held: list[ChatEvent] = []
        self._text = ""
        self.written = ""
        """The text that went out."""
        self.unbacked: Sequence[str] = ()
        """Numbers of what is held that nothing backs; nothing goes out any more."""

    @property
    def stopped(self) -> bool:
        """See `Outlet.stopped`."""
        return self._outlet.stopped

    def emit(self, event: ChatEvent) -> None:
        """Take what is new, and let go what may go out."""
        if self.unbacked:
            return
        new = event.text if isinstance(event, TextDelta) else None
        # What follows a sentence belongs to the next one.
        end = _END.search(self._text) if new else None
        if new and end and (end[1] or new[0].isspace()):
            self._look(whole=True)
        if self.unbacked:
            return
        self._held.append(event)
        self._text += new or ""
        if new is None or self.missing is None:
            self._look(whole=True)
        elif new.endswith("\n") or len(self._text) > LONGEST_HELD:
            self._look(whole=False)

    def discard(self) -> None:
        """Forget what is held: it is written anew."""
        self._held.clear()
        self._text, self.unbacked = "", ()

    def _look(self, *, whole: bool) -> None:
        text = self._text if whole else _NUMBER_AT_END.sub("", self._text)
        if self.missing and (unbacked := self.missing(text)):
            self.unbacked = unbacked
            return
        if self.missing and text != self._text:
            return
        for event in self._held:
            self._outlet.emit(event)
        self.written += self._text
        self._held.clear()
        self._text = ""
