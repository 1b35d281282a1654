"""Where somebody reads along: text comes while the rest is still being heard."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from typing_extensions import override

from dragoman.domain.transcription import (
    Recording,
    Segment,
    TranscriptionRequest,
)
from dragoman.engines.whisper_ct2.engine import WhisperEngine
from dragoman.engines.whisper_ct2.model import DecodedWindow, DecodingOptions, EncodedWindow
from dragoman.engines.whisper_ct2.speech_spans import Span
from dragoman.engines.whisper_ct2.stream_parts import stream_parts
from dragoman.engines.whisper_ct2.windows import Window
from outlets import Basket
from scripted import SECOND, Detector, Script, said, texts


def sentences(count: int, path: Path) -> Recording:
    """So many, of three seconds and a breath of one each."""
    sentence = np.repeat(np.array([1, 0], "<i2"), (3 * SECOND, SECOND))
    np.tile(sentence, count).tofile(path)
    return Recording(str(path), 4 * SECOND * count)


def streamed(whisper: Script, recording: Recording, language: str | None) -> Basket:
    basket = Basket()
    request = TranscriptionRequest(recording, language=language, streamed=True)
    WhisperEngine(whisper, Detector(), 1).run(request, basket)
    return basket


class Reader(Basket):
    """Knows when there is something to read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = Event()

    @override
    def emit(self, event: object) -> None:
        super().emit(event)
        if isinstance(event, Segment):
            self.reads.set()


class Patient(Script):
    """Decodes nothing after its first window until that was read."""

    def __init__(self, reader: Reader, *lines: DecodedWindow) -> None:
        super().__init__(*lines)
        self._reader = reader

    @override
    def decode(
        self, windows: Sequence[EncodedWindow], options: DecodingOptions, previous: Sequence[int]
    ) -> list[DecodedWindow]:
        if self.groups:
            assert self._reader.reads.wait(30)
        return super().decode(windows, options, previous)


PARTS = (" a", " b", " c")


@pytest.mark.parametrize("language", [None, "ko"])
def test_of_half_a_minute_the_beginning_is_read_before_the_rest_is_decoded(
    language: str | None, tmp_path: Path
):
    reader = Reader()
    whisper = Patient(reader, *map(said, PARTS))
    request = TranscriptionRequest(
        sentences(7, tmp_path / "samples"), language=language, streamed=True
    )
    WhisperEngine(whisper, Detector(), 1).run(request, reader)
    assert [text for _, text, _ in texts(reader.events)] == [*PARTS]
    assert whisper.groups == [1, 1, 1]
    assert whisper.short_padding == [True, True, True]
    assert sorted(whisper.lengths_s) == pytest.approx([3.5, 8.0, 15.9], abs=0.2)


TWICE = " We planted three trees. We planted three trees."


@pytest.mark.parametrize(
    ("again", "text"),
    [(" We planted three trees.", " We planted three trees."), (TWICE, TWICE)],
)
def test_a_sentence_that_a_part_has_twice_is_decoded_again_as_a_whole_window(
    again: str, text: str, tmp_path: Path
):
    whisper = Script(said(" a"), said(" b"), said(TWICE), said(again))
    basket = streamed(whisper, sentences(7, tmp_path / "samples"), "en")
    assert "".join(text for _, text, _ in texts(basket.events)) == f" a b{text}"
    assert whisper.short_padding == [True, True, True, False]


class Unsure(Script):
    """Does not know the language of less than so many seconds."""

    def __init__(self, least_s: float, *lines: DecodedWindow) -> None:
        super().__init__(*lines)
        self._least_s = least_s

    @override
    def detect_language(self, window: EncodedWindow) -> list[tuple[str, float]]:
        if self.lengths_s[-1] < self._least_s:
            return [("en", 0.5), ("ko", 0.4)]
        return super().detect_language(window)


@pytest.mark.parametrize(
    ("least_s", "lengths_s", "short_padding"),
    [(10, [3.5, 11.5], [True, True]), (20, [3.5, 11.5, 27.5], [True, True, False])],
)
def test_a_beginning_that_leaves_the_language_in_doubt_is_heard_with_more_and_read_by_itself(
    least_s: float, lengths_s: list[float], short_padding: list[bool], tmp_path: Path
):
    whisper = Unsure(least_s, *map(said, PARTS))
    basket = streamed(whisper, sentences(7, tmp_path / "samples"), None)
    assert whisper.short_padding[: len(short_padding)] == short_padding
    assert whisper.lengths_s[: len(lengths_s)] == pytest.approx(lengths_s, abs=0.2)
    assert whisper.options[0].language == "ko"
    assert [text for _, text, _ in texts(basket.events)] == [*PARTS]


def test_without_a_pause_a_part_is_half_as_long_again():
    quiet = [Span(at * SECOND, at * SECOND + SECOND // 2) for at in (8, 14)]
    window = Window((Span(0, 28 * SECOND),))
    lengths = [part.length / SECOND for part in stream_parts(window, Pauses(quiet))]
    assert lengths == [8.25, 6.125, 13.625]


def test_the_first_part_ends_at_the_first_breath_and_the_second_at_its_longest_pause():
    quiet = [Span(round(a * SECOND), round(b * SECOND)) for a, b in BREATHS]
    window = Window((Span(0, 28 * SECOND),))
    lengths = [part.length / SECOND for part in stream_parts(window, Pauses(quiet))]
    assert lengths == pytest.approx([3.7, 10.55, 13.75])


BREATHS = ((2.8, 3.0), (3.5, 3.9), (5.0, 6.0), (10.0, 10.4), (14.0, 14.5))
"""When nobody speaks, seconds; the first is too short to be a breath."""


class Pauses:
    """Knows where nobody speaks."""

    def __init__(
        self, quiet: Sequence[Span], softest_moment: tuple[float, int] | None = None
    ) -> None:
        self._quiet = quiet
        self._lull = softest_moment

    def longest_pause(self, span: Span) -> Span | None:
        within = (
            Span(max(each.start, span.start), min(each.end, span.end)) for each in self._quiet
        )
        return max(
            (each for each in within if each.length > 0),
            key=lambda each: each.length,
            default=None,
        )

    def softest_moment(self, span: Span) -> tuple[float, int] | None:
        return self._lull


def test_where_nobody_pauses_a_part_ends_at_the_softest_moment():
    window = Window((Span(0, 20 * SECOND),))
    lengths = [
        part.length / SECOND for part in stream_parts(window, Pauses([], (0.05, 7 * SECOND)))
    ]
    assert lengths[0] == 7.0
    assert len(stream_parts(window, Pauses([]))) == 1


def test_what_is_soon_heard_is_heard_whole(tmp_path: Path):
    whisper = Script(said(" a"))
    streamed(whisper, sentences(2, tmp_path / "samples"), None)
    assert whisper.short_padding == [False]


def test_after_the_first_window_a_stream_hears_the_windows_of_the_whole(tmp_path: Path):
    recording = sentences(30, tmp_path / "samples")
    lengths: dict[bool, list[float]] = {}
    for stream in (False, True):
        whisper = Script(*(said(" x") for _ in range(9)))
        request = TranscriptionRequest(recording, language="ko", streamed=stream)
        WhisperEngine(whisper, Detector(), 1).run(request, Basket())
        lengths[stream] = whisper.lengths_s
    first, *later = lengths[False]
    assert lengths[True][3:] == later
    assert sum(lengths[True][:3]) == pytest.approx(first, abs=0.2)
