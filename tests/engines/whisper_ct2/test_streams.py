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
from dragoman.engines.whisper_ct2.library import Decoded, Heard, Manner
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

    def __init__(self, reader: Reader, *lines: Decoded) -> None:
        super().__init__(*lines)
        self._reader = reader

    @override
    def decode(
        self, windows: Sequence[Heard], manner: Manner, before: Sequence[int]
    ) -> list[Decoded]:
        if self.groups:
            assert self._reader.reads.wait(30)
        return super().decode(windows, manner, before)


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
    assert whisper.brief == [True, True, True]
    assert sorted(whisper.lengths_s) == pytest.approx([7.4, 8.0, 11.9], abs=0.2)


class Unsure(Script):
    """Does not know the language of less than ten seconds."""

    @override
    def spoken_in(self, heard: Heard) -> list[tuple[str, float]]:
        if self.lengths_s[-1] < 10:
            return [("en", 0.5), ("ko", 0.4)]
        return super().spoken_in(heard)


def test_a_beginning_that_leaves_the_language_in_doubt_is_heard_with_all_of_its_window(
    tmp_path: Path,
):
    whisper = Unsure(said(" a"))
    streamed(whisper, sentences(7, tmp_path / "samples"), None)
    assert whisper.brief == [True, False]
    assert whisper.lengths_s == pytest.approx([7.5, 27.5], abs=0.2)
    assert whisper.manners[0].language == "ko"


def test_what_is_soon_heard_is_heard_whole(tmp_path: Path):
    whisper = Script(said(" a"))
    streamed(whisper, sentences(2, tmp_path / "samples"), None)
    assert whisper.brief == [False]


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
