"""Tokens drawn beside llama.cpp's server are drawn as it draws them."""

from collections import Counter

import numpy as np
import pytest

from dragoman.engines.llama_cpp.decoding.speculative.verifier import ServerSampler

LOGITS = np.log(np.array([0.02, 0.5, 0.3, 0.18], dtype=np.float32))


def drawn(count: int, **fields: float) -> Counter[int]:
    drawing = ServerSampler({"temperature": 1.0, "top_p": 1.0, "min_p": 0.0, "seed": 7, **fields})
    return Counter(drawing.draw(LOGITS) for _ in range(count))


def test_without_temperature_the_likeliest_is_drawn() -> None:
    assert drawn(10, temperature=0.0) == {1: 10}


def test_each_token_comes_as_often_as_the_model_says() -> None:
    seen = drawn(4000)
    shares = [seen[token] / 4000 for token in range(4)]
    assert shares == pytest.approx([0.02, 0.5, 0.3, 0.18], abs=0.03)


def test_a_low_temperature_makes_the_likely_likelier() -> None:
    assert drawn(2000, temperature=0.5)[1] / 2000 == pytest.approx(0.25 / 0.3728, abs=0.04)


def test_the_tail_is_never_drawn() -> None:
    assert set(drawn(2000, min_p=0.1)) == {1, 2, 3}


@pytest.mark.parametrize(
    ("top_p", "kept"), [(0.0, {1}), (0.5, {1}), (0.6, {1, 2}), (0.9, {1, 2, 3})]
)
def test_top_p_keeps_the_fewest_that_make_it_up(top_p: float, kept: set[int]) -> None:
    assert set(drawn(2000, top_p=top_p)) == kept


def test_the_same_seed_draws_the_same() -> None:
    one, two = (
        ServerSampler({"temperature": 1.0, "top_p": 1.0, "min_p": 0.0, "seed": 3}) for _ in range(2)
    )
    assert [one.draw(LOGITS) for _ in range(50)] == [two.draw(LOGITS) for _ in range(50)]
