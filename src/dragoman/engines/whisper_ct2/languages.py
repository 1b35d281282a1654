"""Language detection: the model's guess, or, where it is unsure, what makes the best text."""

import math
from collections.abc import Collection

from dragoman.engines.whisper_ct2.model import EncodedWindow, Whisper

SURE_PROBABILITY = 0.7
"""A guess of at least this probability is believed without a trial."""

MIN_PROBABILITY, MAX_CANDIDATES = 0.01, 8
"""Guesses of a lower probability, and more guesses than that, are not tried."""

OTHER_PROBABILITY = 0.9
"""The least probability of another language than the recording's own in one of its windows."""

SHORTEST_OTHER = 300
"""The frames (3 s) of the shortest window that may be in another language."""

GUESS_WEIGHT = 0.7
"""The weight of the logarithm of a guess's probability beside that of its text."""


def likeliest_language(
    whisper: Whisper, window: EncodedWindow, possible: Collection[str] = ()
) -> tuple[str, float]:
    """The language (ISO-639-1) of a window, and the probability that the model gave it at first.

    Of a few words Whisper often does not know the language, but in a wrong one they make
    improbable text: Spanish "¿en qué carpeta desea guardar el mensaje?" (0.015 by the first
    guess) has a log-probability of -5 as Spanish, and one of -34 as Hindi (0.39).

    `possible` are the only languages that may be spoken; empty: all may.
    """
    guesses = _guesses(whisper, window, possible)
    probable = [guess for guess in guesses[:MAX_CANDIDATES] if guess[1] >= MIN_PROBABILITY]
    candidates = probable or guesses[:1]
    if candidates[0][1] >= SURE_PROBABILITY or len(candidates) < 2:
        return candidates[0]
    logprobs = whisper.text_logprobs(window, [language for language, _ in candidates])
    scores = [
        logprob + GUESS_WEIGHT * math.log(probability)
        for logprob, (_, probability) in zip(logprobs, candidates, strict=True)
    ]
    return candidates[scores.index(max(scores))]


def is_sure_of_language(
    whisper: Whisper, window: EncodedWindow, possible: Collection[str] = ()
) -> bool:
    """Whether the model's first guess needs no trial: it is probable, or the only one."""
    guesses = _guesses(whisper, window, possible)
    return guesses[0][1] >= SURE_PROBABILITY or len(guesses) < 2


def language_of_window(
    whisper: Whisper, window: EncodedWindow, settled: str, possible: Collection[str] = ()
) -> str:
    """The language of a window: `settled`, that of the recording, or another that it surely is.

    Made to write a language that nobody speaks, Whisper translates, or writes down sounds.
    """
    if window.frames < SHORTEST_OTHER:
        return settled
    language, probability = _guesses(whisper, window, possible)[0]
    return language if probability >= OTHER_PROBABILITY else settled


def _guesses(
    whisper: Whisper, window: EncodedWindow, possible: Collection[str]
) -> list[tuple[str, float]]:
    return [
        guess for guess in whisper.detect_language(window) if not possible or guess[0] in possible
    ]
