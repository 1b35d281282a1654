"""The header that says which part of a file was heard."""

import pytest

from dragoman.domain.transcription import Origin
from dragoman.wire.audio.origins import header


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (Origin(), "track=1, tracks=1, channels=1"),
        (
            Origin(2, 3, 6, "surround", alone_s=1.5, pauses_s=0.25, unread=7),
            "track=2, tracks=3, channels=6, mix=surround, alone=1.500, pauses=0.250, unread=7",
        ),
    ],
)
def test_the_usual_is_left_out(origin: Origin, line: str) -> None:
    assert header(origin) == line
