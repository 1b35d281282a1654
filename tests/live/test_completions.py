"""Texts that are continued, on a real server with real weights."""

import openai
import pytest
from openai import OpenAI

pytestmark = pytest.mark.model

MODEL = "gpt-3.5-turbo-instruct"
OWN = "qwen2.5-coder-1.5b-instruct"


def test_a_text_is_continued_and_not_answered(client: OpenAI) -> None:
    answer = client.completions.create(
        model=MODEL, prompt="The capital of France is", max_tokens=8, temperature=0
    )
    assert answer.choices[0].text.startswith(" Paris")
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (5, 8)
    korean = client.completions.create(
        model=MODEL, prompt="대한민국의 수도는", max_tokens=8, temperature=0
    )
    assert "서울" in korean.choices[0].text


def test_a_stream_says_what_a_whole_answer_says(client: OpenAI) -> None:
    prompts = ["One, two, three,", "a, b, c,"]
    whole = client.completions.create(model=MODEL, prompt=prompts, max_tokens=8, temperature=0)
    stream = client.completions.create(
        model=MODEL,
        prompt=prompts,
        max_tokens=8,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    texts = ["", ""]
    for chunk in stream:
        for choice in chunk.choices:
            texts[choice.index] += choice.text
        if chunk.usage:
            assert whole.usage
            assert chunk.usage.completion_tokens == whole.usage.completion_tokens == 16
    assert texts == [choice.text for choice in whole.choices]
    assert "four" in texts[0]
    assert "d" in texts[1]


def test_a_gap_in_code_is_filled_in(client: OpenAI) -> None:
    before = "def median(values):\n    ordered = sorted(values)\n    middle = len(ordered) // 2\n"
    after = "\n\n\nassert median([3, 1, 2]) == 2\nassert median([4, 1, 2, 3]) == 2.5\n"
    answer = client.completions.create(
        model=MODEL, prompt=before, suffix=after, max_tokens=80, temperature=0
    )
    assert answer.choices[0].finish_reason == "stop"
    code = before + answer.choices[0].text + after
    exec(compile(code, "filled", "exec"), {})


def test_an_editors_own_marks_are_control_tokens(client: OpenAI) -> None:
    prompt = "<|fim_prefix|>def add(a, b):\n    return <|fim_suffix|>\n<|fim_middle|>"
    answer = client.completions.create(model=OWN, prompt=prompt, max_tokens=20, temperature=0)
    assert answer.choices[0].text.startswith("a + b\n")


def test_probabilities_of_a_prompt_are_those_of_writing_it(client: OpenAI) -> None:
    prompt = "The sky is blue because"
    written = client.completions.create(
        model=MODEL, prompt=prompt, max_tokens=6, temperature=0, logprobs=2
    )
    text, told = written.choices[0].text, written.choices[0].logprobs
    assert told
    assert told.token_logprobs
    assert "".join(told.tokens or []) == text
    shown = client.completions.create(
        model=MODEL, prompt=prompt + text, max_tokens=0, echo=True, logprobs=2
    )
    assert shown.choices[0].text == prompt + text
    read = shown.choices[0].logprobs
    assert read
    assert read.tokens
    assert read.token_logprobs
    assert read.top_logprobs
    assert read.text_offset
    assert read.token_logprobs[0] is None
    for token, offset in zip(read.tokens, read.text_offset, strict=True):
        assert (prompt + text)[offset:].startswith(token)
    # llama.cpp adds up in another order for one token than for sixty-four.
    assert read.token_logprobs[-6:] == pytest.approx(told.token_logprobs, abs=0.25)
    again = client.completions.create(
        model=MODEL, prompt=f"{prompt} of a cat.", max_tokens=1, echo=True, logprobs=2
    )
    other = again.choices[0].logprobs
    assert other
    assert other.token_logprobs
    assert sum(other.token_logprobs[5:9]) < sum(read.token_logprobs[5:9]) < 0


def test_the_likeliest_of_several_is_shown(client: OpenAI) -> None:
    answer = client.completions.create(
        model=MODEL, prompt="Roses are", best_of=3, n=2, max_tokens=6, seed=1, logprobs=0
    )
    means = [
        sum(choice.logprobs.token_logprobs) / len(choice.logprobs.token_logprobs)
        for choice in answer.choices
        if choice.logprobs and choice.logprobs.token_logprobs
    ]
    assert len(means) == 2
    assert means == sorted(means, reverse=True)


def test_a_prompt_that_does_not_fit_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.completions.create(model=MODEL, prompt="word " * 200_000)
    assert caught.value.code == "context_length_exceeded"
    assert caught.value.param == "prompt"
    with pytest.raises(openai.BadRequestError, match="at most 1048576 completion tokens"):
        client.completions.create(model=MODEL, prompt="word", max_tokens=2_000_000)
