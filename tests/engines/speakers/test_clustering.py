import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.engines.speakers import clustering
from dragoman.engines.speakers.clustering import agglomerated, speaker_embeddings
from dragoman.engines.speakers.embedding import Piece
from dragoman.engines.speakers.networks import Embedding
from dragoman.engines.speakers.tracks import Span

CHANCE = np.random.default_rng(0)


def voice(person: int, noise: float = 0.05) -> Embedding:
    """Somebody's voice, a little different every time."""
    vector = np.eye(192)[person] + noise * CHANCE.standard_normal(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def piece(person: int, seconds: float = 2.0, noise: float = 0.05) -> Piece:
    return Piece(Span(0, 100), voice(person, noise), seconds)


def like(found: NDArray[np.float32], person: int) -> NDArray[np.bool_]:
    return found[:, person] > 0.7


def test_pieces_of_a_speaker_are_one_and_the_longest_comes_first() -> None:
    found = speaker_embeddings([piece(4), piece(7), piece(7), piece(4), piece(7)])
    assert found.shape == (2, 192)
    assert like(found, 7).tolist() == [True, False]
    assert like(found, 4).tolist() == [False, True]
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)


def test_many_pieces_are_alike_where_two_of_them_are_not() -> None:
    pieces = [piece(4, noise=0.075) for _ in range(30)]
    assert 1 - float(pieces[0].voice @ pieces[1].voice) > clustering.DISTANCE_THRESHOLD
    assert len(speaker_embeddings(pieces)) == 1


def test_who_says_little_is_no_speaker_unless_all_say_little() -> None:
    assert like(speaker_embeddings([*[piece(4)] * 6, piece(7, 1.5)]), 4).tolist() == [True]
    assert like(speaker_embeddings([piece(4), piece(7, 1.5)]), 4).tolist() == [True, False]
    assert len(speaker_embeddings([piece(7, 0.5)])) == 1
    assert len(speaker_embeddings([])) == 0


def test_short_pieces_make_no_speaker() -> None:
    found = speaker_embeddings([piece(4, 3.0), *[piece(7, 0.9) for _ in range(5)]])
    assert like(found, 4).tolist() == [True]


def test_there_are_at_most_so_many_speakers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MAX_SPEAKERS", 3)
    assert len(speaker_embeddings([piece(person, 3.0) for person in range(5)])) == 3


def test_of_a_long_recording_some_pieces_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MAX_CLUSTERED_PIECES", 10)
    found = speaker_embeddings([piece(4) for _ in range(900)] + [piece(7) for _ in range(100)])
    assert like(found, 4).tolist() == [True, False]


def test_those_most_alike_are_joined_first() -> None:
    angles = np.radians([0, 30, 80])
    sums = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found, seconds = agglomerated(sums, np.array([1.0, 2.0, 4.0]))
    assert seconds.tolist() == [3.0, 4.0]
    np.testing.assert_allclose(found[0], sums[0] + sums[1], rtol=1e-6)
