"""Second tries: text that is improbable or repeats itself is drawn again, hotter."""

import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from dragoman.engines.whisper_ct2.echoes import alike

IMPROBABLE = -1.0
"""Mean log-probability of a token; less is tried again."""

LOOPING = 2.4
"""How much text shrinks when it is compressed; more repeats itself."""

SURELY_LOOPING = 3.0
"""People repeat themselves too, but rarely so."""

RUSHING = 25.0
"""Letters a second: faster than people speak, but not too fast for a loop."""

BEGINNING = 100
"""Characters of two draws that are compared."""

NO_SPEECH = 0.6
"""What the model takes for silence more surely than this, and is improbable, is silence."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the model says of one window."""

    tokens: tuple[int, ...]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    letters_per_s: float = 0.0
    """Letters of the text by the seconds of the window."""
    text: str = ""

    @property
    def logprob(self) -> float:
        """Of the whole text and its end."""
        return self.avg_logprob * (len(self.tokens) + 1)

    @property
    def silent(self) -> bool:
        """Whether nobody speaks, by the model itself."""
        return self.no_speech_prob > NO_SPEECH and self.avg_logprob < IMPROBABLE

    @property
    def looping(self) -> bool:
        """Whether the text repeats itself more than speech does."""
        return self.compression_ratio > LOOPING

    @property
    def plausible(self) -> bool:
        """Whether somebody may have said that, repetitions and all."""
        return self.avg_logprob >= IMPROBABLE and self.letters_per_s < RUSHING

    @property
    def good(self) -> bool:
        """Whether no other attempt is needed."""
        return self.silent or not (self.looping or self.avg_logprob < IMPROBABLE)


Draw = Callable[[Sequence[int], float], list[Attempt]]
"""Indices of windows and a temperature → one attempt each."""

Redraw = Callable[[int], AbstractContextManager[Callable[[float], Attempt]]]
"""The index of a window → what draws it again at a temperature, from the same seed for all."""


def climb(count: int, temperatures: Sequence[float], draw: Draw, redraw: Redraw) -> list[Attempt]:
    """The first good attempt of each of `count` windows, or else the most probable one.

    At the first temperature all windows are drawn together, and each one that is not good is
    drawn again by itself, so that its text depends on nothing else. What loops is taken only where
    everything does, and neither that nor what is improbable unless another draw is alike: over
    screams, laughter and speech played backwards the model says something else each time.

    Source: https://github.com/openai/whisper/blob/main/whisper/transcribe.py
    """
    first, *hotter = temperatures
    made = [[attempt] for attempt in draw(range(count), first)]
    for index, attempts in enumerate(made):
        if attempts[-1].good or not hotter:
            continue
        with redraw(index) as draw_one:
            for temperature in hotter:
                attempts.append(draw_one(temperature))
                if attempts[-1].good or _stands(attempts):
                    break
    return [_chosen(attempts) for attempts in made]


def _stands(attempts: Sequence[Attempt]) -> bool:
    """Whether all attempts repeat themselves and may yet be true: then somebody did say it so.

    Two of the same text are enough for that, or three where it is little but repetition.
    """
    if not all(attempt.looping and attempt.plausible for attempt in attempts):
        return False
    sure = any(attempt.compression_ratio >= SURELY_LOOPING for attempt in attempts)
    again = all(_alike(attempt, attempts[0]) for attempt in attempts)
    return again and len(attempts) >= (3 if sure else 2)


def _chosen(attempts: Sequence[Attempt]) -> Attempt:
    if attempts[-1].good:
        return attempts[-1]
    straight = [attempt for attempt in attempts if not attempt.looping]
    likeliest = max(straight or attempts, key=lambda attempt: attempt.avg_logprob)
    others = [attempt for attempt in attempts if attempt is not likeliest]
    # Where only one was to be drawn there is no second.
    if not others or any(_alike(attempt, likeliest) for attempt in others):
        return likeliest
    return replace(likeliest, tokens=())


def _alike(one: Attempt, other: Attempt) -> bool:
    """Whether two texts begin in the same way; loops are not equally long."""
    return alike(one.text[:BEGINNING], other.text[:BEGINNING])


def compression_ratio(text: str) -> float:
    """Bytes of `text` by its compressed bytes."""
    data = text.encode()
    return len(data) / len(zlib.compress(data))
