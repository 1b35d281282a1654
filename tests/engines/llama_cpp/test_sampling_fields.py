"""What of a request's sampling reaches llama.cpp."""

from typing import Any

import pytest

from dragoman.domain.chat import ChatRequest, Sampling
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.generation.sampling_fields import fields, greedy_if_exact
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.settings import Settings

VOCABULARY = Vocabulary(1000, {}, 2)


def drawn(prompt: tuple[int, ...] = (), **asked: Any) -> dict[str, object]:
    return fields(Sampling(**asked), Settings(), prompt, VOCABULARY)


def test_temperature_counts_from_what_the_models_makers_recommend() -> None:
    assert drawn(temperature=0.0)["temperature"] == 0.0
    assert drawn(temperature=1.0)["temperature"] == Settings().temperature_scale


def test_a_seed_is_kept_and_a_missing_one_is_fresh() -> None:
    assert drawn(seed=42)["seed"] == 42
    assert 0 <= int(str(drawn(seed=-1)["seed"])) < 2**31
    assert drawn()["seed"] != drawn()["seed"]


def test_penalties_count_the_answer_and_not_the_prompt() -> None:
    body = drawn((7, 7, 2), presence_penalty=1.0, frequency_penalty=0.5)
    assert body["logit_bias"] == [(7, 2.0), (2, 1.5)]


def test_a_bias_of_minus_100_bans_a_token() -> None:
    assert drawn(logit_bias={5: -100.0, 6: 3.0})["logit_bias"] == [(5, False), (6, 3.0)]


def test_a_token_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(RequestInvalid) as caught:
        drawn(logit_bias={1000: 1.0})
    assert caught.value.param == "logit_bias"


def test_the_words_of_local_servers_go_before_the_models_usual() -> None:
    usual_ = drawn()
    assert (usual_["top_k"], usual_["min_p"], usual_["typical_p"]) == (0, Settings().min_p, 1.0)
    body = drawn(top_k=40, min_p=0.0, typical_p=0.5, repeat_penalty=1.1, repeat_last_n=64)
    assert (body["top_k"], body["min_p"], body["typical_p"]) == (40, 0.0, 0.5)
    assert (body["repeat_penalty"], body["repeat_last_n"]) == (1.1, 64)
    assert drawn(top_k=-1, repeat_penalty=1.1)["repeat_last_n"] == 2**20
    assert drawn(repeat_penalty=1.1, presence_penalty=1.0)["repeat_last_n"] == 2**20


@pytest.mark.parametrize(
    ("temperature", "choices", "exact", "expected"),
    [(None, 1, True, 0.0), (1.0, 1, True, 1.0), (None, 3, True, None), (None, 1, False, None)],
)
def test_translations_and_calls_are_not_diced_unless_asked_to(
    temperature: float | None, choices: int, exact: bool, expected: float | None
) -> None:
    message = Message("user", (TextPart("x"),))
    request = ChatRequest((message,), choices, sampling=Sampling(temperature))
    assert greedy_if_exact(request, exact=exact).temperature == expected
