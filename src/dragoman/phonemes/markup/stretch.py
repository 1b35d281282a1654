"""The result of reading markup: stretches of plain text, and how each is to be said."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dragoman.domain.speech import Pronunciation
from dragoman.phonemes.traced import Traced, Tracing

LINE = "\u2028"
"""A line end, which ends a sentence whatever comes next: an item of a list, a row of a table."""
PARAGRAPH = "\n\n"
CELL = ", "
LONGEST_PAUSE_MS, ALL_PAUSES_MS = 30_000, 120_000
"""The longest pause, and the longest pauses of a text together; what is longer is cut."""
SLOWEST, FASTEST = 0.25, 4.0
QUIETEST_DB, LOUDEST_DB = -40.0, 12.0


@dataclass(frozen=True, slots=True)
class Manner:
    """The manner in which a stretch is said, where the text asks for one."""

    rate: float = 1.0
    """The factor on the speed of the whole."""
    gain_db: float = 0.0
    language: str | None = None
    """The language; None: it is found as ever."""

    def over(
        self, rate: float = 1.0, gain_db: float = 0.0, language: str | None = None
    ) -> "Manner":
        """This manner, changed by that of an element inside."""
        return Manner(
            min(max(self.rate * rate, SLOWEST), FASTEST),
            min(max(self.gain_db + gain_db, QUIETEST_DB), LOUDEST_DB),
            language or self.language,
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch: plain text that is said in one manner, and the silence after it."""

    plain: Traced
    manner: Manner
    pause_ms: int = 0
    continues: bool = False
    """Whether the sentence goes on in the next stretch."""
    pronunciations: Sequence[Pronunciation] = ()
    """The pronunciations; their places are those in the text that the caller sent."""

    def pronunciations_in(self, plain: Traced, start: int, end: int) -> list[Pronunciation]:
        """The pronunciations in `plain[start:end]`, a form of this text, with places there."""
        found: list[Pronunciation] = []
        for each in self.pronunciations:
            inside = [
                at
                for at in range(start, end)
                if plain.starts[at] >= each.start and plain.ends[at] <= each.end
            ]
            if inside:
                found.append(Pronunciation(inside[0], inside[-1] + 1, each.phonemes))
        return sorted(found, key=lambda each: each.start)


@dataclass(slots=True)
class Script:
    """The stretches in the making."""

    stretches: list[Stretch] = field(default_factory=list[Stretch])
    manner: Manner = field(default_factory=Manner)
    pronunciations: list[Pronunciation] = field(default_factory=list[Pronunciation])
    _now: Tracing = field(default_factory=Tracing)
    _ending: str = PARAGRAPH
    """What the text ends with so far: "" where it is in the middle of a line."""
    _at: int = 0

    def put(self, text: str, start: int, end: int) -> None:
        """Add text that stands for one place."""
        self._now.put(text, start, end)
        self._noted(text, end)

    def join(self, more: Traced) -> None:
        """Add a text that knows its places."""
        if more.text:
            self._now.join(more)
            self._noted(more.text, more.ends[-1])

    def _noted(self, text: str, end: int) -> None:
        if text:
            self._ending, self._at = "", end

    def line(self) -> None:
        """End the line, which is a sentence, if there is one."""
        if not self._ending:
            self._now.put(LINE, self._at, self._at)
            self._ending = LINE

    def paragraph(self) -> None:
        """End the paragraph, if there is one."""
        if self._ending != PARAGRAPH:
            self._now.put(PARAGRAPH, self._at, self._at)
            self._ending = PARAGRAPH

    def cell(self, start: int, end: int) -> None:
        """Begin a cell of a row: a pause, if there is one before it."""
        if not self._ending:
            self.put(CELL, start, end)

    def pause(self, length_ms: float) -> None:
        """Add a pause; what is in excess is cut."""
        self._close(max(0, round(min(length_ms, LONGEST_PAUSE_MS))))

    def turn(self, manner: Manner) -> None:
        """Change the manner of what follows."""
        if manner != self.manner:
            self._close(0)
            self.manner = manner

    def finish(self) -> list[Stretch]:
        """Return all stretches; the last one ends with its last sign."""
        self._close(0)
        if self.stretches:
            last = self.stretches[-1]
            end = len(last.plain.text.rstrip())
            self.stretches[-1] = replace(last, plain=last.plain.part(0, end))
        return self.stretches

    def _close(self, pause_ms: int) -> None:
        if len(self._now) or pause_ms:
            self.stretches.append(Stretch(self._now.traced(), self.manner, pause_ms))
            self._now = Tracing()


def joined(stretches: Sequence[Stretch], pronunciations: Sequence[Pronunciation]) -> list[Stretch]:
    """The stretches, each with its pronunciations and with whether its sentence goes on.

    A stretch without words is a pause of the stretch before it.
    """
    found: list[Stretch] = []
    for stretch in stretches:
        if found and not any(map(str.isalnum, stretch.plain.text)):
            found[-1] = replace(found[-1], pause_ms=found[-1].pause_ms + stretch.pause_ms)
        else:
            found.append(replace(stretch, pronunciations=pronunciations))
    texts = [*(stretch.plain.text for stretch in found), ""]
    return [
        replace(stretch, continues=_goes_on(stretch.plain.text, after))
        for stretch, after in zip(found, texts[1:], strict=True)
    ]


def _goes_on(text: str, after: str) -> bool:
    bare = text.rstrip(" \t")
    if not bare or not after.strip():
        return False
    gap = after[: len(after) - len(after.lstrip())]
    return bare[-1] not in f".!?…。！？:\n{LINE}" and "\n" not in gap and LINE not in gap
