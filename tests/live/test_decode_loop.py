"""Chat that is decoded by the loop of ours, on a server of its own with real weights."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from live_server import Server, serving

pytestmark = pytest.mark.model

PERSON: Any = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 40}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}

FORMAT: Any = {
    "type": "json_schema",
    "json_schema": {"name": "person", "schema": PERSON, "strict": True},
}
TOOL: Any = {"type": "function", "function": {"name": "remember", "parameters": PERSON}}


@pytest.fixture(scope="module")
def looped(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    log = tmp_path_factory.mktemp("loop") / "log"
    with serving(log=log, DRAGOMAN_DECODER="auto", DRAGOMAN_PRELOAD="false") as server:
        yield server


@pytest.fixture(scope="module")
def client(looped: Server) -> Generator[OpenAI]:
    url = looped.base_url
    with OpenAI(base_url=url, api_key="anything", max_retries=0, timeout=300) as client:
        yield client


def ask(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_the_loop_streams_answers_counts_them_and_says_what_decodes(
    client: OpenAI, looped: Server
) -> None:
    text, usage = "", None
    stream = client.chat.completions.create(
        model="gpt-4o",
        messages=ask("What is the capital of France? One word."),
        max_tokens=12,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    for chunk in stream:
        usage = chunk.usage or usage
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    assert "Paris" in text
    assert usage is not None
    assert 0 < usage.completion_tokens <= 12
    assert "is decoded by" in looped.log.read_text()


def test_the_loop_keeps_to_schemas_calls_functions_and_tells_probabilities(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=ask("Invent a person."),
        n=2,
        response_format=FORMAT,
    )
    for choice in answer.choices:
        person = json.loads(choice.message.content or "")
        assert set(person) == {"name", "age"}
    told = client.chat.completions.create(
        model="gpt-4o",
        messages=ask("Say hello."),
        max_tokens=4,
        logprobs=True,
        top_logprobs=2,
    )
    assert told.choices[0].logprobs is not None
    tokens = told.choices[0].logprobs.content or []
    assert tokens
    assert all(token.logprob <= 0 and len(token.top_logprobs) == 2 for token in tokens)
    called = client.chat.completions.create(
        model="gpt-4o",
        messages=ask("Remember that Ada is 36."),
        tools=[TOOL],
        tool_choice="required",
    )
    calls: Any = called.choices[0].message.tool_calls
    assert calls
    assert json.loads(calls[0].function.arguments)["age"] == 36


def test_the_loop_answers_a_second_turn_from_what_it_has_read(client: OpenAI) -> None:
    messages = ask("Here is a text. " + "Otters live by rivers. " * 30 + "What lives by rivers?")
    first = client.chat.completions.create(
        model="gpt-4o",
        messages=messages,
        max_tokens=12,
    )
    messages.append({"role": "assistant", "content": first.choices[0].message.content or ""})
    messages += ask("Go on.")
    second = client.chat.completions.create(
        model="gpt-4o",
        messages=messages,
        max_tokens=4,
    )
    assert first.usage is not None
    assert second.usage is not None
    assert second.usage.prompt_tokens_details is not None
    cached = second.usage.prompt_tokens_details.cached_tokens or 0
    assert cached >= first.usage.prompt_tokens - 8


def test_the_loop_tries_predictions_and_scores_prompts_without_a_second_copy(
    client: OpenAI, looped: Server
) -> None:
    code = "".join(f"    total = total + prices[{number}]\n" for number in range(8))
    messages = ask(f"Repeat this text exactly, word for word:\n{code}")
    alone = client.chat.completions.create(
        model="gpt-4o", messages=messages, max_tokens=60, temperature=0
    )
    text = alone.choices[0].message.content or ""
    status = Path(f"/proc/{looped.pid_of('qwen2.5-coder-1.5b-instruct')}/status")
    before = resident(status)
    tried = client.chat.completions.create(
        model="gpt-4o",
        messages=messages,
        max_tokens=60,
        temperature=0,
        prediction={"type": "content", "content": text},
    )
    assert tried.choices[0].message.content == text
    assert tried.usage is not None
    assert tried.usage.completion_tokens_details is not None
    assert (tried.usage.completion_tokens_details.accepted_prediction_tokens or 0) > 30
    scored = client.completions.create(
        model="gpt-4o", prompt="Once upon a time there was", max_tokens=0, echo=True, logprobs=1
    )
    assert scored.choices[0].logprobs is not None
    told = scored.choices[0].logprobs.token_logprobs or []
    assert told[0] is None
    assert all(logprob is not None and logprob <= 0 for logprob in told[1:])
    # The weights have about a GB.
    assert resident(status) - before < 300_000


def resident(status: Path) -> int:
    """KiB of a process's memory."""
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])
