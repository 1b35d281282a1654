"""What is spoken: the model's first guess, and where it is unsure, what makes the best text."""

import math

from dragoman.engines.whisper_ct2.library import Decoded, Heard, Manner, Whisper

SURE = 0.8
"""A guess that is likelier than this is right."""

POSSIBLE, MOST = 0.05, 3
"""Guesses below that probability, and more guesses than that, are not tried."""

WEIGHT = 0.05
"""What the logarithm of a guess's probability counts beside the text's, a token."""


def likeliest(whisper: Whisper, heard: Heard) -> tuple[str, float]:
    """The language (ISO-639-1) of a window, and the probability that the model gave it at first.

    Of a few words Whisper often does not know the language, but in a wrong one they make
    improbable text: Spanish "por favor, intente de nuevo" (0.09 by the first guess) has a mean
    log-probability of -0.41 as Spanish and of -0.79 as Italian (0.67).
    """
    guesses = whisper.spoken_in(heard)
    tried = [guess for guess in guesses[:MOST] if guess[1] >= POSSIBLE]
    if guesses[0][1] >= SURE or len(tried) < 2:
        return guesses[0]

    def worth(guess: tuple[str, float]) -> float:
        language, probability = guess
        text = decoded(whisper, heard, language)
        return text.avg_logprob + WEIGHT * math.log(probability)

    return max(tried, key=worth)


def decoded(whisper: Whisper, heard: Heard, language: str) -> Decoded:
    """The window as if that language were spoken, without second tries."""
    return whisper.decode(heard, Manner(language, "transcribe", (0.0,), words=False), [])
