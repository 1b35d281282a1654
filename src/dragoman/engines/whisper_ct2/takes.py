"""A group of windows, heard whole: together first, then what was left over, piece by piece."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.engine import Stopped
from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.course import Course
from dragoman.engines.whisper_ct2.coverage import Voice, unsaid
from dragoman.engines.whisper_ct2.doubt import bare
from dragoman.engines.whisper_ct2.echoes import alike, echoed
from dragoman.engines.whisper_ct2.groups import Group
from dragoman.engines.whisper_ct2.library import Decoded, Heard, Whisper
from dragoman.engines.whisper_ct2.reel import Window
from dragoman.engines.whisper_ct2.spans import Span

ENDS = (".", "?", "!", "…", "。", "？", "！", "।", "؟")
"""Signs that end a sentence."""

MARGIN = SAMPLE_RATE // 5
"""Samples (0.2 s) heard on both sides of a gap."""


@dataclass(frozen=True, slots=True)
class Take:
    """A window and what was heard in it."""

    window: Window
    decoded: Decoded


class Ears:
    """Hears windows of one recording; may be used by several threads at once."""

    def __init__(
        self,
        whisper: Whisper,
        course: Course,
        voice: Voice,
        samples: NDArray[np.int16],
        stopped: Callable[[], bool],
    ) -> None:
        self._whisper = whisper
        self._course = course
        self._voice = voice
        self._samples = samples
        self._stopped = stopped

    def hear(self, window: Window, *, briefly: bool = False) -> Heard:
        """Encode one window; `briefly`: see `Whisper.hear`.

        Raises:
            Stopped: nobody wants to know any more.
        """
        if self._stopped():
            raise Stopped
        return self._whisper.hear(window.samples(self._samples), briefly=briefly)

    def takes(self, group: Group, first: Heard | None = None) -> list[list[Take]]:
        """For every window, all that is said in it; `first`: the first one, if heard already.

        Raises:
            Stopped: nobody wants to know any more.
        """
        heard = [first] if first is not None else []
        windows = group.windows
        heard += [self.hear(window, briefly=group.briefly) for window in windows[len(heard) :]]
        if self._stopped():
            raise Stopped
        decoded = self._decoded(heard)
        return [
            self._whole(Take(window, text)) for window, text in zip(windows, decoded, strict=True)
        ]

    def _whole(self, take: Take) -> list[Take]:
        """With the unfinished text at the end of the window, and with the gaps in it."""
        takes = [take]
        while take.window.rest(take.decoded.heard_s):
            takes[-1] = take = Take(take.window, _sentences(take.decoded))
            said = [token for piece in take.decoded.pieces for token in piece.tokens]
            take = self._alone(Window(take.window.rest(take.decoded.heard_s)), said)
            takes.append(take)
        first = takes[0].window
        told = [
            take.window.between(piece.start_s, piece.end_s)
            for take in takes
            for piece in take.decoded.pieces
            if piece.text.strip()
        ]
        for start_s, end_s in unsaid(first.spans, told, self._voice):
            gap = Window(_around(start_s, end_s, first.spans))
            # The same sound in the same manner would give the same nothing.
            if gap != first or self._course.guided:
                again = self._alone(gap, None)
                if not _repeats(again, takes):
                    takes.append(again)
        return takes

    def _alone(self, window: Window, said: Sequence[int] | None) -> Take:
        (decoded,) = self._decoded([self.hear(window)], said)
        return Take(window, decoded)

    def _decoded(self, heard: Sequence[Heard], said: Sequence[int] | None = ()) -> list[Decoded]:
        decoded = self._course.decode(heard, said)
        if said is None or not self._course.guided:
            return decoded
        return [self._unprompted(*pair) for pair in zip(heard, decoded, strict=True)]

    def _unprompted(self, heard: Heard, decoded: Decoded) -> Decoded:
        """What is said, or what is heard without the prompt if nothing but the prompt is said.

        Over screams and animals Whisper repeats what it was given, and is sure of it.
        """
        text = _text(decoded)
        if not echoed(text, self._course.given):
            return decoded
        (alone,) = self._course.decode([heard], None)
        return decoded if alike(text, _text(alone)) else alone


def _text(decoded: Decoded) -> str:
    return "".join(piece.text for piece in decoded.pieces)


def _sentences(decoded: Decoded) -> Decoded:
    """Without a last piece that is half a sentence: with its other half it is understood better."""
    *whole, last = decoded.pieces or (None,)
    if last is None or last.start_s <= 0 or not whole or last.text.rstrip().endswith(ENDS):
        return decoded
    return replace(decoded, pieces=tuple(whole), heard_s=last.start_s)


def _around(start_s: float, end_s: float, spans: Sequence[Span]) -> tuple[Span, ...]:
    """A gap with a margin, within its span."""
    start, end = round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
    span = next(span for span in spans if span.start <= start + 1 and end - 1 <= span.end)
    return (Span(max(span.start, start - MARGIN), min(span.end, end + MARGIN)),)


def _repeats(again: Take, takes: Sequence[Take]) -> bool:
    """Whether a gap has only what its neighbours said: then their times were wrong."""
    told = " ".join(bare(piece.text) for take in takes for piece in take.decoded.pieces)
    return " ".join(bare(piece.text) for piece in again.decoded.pieces) in told
