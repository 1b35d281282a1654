"""Fields of local servers, on real weights."""

import json
from typing import Any

import openai
import pytest
from openai import OpenAI

pytestmark = pytest.mark.model


def answer(client: OpenAI, question: str, **more: Any) -> tuple[str, str]:
    """The text, and what the header says was ignored."""
    raw = client.chat.completions.with_raw_response.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": question}],
        max_tokens=40,
        extra_body=more,
    )
    text = raw.parse().choices[0].message.content or ""
    return text, raw.headers.get("x-dragoman-ignored", "")


def test_a_single_likeliest_token_is_the_greedy_answer(client: OpenAI) -> None:
    question = "Name three animals of the sea, between commas."
    greedy = answer(client, question, temperature=0)
    assert answer(client, question, top_k=1, temperature=2, seed=1) == greedy
    assert answer(client, question, min_p=1, temperature=2, seed=2) == greedy


def test_a_penalty_keeps_words_from_coming_again(client: OpenAI) -> None:
    question = "Write the word no twenty times, with spaces between."
    free, _ = answer(client, question, temperature=0)
    for name in ("repeat_penalty", "repetition_penalty"):
        punished, _ = answer(client, question, temperature=0, **{name: 2.0})
        assert punished.lower().split().count("no") < free.lower().split().count("no")


@pytest.mark.parametrize("name", ["guided_choice", "structured_outputs"])
def test_the_answer_is_one_of_the_choices(client: OpenAI, name: str) -> None:
    choices = ["positive", "negative"]
    sent: Any = {"choice": choices} if name == "structured_outputs" else choices
    question = "Classify the sentiment: 'What a lovely day, I am so happy.'"
    text, _ = answer(client, question, temperature=0, **{name: sent})
    assert text == "positive"


def test_the_answer_follows_an_expression_and_a_schema(client: OpenAI) -> None:
    text, _ = answer(
        client, "When did Seoul host the Olympics?", guided_regex=r"19\d\d\.", temperature=0
    )
    assert text == "1988."
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    text, _ = answer(client, "The capital of Korea, as JSON.", guided_json=schema)
    assert json.loads(text)["city"] == "Seoul"


def test_the_answer_follows_a_grammar_of_llama_cpp(client: OpenAI) -> None:
    rules = 'root ::= "[" item (", " item)* "]"\nitem ::= [A-Z] [a-z]{2,12}'
    text, _ = answer(client, "List the three primary colours.", grammar=rules, temperature=0)
    assert text.startswith("[")
    assert text.endswith("]")
    assert all(item.isalpha() for item in text[1:-1].split(", "))
    with pytest.raises(openai.BadRequestError, match="no rule 'root'"):
        answer(client, "Hi", grammar='answer ::= "yes"')


def test_what_has_no_effect_is_named(client: OpenAI) -> None:
    _, ignored = answer(
        client,
        "Hi",
        keep_alive="5m",
        options={"num_ctx": 4096},
        chat_template_kwargs={"enable_thinking": False},
    )
    assert ignored == "keep_alive, options"


def test_how_far_the_prompt_is_read_comes_where_it_is_asked_for(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "A grey stone lies here. " * 60 + "Say hello."}],
        max_tokens=5,
        stream=True,
        extra_body={"return_progress": True},
    )
    chunks = [chunk.model_dump() for chunk in stream]
    seen = [chunk["prompt_progress"] for chunk in chunks if "prompt_progress" in chunk]
    read = [each["processed"] for each in seen]
    assert len(seen) >= 3
    assert read == sorted(set(read))
    assert read[-1] == seen[0]["total"] > 300
    assert not any("prompt_progress" in chunk for chunk in chunks[-5:])
