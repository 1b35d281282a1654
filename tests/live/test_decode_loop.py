"""Chat decoded by the loop of ours, as it is where nothing else is set, with real weights."""

import json
import threading
import time
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


def ask(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_the_loop_streams_answers_counts_them_and_says_what_decodes(
    client: OpenAI, server: Server
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
    assert "is decoded by" in server.log.read_text()


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
    client: OpenAI, server: Server
) -> None:
    code = "".join(f"    total = total + prices[{number}]\n" for number in range(8))
    messages = ask(f"Repeat this text exactly, word for word:\n{code}")
    alone = client.chat.completions.create(
        model="gpt-4o", messages=messages, max_tokens=60, temperature=0
    )
    text = alone.choices[0].message.content or ""
    status = Path(f"/proc/{server.pid_of('qwen2.5-coder-1.5b-instruct')}/status")
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


def cached_of_a_question_with_tools(server: Server) -> int:
    with OpenAI(base_url=server.base_url, api_key="anything", timeout=300) as client:
        answer = client.chat.completions.create(
            model="smollm2-135m-instruct",
            messages=ask("Remember that Ada is 36."),
            tools=[TOOL],
            max_tokens=4,
        )
    assert answer.usage is not None
    assert answer.usage.prompt_tokens_details is not None
    return answer.usage.prompt_tokens_details.cached_tokens or 0


def test_what_is_read_ahead_is_there_at_the_next_start(tmp_path: Path) -> None:
    settings = {"XDG_CACHE_HOME": str(tmp_path), "DRAGOMAN_PRELOAD": "false"}
    prefixes = tmp_path / "dragoman" / "prefixes"
    with serving(log=tmp_path / "first", **settings) as server:
        cached_of_a_question_with_tools(server)
        until = time.monotonic() + 120
        while not list(prefixes.glob("*.prefix")):
            assert time.monotonic() < until
            threading.Event().wait(0.1)
    with serving(log=tmp_path / "second", **settings) as server:
        assert cached_of_a_question_with_tools(server) > 300


def resident(status: Path) -> int:
    """KiB of a process's memory."""
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])
