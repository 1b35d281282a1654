"""Subtitles: texts with times, written as SubRip or WebVTT."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from dragoman.audio.cues import wrapped


class Timed(Protocol):
    """A text that is shown for a while: a segment of a transcript, or a caption."""

    @property
    def start_s(self) -> float:
        """When the text is shown first, in seconds from the beginning."""
        ...

    @property
    def end_s(self) -> float:
        """When the text goes, in seconds from the beginning."""
        ...

    @property
    def text(self) -> str:
        """The text that is shown."""
        ...


def srt(segments: Iterable[Timed], width: int | None = None) -> str:
    """Write SubRip: numbered from 1, a comma before milliseconds; `width` signs a line at most."""
    return "".join(
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{text}\n\n"
        for number, (start, end, text) in enumerate(_cues(segments, width), 1)
    )


def vtt(segments: Iterable[Timed], width: int | None = None) -> str:
    """WebVTT: a full stop before the milliseconds, and text that cannot be taken for markup.

    Source: https://www.w3.org/TR/webvtt1/#webvtt-cue-text
    """
    return "WEBVTT\n\n" + "".join(
        f"{_clock(start, '.')} --> {_clock(end, '.')}\n{_escaped(text)}\n\n"
        for start, end, text in _cues(segments, width)
    )


def _cues(segments: Iterable[Timed], width: int | None) -> Iterator[tuple[int, int, str]]:
    """Yield start, end (milliseconds) and text of each cue, none empty or inside another."""
    now = 0
    for segment in segments:
        if text := " ".join(segment.text.split()):
            start = max(now, round(segment.start_s * 1000))
            now = max(start + 1, round(segment.end_s * 1000))
            # An arrow in the text would read as another cue.
            text = text.replace("-->", "->")
            yield start, now, "\n".join(wrapped(text, width)) if width else text


def _clock(milliseconds: int, mark: str) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{milliseconds:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
