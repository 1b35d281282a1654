"""The field `x_flags`: doubtful segments of a transcript, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, TypeVar

from dragoman.domain.transcription import Segment

Flag: TypeAlias = Literal["low_confidence", "loop", "no_speech"]

FlagPolicy: TypeAlias = Literal["keep", "mark", "drop"]

POLICIES = ("keep", "mark", "drop")

UNSURE = -0.7
"""The mean log-probability of a token below which a text is often wrong."""

LOOPING = 2.4
"""The ratio of a text to its compressed form above which it repeats itself."""

SILENT = 0.6
"""The recogniser's own probability that nobody speaks, above which it is doubtful that anybody
does."""

OPENING, CLOSING = "[? ", "]"
"""The brackets around the text of a marked segment."""

Event = TypeVar("Event")


class Review:
    """Keeps, marks or drops the doubtful segments of one transcript, as they come."""

    def __init__(self, policy: FlagPolicy) -> None:
        self._policy = policy
        self._kept = 0
        self._dropped: list[tuple[float, float]] = []

    @property
    def dropped(self) -> Sequence[tuple[float, float]]:
        """The start and the end of each dropped segment, in seconds."""
        return tuple(self._dropped)

    def passed(self, event: Event) -> Event | Segment | None:
        """The event as the answer has it, segments numbered anew; None: it is left out."""
        if not isinstance(event, Segment) or self._policy == "keep":
            return event
        doubtful = bool(flags(event))
        if doubtful and self._policy == "drop":
            self._dropped.append((event.start_s, event.end_s))
            return None
        numbered = replace(event, index=self._kept)
        self._kept += 1
        return replace(numbered, text=_bracketed(event.text)) if doubtful else numbered


def flags(segment: Segment) -> list[Flag]:
    """The reasons why the text may be wrong; empty where nothing speaks against it."""
    reasons: list[Flag] = []
    if segment.avg_logprob is not None and segment.avg_logprob < UNSURE:
        reasons.append("low_confidence")
    if segment.compression_ratio is not None and segment.compression_ratio > LOOPING:
        reasons.append("loop")
    if segment.no_speech_prob is not None and segment.no_speech_prob > SILENT:
        reasons.append("no_speech")
    return reasons


def marked_words(segment: Segment) -> Segment:
    """The segment with its brackets around its first and last word, for cues made of words."""
    if not segment.words or not flags(segment):
        return segment
    words = list(segment.words)
    words[0] = replace(words[0], text=OPENING + words[0].text)
    words[-1] = replace(words[-1], text=words[-1].text + CLOSING)
    return replace(segment, words=tuple(words))


def _bracketed(text: str) -> str:
    """With the space before it, which is Whisper's, before the bracket."""
    bare = text.lstrip()
    return f"{text[: len(text) - len(bare)]}{OPENING}{bare}{CLOSING}"
