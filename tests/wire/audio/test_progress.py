"""The events of `x_progress`."""

import pytest

from dragoman.domain.transcription import Segment
from dragoman.wire.audio import progress as wire


@pytest.mark.parametrize("speaker", [None, "A"])
def test_a_segment_names_its_speaker_where_speakers_are_told_apart(speaker: str | None) -> None:
    segment = Segment(0, 0, 0.5, 1.25, " Yes.", (1,), 0.0, -0.25, 0.75, 0.01, speaker=speaker)
    assert wire.progress(segment, 8.4701).model_dump() == {
        "type": "x_progress",
        "audio_seconds": 8.47,
        "start": 0.5,
        "end": 1.25,
        "text": "Yes.",
        "speaker": speaker,
    }
