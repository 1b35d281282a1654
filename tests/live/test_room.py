"""Long prompts, on a real server with real weights."""

import openai
import pytest
from openai import OpenAI

from clients import user

pytestmark = [pytest.mark.model, pytest.mark.slow]

MODEL = "gpt-4o-mini"
LINE = "The box with the number {number} holds a grey stone. "
NEEDLE = "The secret word of the lighthouse keeper is 'marmalade'. "
QUESTION = "\n\nWhat is the secret word of the lighthouse keeper?"


def prompt(lines: int) -> str:
    """A question about one sentence among so many others."""
    numbered = [LINE.format(number=number) for number in range(lines)]
    numbered.insert(lines * 2 // 5, NEEDLE)
    return "".join(numbered) + QUESTION


def counted(client: OpenAI, text: str) -> int:
    """Its tokens."""
    body = {"model": MODEL, "messages": user(text), "x_dry_run": True}
    told = client.post("/chat/completions", body=body, cast_to=dict[str, int])
    return told["prompt_tokens"]


@pytest.mark.parametrize("size", [16_000, 31_000])
def test_a_sentence_in_a_long_prompt_is_found(client: OpenAI, size: int) -> None:
    lines = 1_000
    for _ in range(3):
        lines = lines * (size + 300) // counted(client, prompt(lines))
    stream = client.chat.completions.create(
        model=MODEL,
        messages=user(prompt(lines)),
        temperature=0,
        max_tokens=100_000,
        stop=["."],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert "marmalade" in said
    assert chunks[-1].usage
    assert chunks[-1].usage.prompt_tokens >= size


def test_a_prompt_that_does_not_fit_is_refused_with_both_numbers(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"32768 tokens.* \d{5} tokens") as refused:
        client.chat.completions.create(model=MODEL, messages=user(prompt(3_000)), max_tokens=10)
    assert refused.value.code == "context_length_exceeded"
