"""Tokens, and what is done with their ids, on a real server with real weights."""

from typing import Any, cast

import openai
import pytest
from openai import OpenAI

pytestmark = pytest.mark.model

OWN = "qwen2.5-coder-1.5b-instruct"
YES, NO = 9642, 2822
"""In cl100k_base."""


def posted(client: OpenAI, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", client.post(path, body=body, cast_to=object))


@pytest.mark.parametrize(
    "text", ["Hello world", "안녕하세요, 반갑습니다. 🦦👩‍👩‍👧", "a\r\n\tb <|im_end|>", ""]
)
def test_a_text_comes_back_from_its_tokens(client: OpenAI, text: str) -> None:
    told = posted(client, "/tokenize", {"model": OWN, "prompt": text, "return_token_strs": True})
    assert told["count"] == len(told["tokens"]) == len(told["token_strs"])
    assert told["max_model_len"] >= 8192
    assert posted(client, "/detokenize", {"tokens": told["tokens"]}) == {"prompt": text}


def test_a_conversation_has_the_tokens_that_it_is_charged(client: OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "Say hello."}]
    told = posted(client, "/tokenize", {"model": "gpt-4o", "messages": messages})
    answer = client.chat.completions.create(model="gpt-4o", messages=messages, max_tokens=1)
    assert answer.usage
    assert told["count"] == answer.usage.prompt_tokens


def test_ids_are_the_models_own_under_its_own_name(client: OpenAI) -> None:
    (paris,) = posted(client, "/tokenize", {"prompt": " Paris"})["tokens"]
    answer = client.completions.create(
        model=OWN, prompt="The capital of Italy is", max_tokens=1, logit_bias={str(paris): 100}
    )
    assert answer.choices[0].text == " Paris"
    echoed = client.completions.create(model=OWN, prompt=[paris], max_tokens=0, echo=True)
    assert echoed.choices[0].text == " Paris"


@pytest.mark.parametrize(("token", "word"), [(YES, "Yes"), (NO, "No")])
def test_ids_are_openais_under_its_names(client: OpenAI, token: int, word: str) -> None:
    answer = client.chat.completions.create(
        model="gpt-4",
        messages=[{"role": "user", "content": "Is the sky green?"}],
        max_tokens=1,
        logit_bias={str(token): 100},
    )
    assert answer.choices[0].message.content == word
    echoed = client.completions.create(
        model="gpt-3.5-turbo-instruct", prompt=[15339, 1917], max_tokens=0, echo=True
    )
    assert echoed.choices[0].text == "hello world"
    with pytest.raises(openai.BadRequestError, match="means no text"):
        client.completions.create(model="gpt-4", prompt="x", logit_bias={"100270": 1})
