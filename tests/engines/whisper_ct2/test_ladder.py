from collections.abc import Callable, Sequence

from dragoman.engines.whisper_ct2.ladder import Attempt, climb, compression_ratio


def attempt(
    avg_logprob: float = -0.2,
    ratio: float = 1.0,
    silent: float = 0.0,
    letters_per_s: float = 10.0,
    text: str = "Good morning.",
) -> Attempt:
    return Attempt((1, 2, 3), 0.0, avg_logprob, ratio, silent, letters_per_s, text)


GOOD, IMPROBABLE, WORSE = attempt(), attempt(-1.5), attempt(-2.5)
LOOP, SILENCE = attempt(-0.1, ratio=5.0, letters_per_s=40.0), attempt(-3.0, silent=0.9)


def scripted(
    *rows: Sequence[Attempt],
) -> tuple[list[tuple[list[int], float]], Callable[[Sequence[int], float], list[Attempt]]]:
    """A log of what was asked, and what answers with one row after the other."""
    asked: list[tuple[list[int], float]] = []
    left = list(rows)

    def draw(indices: Sequence[int], temperature: float) -> list[Attempt]:
        asked.append((list(indices), temperature))
        return list(left.pop(0))

    return asked, draw


def test_what_is_good_is_drawn_once():
    asked, draw = scripted([GOOD, GOOD])
    assert climb(2, (0.0, 0.2), draw) == [GOOD, GOOD]
    assert asked == [([0, 1], 0.0)]


def test_only_what_is_not_good_is_drawn_again():
    asked, draw = scripted([GOOD, IMPROBABLE, LOOP], [IMPROBABLE, GOOD], [GOOD])
    assert climb(3, (0.0, 0.2, 0.4), draw) == [GOOD, GOOD, GOOD]
    assert asked == [([0, 1, 2], 0.0), ([1, 2], 0.2), ([1], 0.4)]


def test_where_nothing_is_good_the_likeliest_is_taken_and_a_loop_last():
    _, draw = scripted([WORSE], [LOOP], [IMPROBABLE])
    assert climb(1, (0.0, 0.2, 0.4), draw) == [IMPROBABLE]
    _, draw = scripted([LOOP], [LOOP])
    assert climb(1, (0.0, 0.2), draw) == [LOOP]


def test_what_is_improbable_and_another_text_each_time_is_nothing():
    other = attempt(-2.5, text="See you in the next video.")
    loop = attempt(-0.1, ratio=5.0, letters_per_s=40.0, text="See, see, see, see, see.")
    _, draw = scripted([other], [loop], [IMPROBABLE])
    assert climb(1, (0.0, 0.2, 0.4), draw)[0].tokens == ()
    _, draw = scripted([attempt(-2.5, text="A good morning")], [other], [IMPROBABLE])
    assert climb(1, (0.0, 0.2, 0.4), draw) == [IMPROBABLE]


def test_what_is_drawn_only_once_is_taken_however_improbable():
    _, draw = scripted([WORSE])
    assert climb(1, (0.7,), draw) == [WORSE]


def test_silence_is_not_drawn_again():
    asked, draw = scripted([SILENCE])
    assert climb(1, (0.0, 0.2), draw) == [SILENCE]
    assert len(asked) == 1


def test_the_probability_of_a_text_counts_its_end():
    assert attempt(-0.5).logprob == -2.0


def test_two_loops_of_other_texts_are_not_believed():
    texts = ("So, so, so", "Wake up!", "So, so, so")
    one, other, again = (attempt(-0.1, ratio=2.7, text=text) for text in texts)
    _, draw = scripted([one], [other], [again])
    assert climb(1, (0.0, 0.2, 0.4), draw) == [one]
    _, draw = scripted([one], [other])
    assert climb(1, (0.0, 0.2), draw)[0].tokens == ()


def test_loops_shrink_and_speech_does_not():
    assert compression_ratio("so it goes " * 30) > 2.4
    assert compression_ratio("Please enter your password followed by the pound key.") < 1.5


def test_what_somebody_repeats_is_believed_when_it_comes_out_again():
    repeated, hotter = attempt(-0.2, ratio=2.5), attempt(-0.3, ratio=2.6)
    asked, draw = scripted([repeated], [hotter])
    assert climb(1, (0.0, 0.2, 0.4), draw) == [repeated]
    assert len(asked) == 2


def test_what_is_little_but_repetition_has_to_come_out_three_times():
    repeated = attempt(-0.2, ratio=5.0)
    asked, draw = scripted([repeated], [repeated], [repeated])
    assert climb(1, (0.0, 0.2, 0.4, 0.6), draw) == [repeated]
    assert len(asked) == 3


def test_a_loop_says_more_than_anybody_could_and_is_not_believed_however_often_it_comes():
    asked, draw = scripted([LOOP], [LOOP], [LOOP], [GOOD])
    assert climb(1, (0.0, 0.2, 0.4, 0.6), draw) == [GOOD]
    assert len(asked) == 4
