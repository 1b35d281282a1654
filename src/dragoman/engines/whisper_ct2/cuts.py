"""A window's tokens, cut at its timestamps."""

from collections.abc import Sequence
from dataclasses import dataclass

TIME_STEP_S = 0.02
"""What one timestamp token counts."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Tokens between two timestamps, in seconds from the start of the window."""

    start_s: float
    end_s: float
    tokens: list[int]


def cut(tokens: Sequence[int], first_timestamp: int, window_s: float) -> tuple[list[Cut], float]:
    """Cut `tokens` where two timestamps meet, and say how far the window is told.

    Two timestamps side by side end one piece and begin the next. Text after the last such pair
    is unfinished, because the window ended in it: it is left out and has to be heard again.
    A single timestamp at the very end says that no speech follows.

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
        return [Cut(0.0, last, list(tokens))] if tokens else [], window_s
    if finished:
        seams.append(len(tokens))
    parts = [list(tokens[first:last]) for first, last in zip([0, *seams], seams, strict=False)]
    told_s = window_s if finished else at_s(parts[-1][-1])
    # Standing still would hear the same window for ever.
    return [Cut(at_s(part[0]), at_s(part[-1]), part) for part in parts], told_s or window_s
