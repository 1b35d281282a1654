import re
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dragoman.audio import subtitles
from dragoman.domain.transcription import Segment

SRT_TIME = re.compile(r"(\d\d):([0-5]\d):([0-5]\d),(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d),(\d{3})")
VTT_TIME = re.compile(
    r"(\d\d):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d)\.(\d{3})"
)


@dataclass
class Cue:
    start: int
    end: int
    text: str


def segment(text: str, start_s: float, end_s: float) -> Segment:
    return Segment(0, 0, start_s, end_s, text, (), 0.0, -0.1, 1.0, 0.0)


def milliseconds(clock: tuple[str, ...]) -> int:
    hours, minutes, seconds, rest = map(int, clock)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def cues(blocks: list[str], time: re.Pattern[str], *, numbered: bool) -> list[Cue]:
    """Strict: exactly number, times and one line of text in every block."""
    found: list[Cue] = []
    for number, block in enumerate(blocks, 1):
        lines = block.split("\n")
        if numbered:
            assert lines.pop(0) == str(number)
        match = time.fullmatch(lines[0])
        assert match is not None
        assert len(lines) == 2
        assert lines[1].strip()
        groups = match.groups()
        found.append(Cue(milliseconds(groups[:4]), milliseconds(groups[4:]), lines[1]))
    return found


def parse_srt(text: str) -> list[Cue]:
    assert text == "" or text.endswith("\n\n")
    return cues(text.split("\n\n")[:-1], SRT_TIME, numbered=True)


def parse_vtt(text: str) -> list[Cue]:
    head, *blocks, last = text.split("\n\n")
    assert (head, last) == ("WEBVTT", "")
    return cues(blocks, VTT_TIME, numbered=False)


def test_srt_is_written_to_the_letter():
    written = subtitles.srt([segment(" One.", 0, 2), segment(" Two.", 3661.5, 3662.25)])
    assert written == (
        "1\n00:00:00,000 --> 00:00:02,000\nOne.\n\n2\n01:01:01,500 --> 01:01:02,250\nTwo.\n\n"
    )


def test_vtt_is_written_to_the_letter():
    written = subtitles.vtt([segment(" One.", 0, 2)])
    assert written == "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nOne.\n\n"


def test_nothing_said_is_an_empty_srt_and_a_vtt_without_cues():
    assert subtitles.srt([]) == ""
    assert subtitles.vtt([]) == "WEBVTT\n\n"


def test_markup_in_speech_is_text_in_vtt_and_an_arrow_never_makes_a_cue():
    said = [segment(" a < b & c --> d\n\ne", 0, 1)]
    assert parse_vtt(subtitles.vtt(said))[0].text == "a &lt; b &amp; c -&gt; d e"
    assert parse_srt(subtitles.srt(said))[0].text == "a < b & c -> d e"


times = st.floats(0, 90_000, allow_nan=False)


@given(st.lists(st.tuples(st.text(), times, times)))
def test_any_segments_give_monotone_cues_with_text(said: list[tuple[str, float, float]]):
    segments = [segment(*one) for one in said]
    for found in (parse_srt(subtitles.srt(segments)), parse_vtt(subtitles.vtt(segments))):
        assert len(found) == sum(bool(text.split()) for text, _, _ in said)
        assert all(cue.start < cue.end for cue in found)
        assert all(a.end <= b.start for a, b in pairwise(found))
