"""Temperature fallback: improbable or repetitive text is decoded again, at higher temperatures."""

import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from dragoman.engines.whisper_ct2.hallucinations import are_alike

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""The temperatures that are tried in turn while the text is improbable or repeats itself."""

LOGPROB_THRESHOLD = -1.0
"""A text whose tokens have a lower mean log-probability than this is decoded again."""

COMPRESSION_RATIO_THRESHOLD = 2.4
"""A text that zlib makes smaller by more than this factor repeats itself."""

HIGH_COMPRESSION_RATIO = 3.0
"""A text with this compression ratio is little but repetition: people rarely speak so."""

MAX_LETTERS_PER_S = 25.0
"""Nobody speaks as many letters a second; a text that loops may have more."""

COMPARED_LETTERS = 100
"""The characters at the beginning of two texts that are compared."""

NO_SPEECH_THRESHOLD = 0.6
"""A window is silence if the model gives that this probability, and its text is improbable."""


@dataclass(frozen=True, slots=True)
class DecodingResult:
    """The text of one window, decoded once, and how far it can be trusted."""

    tokens: tuple[int, ...]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    letters_per_s: float = 0.0
    """The number of letters of the text for each second of the window."""
    text: str = ""

    @property
    def logprob(self) -> float:
        """The log-probability of the whole text and its end."""
        return self.avg_logprob * (len(self.tokens) + 1)

    @property
    def is_silence(self) -> bool:
        """Whether the model itself says that nobody speaks."""
        return self.no_speech_prob > NO_SPEECH_THRESHOLD and self.avg_logprob < LOGPROB_THRESHOLD

    @property
    def is_repetitive(self) -> bool:
        """Whether the text repeats itself more than speech does."""
        return self.compression_ratio > COMPRESSION_RATIO_THRESHOLD

    @property
    def is_plausible(self) -> bool:
        """Whether somebody may have said the text, with its repetitions."""
        return self.avg_logprob >= LOGPROB_THRESHOLD and self.letters_per_s < MAX_LETTERS_PER_S

    @property
    def is_accepted(self) -> bool:
        """Whether the window need not be decoded again."""
        return self.is_silence or not (self.is_repetitive or self.avg_logprob < LOGPROB_THRESHOLD)


DecodeTogether = Callable[[Sequence[int], float], list[DecodingResult]]
"""Decodes the windows of these indices together at a temperature; one result each."""

DecodeAgain = Callable[[int], AbstractContextManager[Callable[[float], DecodingResult]]]
"""Opens what decodes one window again at a temperature, with random numbers of the same seed."""


def decode_with_fallback(
    count: int,
    temperatures: Sequence[float],
    decode_together: DecodeTogether,
    decode_again: DecodeAgain,
) -> list[DecodingResult]:
    """The first accepted result of each of `count` windows, or else the most probable one.

    At the first temperature all windows are decoded together. Each window that is not accepted is
    decoded again by itself, so that its text depends on no other window. A repetitive text is only
    taken where all are repetitive. Neither that nor an improbable text is taken unless another
    result is alike: over screams, laughter and speech played backwards the text is another one
    each time.

    Source: https://github.com/openai/whisper/blob/main/whisper/transcribe.py
    """
    first, *higher = temperatures
    results_by_window = [[result] for result in decode_together(range(count), first)]
    for index, results in enumerate(results_by_window):
        if results[-1].is_accepted or not higher:
            continue
        with decode_again(index) as decode_one:
            for temperature in higher:
                results.append(decode_one(temperature))
                if results[-1].is_accepted or _is_agreed_repetition(results):
                    break
    return [_best(results) for results in results_by_window]


def _is_agreed_repetition(results: Sequence[DecodingResult]) -> bool:
    """Whether all results are repetitive and agree, so that somebody did repeat the words.

    Two results have to agree, or three where the text is little but repetition.
    """
    if not all(result.is_repetitive and result.is_plausible for result in results):
        return False
    needed = (
        3 if any(result.compression_ratio >= HIGH_COMPRESSION_RATIO for result in results) else 2
    )
    agree = all(_begin_alike(result, results[0]) for result in results)
    return agree and len(results) >= needed


def _best(results: Sequence[DecodingResult]) -> DecodingResult:
    """The result that is taken; without tokens where no two results agree."""
    if results[-1].is_accepted:
        return results[-1]
    plain = [result for result in results if not result.is_repetitive]
    likeliest = max(plain or results, key=lambda result: result.avg_logprob)
    others = [result for result in results if result is not likeliest]
    # A request with a temperature of its own has one result only.
    if not others or any(_begin_alike(result, likeliest) for result in others):
        return likeliest
    return replace(likeliest, tokens=())


def _begin_alike(one: DecodingResult, other: DecodingResult) -> bool:
    """Whether two texts begin alike; a loop need not be as long each time."""
    return are_alike(one.text[:COMPARED_LETTERS], other.text[:COMPARED_LETTERS])


def compression_ratio(text: str) -> float:
    """The bytes of `text` divided by its bytes when zlib compresses it."""
    data = text.encode()
    return len(data) / len(zlib.compress(data))
