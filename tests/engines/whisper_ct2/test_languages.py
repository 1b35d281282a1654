from collections.abc import Sequence

import pytest
from typing_extensions import override

from dragoman.engines.whisper_ct2.languages import language_of_window, likeliest_language
from dragoman.engines.whisper_ct2.model import EncodedWindow, Whisper

WINDOW = EncodedWindow(None, 3000)


class Guesses(Whisper):
    """Guesses as it was told, and makes text of so much worth in each language."""

    def __init__(self, probabilities: dict[str, float], text_logprobs: dict[str, float]) -> None:
        self._probabilities = probabilities
        self._worth = text_logprobs
        self.tried: list[str] = []

    @override
    def detect_language(self, window: EncodedWindow) -> list[tuple[str, float]]:
        return list(self._probabilities.items())

    @override
    def text_logprobs(self, window: EncodedWindow, languages: Sequence[str]) -> list[float]:
        self.tried += languages
        return [self._worth[language] for language in languages]


def test_a_sure_guess_is_believed_without_a_trial():
    whisper = Guesses({"es": 0.85, "it": 0.15}, {})
    assert likeliest_language(whisper, WINDOW) == ("es", 0.85)
    assert whisper.tried == []


def test_an_unsure_guess_gives_way_to_the_language_of_the_better_text():
    whisper = Guesses({"hi": 0.39, "en": 0.11, "es": 0.015}, {"hi": -34, "en": -13, "es": -5})
    assert likeliest_language(whisper, WINDOW) == ("es", 0.015)


def test_where_texts_are_alike_the_first_guess_stays():
    whisper = Guesses({"es": 0.65, "pt": 0.14}, {"es": -5.3, "pt": -4.3})
    assert likeliest_language(whisper, WINDOW)[0] == "es"


@pytest.mark.parametrize("others", [{"fr": 0.009}, {"fr": 0.005, "de": 0.001}])
def test_the_improbable_is_not_tried(others: dict[str, float]):
    whisper = Guesses({"en": 0.5, **others}, {})
    assert likeliest_language(whisper, WINDOW)[0] == "en"
    assert whisper.tried == []


def test_eight_are_tried_at_most():
    whisper = Guesses(dict.fromkeys("abcdefghij", 0.1), dict.fromkeys("abcdefgh", -1.0))
    likeliest_language(whisper, WINDOW)
    assert whisper.tried == list("abcdefgh")


def test_what_cannot_be_spoken_is_not_found():
    whisper = Guesses({"ta": 0.9, "es": 0.05, "pt": 0.001}, {})
    assert likeliest_language(whisper, WINDOW, ("pt",)) == ("pt", 0.001)
    assert likeliest_language(whisper, WINDOW, ("es", "pt")) == ("es", 0.05)


@pytest.mark.parametrize(
    ("probabilities", "frames", "possible", "found"),
    [
        ({"es": 0.97, "en": 0.01}, 2900, (), "es"),
        ({"es": 0.8, "en": 0.15}, 2900, (), "en"),
        ({"es": 0.97, "en": 0.01}, 200, (), "en"),
        ({"en": 0.97, "es": 0.01}, 2900, (), "en"),
        ({"es": 0.97, "en": 0.01}, 2900, ("en", "fr"), "en"),
    ],
)
def test_a_later_window_is_in_another_language_only_where_that_is_sure(
    probabilities: dict[str, float], frames: int, possible: tuple[str, ...], found: str
):
    window = EncodedWindow(None, frames)
    whisper = Guesses(probabilities, {})
    assert language_of_window(whisper, window, "en", possible) == found
