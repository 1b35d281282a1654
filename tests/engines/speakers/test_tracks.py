from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dragoman.engines.speakers.networks import FRAMES, Activity
from dragoman.engines.speakers.tracks import Span, runs, spans, starts, stitched
from dragoman.engines.speakers.turns import turns


def frames(*spoken: tuple[int, int], length: int = FRAMES) -> NDArray[np.bool_]:
    found = np.zeros(length, np.bool_)
    for start, end in spoken:
        found[start:end] = True
    return found


def window(*tracks: NDArray[np.bool_]) -> Activity:
    return np.stack([*tracks, *[frames()] * (3 - len(tracks))], axis=1)


def heard(tracks: Activity) -> list[list[tuple[int, int]]]:
    return sorted(runs(track) for track in tracks.T if track.any())


def test_windows_cover_a_recording_and_the_last_one_ends_with_it() -> None:
    assert starts(0) == starts(1000) == starts(160_000) == [0]
    found = starts(16_000 * 60)
    assert all(0 < b - a <= 148 for a, b in pairwise(found))
    assert 0 <= 16_000 * 60 - (found[-1] * 270 + 160_000) < 270


def test_windows_that_number_their_speakers_differently_are_put_beside_each_other() -> None:
    windows = [
        (0, window(frames((0, 200), (400, 589)), frames((250, 350)))),
        (148, window(frames((102, 202)), frames((0, 52), (252, 500)))),
    ]
    assert heard(stitched(windows, 148 + FRAMES)) == [[(0, 200), (400, 648)], [(250, 350)]]


def test_what_most_windows_hear_is_believed() -> None:
    windows = [
        (0, window(frames((0, 300)))),
        (0, window(frames((0, 300)))),
        (0, window(frames((0, 200)), frames((400, 500)))),
    ]
    assert heard(stitched(windows, FRAMES)) == [[(0, 300)]]


def test_two_speak_at_once() -> None:
    tracks = stitched([(0, window(frames((0, 300)), frames((250, 500))))], FRAMES)
    assert heard(tracks) == [[(0, 300)], [(250, 500)]]


def test_spans_go_on_over_short_pauses_and_are_short() -> None:
    tracks = window(frames((0, 50), (53, 100), (120, 480)), frames((90, 130)))
    found = spans(tracks)
    assert found[:2] == [Span(0, 100), Span(90, 130)]
    assert found[2:] == [Span(120, 240), Span(240, 360), Span(360, 480)]
    assert spans(window(frames())) == []


def spoken(*told: tuple[int, int, str]) -> list[tuple[float, float, str]]:
    found = turns([Span(a, b) for a, b, _ in told], [who for _, _, who in told], 160_000)
    return [(round(turn.start_s, 1), round(turn.end_s, 1), turn.speaker) for turn in found]


def test_a_short_pause_does_not_end_a_turn_and_a_long_one_does() -> None:
    assert spoken((60, 120, "A"), (130, 200, "A"), (260, 320, "A")) == [
        (1.0, 3.4, "A"),
        (4.4, 5.4, "A"),
    ]


def test_turns_of_two_speakers_may_overlap_and_are_in_order() -> None:
    assert spoken((0, 100, "B"), (60, 120, "A"), (100, 200, "B")) == [
        (0.0, 3.4, "B"),
        (1.0, 2.0, "A"),
    ]


def test_no_turn_ends_after_the_recording() -> None:
    assert spoken((500, 589, "A")) == [(8.5, 10.0, "A")]
