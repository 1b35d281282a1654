"""Drawing tokens, against what the formulas say."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dragoman.engines.llama_cpp.decoding.sampler import (
    Dry,
    Sampler,
    Sampling,
    likeliest,
    likely,
)

ROW = np.log(np.array([0.4, 0.3, 0.15, 0.1, 0.05], np.float32))


def drawn(sampling: Sampling, allowed: list[bool] | None = None, times: int = 4000) -> list[float]:
    """How often each token of `ROW` is drawn."""
    sampler = Sampler(sampling, [])
    mask = None if allowed is None else np.array(allowed)
    counts = Counter(sampler.draw(ROW, mask) for _ in range(times))
    return [counts[token] / times for token in range(len(ROW))]


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(), [0.4, 0.3, 0.15, 0.1, 0.05]),
        (Sampling(temperature=0), [1, 0, 0, 0, 0]),
        (Sampling(temperature=0.5), [0.561, 0.316, 0.079, 0.035, 0.009]),
        (Sampling(top_k=2), [0.571, 0.429, 0, 0, 0]),
        (Sampling(top_p=0.69), [0.571, 0.429, 0, 0, 0]),
        (Sampling(top_p=0.71), [0.471, 0.353, 0.176, 0, 0]),
        (Sampling(top_p=0.0), [1, 0, 0, 0, 0]),
        (Sampling(min_p=0.3), [0.471, 0.353, 0.176, 0, 0]),
        (Sampling(min_p=0.3, top_p=0.6), [0.571, 0.429, 0, 0, 0]),
        (Sampling(min_p=1.0), [1, 0, 0, 0, 0]),
        (Sampling(typical_p=0.25), [0, 1, 0, 0, 0]),
        (Sampling(bias=((0, -math.inf),)), [0, 0.5, 0.25, 0.167, 0.083]),
        (Sampling(bias=((4, math.log(8)),)), [0.296, 0.222, 0.111, 0.074, 0.296]),
    ],
    ids=repr,
)
def test_tokens_are_drawn_as_often_as_the_formulas_say(
    sampling: Sampling, expected: list[float]
) -> None:
    assert drawn(sampling) == pytest.approx(expected, abs=0.03)


def test_a_share_of_a_large_vocabulary_is_that_of_sorting_it() -> None:
    row = np.random.default_rng(3).normal(0, 3, 20_000).astype(np.float32)
    order = np.argsort(-row, kind="stable")
    shares = np.exp(row[order], dtype=np.float64)
    before = (np.cumsum(shares) - shares) / shares.sum()
    for share in (0.1, 0.5, 0.9, 0.999):
        sampler = Sampler(Sampling(top_p=share, seed=1), [])
        assert {sampler.draw(row) for _ in range(200)} <= set(order[before < share].tolist())
        assert list(sampler._kept(row)) == list(order[before < share])


def test_only_what_is_allowed_is_drawn() -> None:
    allowed = [False, True, False, True, False]
    assert drawn(Sampling(), allowed) == pytest.approx([0, 0.75, 0, 0.25, 0], abs=0.03)
    assert drawn(Sampling(temperature=0), allowed)[1] == 1
    assert drawn(Sampling(min_p=0.5), allowed)[1] == 1


@pytest.mark.parametrize(
    "sampling", [Sampling(), Sampling(temperature=0), Sampling(min_p=0.5), Sampling(top_k=2)]
)
def test_where_a_bias_bans_all_that_a_grammar_allows_the_grammar_counts(
    sampling: Sampling,
) -> None:
    allowed = [False, False, True, False, False]
    banned = replace(sampling, bias=((2, -math.inf), (4, -math.inf)))
    assert drawn(banned, allowed, 20) == [0, 0, 1, 0, 0]


def test_a_seed_says_which_and_every_choice_has_its_own() -> None:
    def draws(seed: int, choice: int) -> list[int]:
        sampler = Sampler(Sampling(seed=seed), [], choice)
        return [sampler.draw(ROW) for _ in range(50)]

    assert draws(7, 0) == draws(7, 0) != draws(7, 1)
    assert draws(7, 1) == draws(8, 0)


def test_penalties_count_the_latest_tokens_and_those_of_the_prompt_among_them() -> None:
    sampling = Sampling(presence_penalty=1.0, frequency_penalty=0.5, penalty_last=3)
    sampler = Sampler(sampling, [4, 0, 0])
    sampler.note(1)  # the 4 is out of sight now
    expected = ROW - np.array([2.0, 1.5, 0, 0, 0], np.float32)
    shares = np.exp(expected) / np.exp(expected).sum()
    counts = Counter(sampler.draw(ROW) for _ in range(4000))
    assert [counts[token] / 4000 for token in range(5)] == pytest.approx(shares, abs=0.03)


def test_the_repeat_penalty_makes_positive_and_negative_logits_less_likely() -> None:
    row = np.array([1.0, 0.9, -1.0, -1.1], np.float32)
    sampler = Sampler(Sampling(temperature=0, repeat_penalty=2.0, penalty_last=9), [0, 1, 2])
    assert sampler.draw(row) == 0
    sampler = Sampler(Sampling(temperature=0, repeat_penalty=2.0, penalty_last=9), [0])
    assert sampler.draw(row) == 1


def test_dry_makes_a_run_that_repeats_less_likely_the_longer_it_is() -> None:
    dry = Dry(multiplier=0.8, base=1.75, allowed=3, last=64)
    row = np.zeros(8, np.float32)
    row[4] = 1.0
    for run, repeats in ((2, True), (5, False)):
        sampler = Sampler(Sampling(temperature=0, dry=dry), [])
        text = [*range(5 - run - 1, 4), 4, 7, 7, *range(5 - run - 1, 4)]
        for token in text:
            sampler.note(max(token, 0))
        assert (sampler.draw(row) == 4) == repeats


def test_log_probabilities_are_of_the_row_as_it_is() -> None:
    told = likely(ROW + 3, 2, 2)
    assert told.logprob == pytest.approx(math.log(0.15), abs=1e-5)
    assert [token for token, _ in told.top] == [0, 1]
    assert [score for _, score in told.top] == pytest.approx([math.log(0.4), math.log(0.3)], 1e-4)


def test_the_likeliest_of_many_are_those_that_sorting_gives() -> None:
    row = np.random.default_rng(1).normal(0, 3, 50_000).astype(np.float32)
    for count in (0, 1, 5, 60, 2000):
        assert list(likeliest(row, count)) == list(np.argsort(-row, kind="stable")[:count])
    assert len(likeliest(np.full(9, -np.inf, np.float32), 3)) == 3
