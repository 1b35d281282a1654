from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from dragoman.engines.whisper_ct2.fallback import (
    DecodingResult,
    compression_ratio,
    decode_with_fallback,
)


def attempt(
    avg_logprob: float = -0.2,
    ratio: float = 1.0,
    silent: float = 0.0,
    letters_per_s: float = 10.0,
    text: str = "Good morning.",
) -> DecodingResult:
    return DecodingResult((1, 2, 3), 0.0, avg_logprob, ratio, silent, letters_per_s, text)


GOOD, IMPROBABLE, WORSE = attempt(), attempt(-1.5), attempt(-2.5)
LOOP, SILENCE = attempt(-0.1, ratio=5.0, letters_per_s=40.0), attempt(-3.0, silent=0.9)


class Script:
    """Answers one row after the other, and then what each window says when it is drawn again."""

    def __init__(self, row: Sequence[DecodingResult], *again: Sequence[DecodingResult]) -> None:
        self._row = row
        self._again = [list(attempts) for attempts in again]
        self.together: list[tuple[list[int], float]] = []
        self.alone: list[tuple[int, list[float]]] = []

    def decode_with_fallback(self, *temperatures: float) -> list[DecodingResult]:
        return decode_with_fallback(len(self._row), temperatures, self._draw, self._redraw)

    def _draw(self, indices: Sequence[int], temperature: float) -> list[DecodingResult]:
        self.together.append((list(indices), temperature))
        return list(self._row)

    @contextmanager
    def _redraw(self, index: int) -> Generator[Callable[[float], DecodingResult], None, None]:
        drawn: list[float] = []
        self.alone.append((index, drawn))
        attempts = iter(self._again.pop(0))

        def draw(temperature: float) -> DecodingResult:
            drawn.append(temperature)
            return next(attempts)

        yield draw


def test_what_is_good_is_drawn_once():
    script = Script([GOOD, GOOD])
    assert script.decode_with_fallback(0.0, 0.2) == [GOOD, GOOD]
    assert script.together == [([0, 1], 0.0)]
    assert script.alone == []


def test_only_what_is_not_good_is_drawn_again_and_by_itself():
    script = Script([GOOD, IMPROBABLE, LOOP], [IMPROBABLE, GOOD], [GOOD])
    assert script.decode_with_fallback(0.0, 0.2, 0.4) == [GOOD, GOOD, GOOD]
    assert script.together == [([0, 1, 2], 0.0)]
    assert script.alone == [(1, [0.2, 0.4]), (2, [0.2])]


def test_where_nothing_is_good_the_likeliest_is_taken_and_a_loop_last():
    assert Script([WORSE], [LOOP, IMPROBABLE]).decode_with_fallback(0.0, 0.2, 0.4) == [IMPROBABLE]
    assert Script([LOOP], [LOOP]).decode_with_fallback(0.0, 0.2) == [LOOP]


def test_what_is_improbable_and_another_text_each_time_is_nothing():
    other = attempt(-2.5, text="See you in the next video.")
    loop = attempt(-0.1, ratio=5.0, letters_per_s=40.0, text="See, see, see, see, see.")
    assert Script([other], [loop, IMPROBABLE]).decode_with_fallback(0.0, 0.2, 0.4)[0].tokens == ()
    begins_alike = attempt(-2.5, text="A good morning")
    assert Script([begins_alike], [other, IMPROBABLE]).decode_with_fallback(0.0, 0.2, 0.4) == [
        IMPROBABLE
    ]


def test_what_is_drawn_only_once_is_taken_however_improbable():
    assert Script([WORSE]).decode_with_fallback(0.7) == [WORSE]


def test_silence_is_not_drawn_again():
    script = Script([SILENCE])
    assert script.decode_with_fallback(0.0, 0.2) == [SILENCE]
    assert script.alone == []


def test_the_probability_of_a_text_counts_its_end():
    assert attempt(-0.5).logprob == -2.0


def test_two_loops_of_other_texts_are_not_believed():
    texts = ("So, so, so", "Wake up!", "So, so, so")
    one, other, again = (attempt(-0.1, ratio=2.7, text=text) for text in texts)
    assert Script([one], [other, again]).decode_with_fallback(0.0, 0.2, 0.4) == [one]
    assert Script([one], [other]).decode_with_fallback(0.0, 0.2)[0].tokens == ()


def test_loops_shrink_and_speech_does_not():
    assert compression_ratio("so it goes " * 30) > 2.4
    assert compression_ratio("Please enter your password followed by the pound key.") < 1.5


def test_what_somebody_repeats_is_believed_when_it_comes_out_again():
    repeated, hotter = attempt(-0.2, ratio=2.5), attempt(-0.3, ratio=2.6)
    script = Script([repeated], [hotter])
    assert script.decode_with_fallback(0.0, 0.2, 0.4) == [repeated]
    assert script.alone == [(0, [0.2])]


def test_what_is_little_but_repetition_has_to_come_out_three_times():
    repeated = attempt(-0.2, ratio=5.0)
    script = Script([repeated], [repeated, repeated])
    assert script.decode_with_fallback(0.0, 0.2, 0.4, 0.6) == [repeated]
    assert script.alone == [(0, [0.2, 0.4])]


def test_a_loop_says_more_than_anybody_could_and_is_not_believed_however_often_it_comes():
    script = Script([LOOP], [LOOP, LOOP, GOOD])
    assert script.decode_with_fallback(0.0, 0.2, 0.4, 0.6) == [GOOD]
    assert script.alone == [(0, [0.2, 0.4, 0.6])]
