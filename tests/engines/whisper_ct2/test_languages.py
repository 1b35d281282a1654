from collections.abc import Sequence

import pytest
from typing_extensions import override

from dragoman.engines.whisper_ct2.languages import likeliest
from dragoman.engines.whisper_ct2.library import Decoded, Heard, Manner, Whisper

HEARD = Heard(None, 3000)


class Guesses(Whisper):
    """Guesses as it was told, and makes text of so much worth in each language."""

    def __init__(self, probabilities: dict[str, float], logprobs: dict[str, float]) -> None:
        self._probabilities = probabilities
        self._logprobs = logprobs
        self.tried: list[Manner] = []

    @override
    def spoken_in(self, heard: Heard) -> list[tuple[str, float]]:
        return list(self._probabilities.items())

    @override
    def decode(self, heard: Heard, manner: Manner, before: Sequence[int]) -> Decoded:
        self.tried.append(manner)
        return Decoded((), 30.0, 0.0, self._logprobs[manner.language], 1.0, 0.0)


def test_a_sure_guess_is_believed_without_a_trial():
    whisper = Guesses({"es": 0.85, "it": 0.15}, {})
    assert likeliest(whisper, HEARD) == ("es", 0.85)
    assert whisper.tried == []


def test_an_unsure_guess_gives_way_to_the_language_of_the_better_text():
    whisper = Guesses({"it": 0.67, "es": 0.09, "pt": 0.07}, {"it": -0.79, "es": -0.41, "pt": -0.52})
    assert likeliest(whisper, HEARD) == ("es", 0.09)
    assert {manner.temperatures for manner in whisper.tried} == {(0.0,)}


def test_where_texts_are_alike_the_first_guess_stays():
    whisper = Guesses({"es": 0.72, "pt": 0.14}, {"es": -0.41, "pt": -0.36})
    assert likeliest(whisper, HEARD)[0] == "es"


@pytest.mark.parametrize("others", [{"fr": 0.04}, {"fr": 0.01, "de": 0.01}])
def test_the_improbable_is_not_tried(others: dict[str, float]):
    whisper = Guesses({"en": 0.5, **others}, {})
    assert likeliest(whisper, HEARD)[0] == "en"
    assert whisper.tried == []


def test_three_are_tried_at_most():
    whisper = Guesses(dict.fromkeys("abcdef", 0.16), dict.fromkeys("abcdef", -1.0))
    likeliest(whisper, HEARD)
    assert [manner.language for manner in whisper.tried] == ["a", "b", "c"]
