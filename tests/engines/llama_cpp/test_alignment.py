"""What of a prediction is tried next, without a model: the answer is known beforehand."""

import random

import pytest

from dragoman.engines.llama_cpp.decoding.alignment import SIZES, Alignment

WORDS = list(range(1000, 1200))


def follow(answer: list[int], predicted: list[int]) -> tuple[int, int, int]:
    """Write `answer` beside `predicted`: steps, tokens tried that were right, and wrong."""
    following = Alignment(predicted)
    steps = right = wrong = written = 0
    while written < len(answer):
        tried = following.ahead(len(answer) - written - 1)
        ahead = answer[written:]
        taken = next(
            (n for n, (a, b) in enumerate(zip(tried, ahead, strict=False)) if a != b), len(tried)
        )
        following.went_on(tried, taken, ahead[taken])
        steps, right, wrong = steps + 1, right + taken, wrong + len(tried) - taken
        written += taken + 1
    return steps, right, wrong


def test_a_prediction_that_is_right_takes_few_steps() -> None:
    steps, right, wrong = follow(WORDS, WORDS)
    assert steps == len(SIZES) + 5
    assert (right, wrong) == (len(WORDS) - steps, 0)


def test_never_more_is_tried_than_may_be_written() -> None:
    assert Alignment(WORDS).ahead(0) == []
    assert Alignment(WORDS).ahead(2) == WORDS[:2]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([1, *WORDS], id="something before"),
        pytest.param([*WORDS[:90], 1, *WORDS[91:]], id="a token for another"),
        pytest.param([*WORDS[:90], 1, 2, 3, 4, *WORDS[90:]], id="more in the middle"),
        pytest.param([*WORDS[:90], *WORDS[150:]], id="less in the middle"),
        pytest.param([*WORDS[100:], *WORDS[:100]], id="another order"),
    ],
)
def test_an_answer_that_departs_is_found_again(answer: list[int]) -> None:
    steps, _, wrong = follow(answer, WORDS)
    assert steps < len(answer) / 4
    assert wrong < len(answer) / 5


def test_an_answer_of_other_words_costs_a_few_tokens_only() -> None:
    assert follow(list(range(500)), WORDS) == (500, 0, 3)


def test_an_answer_of_the_same_words_in_no_order_costs_a_thirtieth() -> None:
    chance = random.Random(7)
    common = WORDS[:12]
    answer, predicted = (chance.choices(common, k=600) for _ in range(2))
    steps, right, wrong = follow(answer, predicted)
    # In tokens' worth of time: each that was wrong costs two fifths of one that is written.
    assert steps + 0.4 * (right + wrong) < 600 * 1.05
