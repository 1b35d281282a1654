"""What is spoken: the model's first guess, and where it is unsure, what makes the best text."""

import math
from collections.abc import Collection

from dragoman.engines.whisper_ct2.library import Heard, Whisper

SURE = 0.7
"""A guess that is likelier than this is right."""

POSSIBLE, MOST = 0.01, 8
"""Guesses below that probability, and more guesses than that, are not tried."""

WEIGHT = 0.7
"""What the logarithm of a guess's probability counts beside that of the text."""


def likeliest(whisper: Whisper, heard: Heard, possible: Collection[str] = ()) -> tuple[str, float]:
    """The language (ISO-639-1) of a window, and the probability that the model gave it at first.

    Of a few words Whisper often does not know the language, but in a wrong one they make
    improbable text: Spanish "¿en qué carpeta desea guardar el mensaje?" (0.015 by the first
    guess) has a log-probability of -5 as Spanish, and one of -34 as Hindi (0.39).

    `possible`: nothing else is spoken; empty: any language may be.
    """
    guesses = _guesses(whisper, heard, possible)
    tried = [guess for guess in guesses[:MOST] if guess[1] >= POSSIBLE] or guesses[:1]
    if tried[0][1] >= SURE or len(tried) < 2:
        return tried[0]
    texts = whisper.worth(heard, [language for language, _ in tried])
    worth = [
        text + WEIGHT * math.log(probability)
        for text, (_, probability) in zip(texts, tried, strict=True)
    ]
    return tried[worth.index(max(worth))]


def sure(whisper: Whisper, heard: Heard, possible: Collection[str] = ()) -> bool:
    """Whether the first guess needs no trying: it is likely, or the only one."""
    guesses = _guesses(whisper, heard, possible)
    return guesses[0][1] >= SURE or len(guesses) < 2


def _guesses(whisper: Whisper, heard: Heard, possible: Collection[str]) -> list[tuple[str, float]]:
    return [guess for guess in whisper.spoken_in(heard) if not possible or guess[0] in possible]
