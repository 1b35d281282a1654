"""The tokens of a window, split at its timestamps."""

from collections.abc import Sequence
from dataclasses import dataclass

TIME_STEP_S = 0.02
"""The seconds of one timestamp token."""


@dataclass(frozen=True, slots=True)
class TimedTokens:
    """The tokens between two timestamps, in seconds from the start of the window."""

    start_s: float
    end_s: float
    tokens: list[int]


def split_at_timestamps(
    tokens: Sequence[int], first_timestamp: int, window_s: float, *, ended: bool
) -> tuple[list[TimedTokens], float]:
    """Split `tokens` where two timestamps meet, and return how far the window is decoded.

    Two timestamps side by side end one text and begin the next. Text after the last such pair
    has no end of its own. It is the last text where the model `ended` by itself: the window ends
    in a breath, and no word is cut. Else it is left out and has to be decoded again. A single
    timestamp at the very end says that no speech follows.

    Source: https://github.com/openai/whisper/blob/main/whisper/transcribe.py
    """

    def at_s(token: int) -> float:
        return max(0, token - first_timestamp) * TIME_STEP_S

    timed = [token >= first_timestamp for token in tokens]
    seams = [at for at in range(1, len(tokens)) if timed[at - 1] and timed[at]]
    finished = len(tokens) >= 2 and timed[-1] and not timed[-2]
    if not seams:
        last = next(
            (at_s(token) for token in reversed(tokens) if token > first_timestamp), window_s
        )
        return [TimedTokens(0.0, last, list(tokens))] if tokens else [], window_s
    if finished:
        seams.append(len(tokens))
    parts = [list(tokens[first:last]) for first, last in zip([0, *seams], seams, strict=False)]
    cuts = [TimedTokens(at_s(part[0]), at_s(part[-1]), part) for part in parts]
    if finished:
        return cuts, window_s
    if ended and not timed[-1]:
        rest = list(tokens[seams[-1] :])
        return [*cuts, TimedTokens(at_s(rest[0]), window_s, rest)], window_s
    # Standing still would hear the same window for ever.
    return cuts, cuts[-1].end_s or window_s
