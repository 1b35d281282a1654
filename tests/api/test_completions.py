"""`/v1/completions`, through the official client and fake engines."""

import json
from typing import Any

import openai
import pytest
from openai import APIError, BadRequestError

from clients import MODEL, STAMP, chat_app, http_client, nothing_extra, openai_client
from dragoman.api.draining import Draining
from dragoman.domain.chat import ChatRequest, Sampling
from dragoman.domain.continuation import Continuation
from dragoman.domain.errors import EngineFailed
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say, Step, say
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings

HELLO = (Say(" wor"), Say("ld"), Say("!"))


async def test_a_text_is_continued_in_openais_shape() -> None:
    engine = FakeChat(HELLO)
    async with openai_client(chat_app(engine)) as client:
        answer = await client.completions.create(
            model=MODEL, prompt="Hello", max_tokens=9, temperature=0.5, stop="x", seed=3, user="me"
        )
    assert nothing_extra(answer)
    assert answer.id == STAMP.id.replace("chatcmpl", "cmpl")
    assert (answer.object, answer.created, answer.model) == (
        "text_completion",
        1_700_000_000,
        MODEL,
    )
    (choice,) = answer.choices
    assert (choice.text, choice.index, choice.finish_reason) == (" world!", 0, "stop")
    assert choice.logprobs is None
    assert answer.usage
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1, 3)
    (request,) = engine.requests
    assert request == ChatRequest(
        (),
        max_tokens=9,
        stop=("x",),
        sampling=Sampling(0.5, seed=3),
        continuation=Continuation("Hello"),
    )


async def test_a_continuation_has_sixteen_tokens_unless_it_is_told() -> None:
    engine = FakeChat([Say("a")] * 30)
    async with openai_client(chat_app(engine)) as client:
        answer = await client.completions.create(model=MODEL, prompt="Hello")
        nothing = await client.completions.create(model=MODEL, prompt="Hi", max_tokens=0, echo=True)
    assert (len(answer.choices[0].text), answer.choices[0].finish_reason) == (16, "length")
    assert (nothing.choices[0].text, nothing.choices[0].finish_reason) == ("Hi", "length")


async def test_a_stream_and_a_whole_answer_say_the_same() -> None:
    prompts = ["Hello", "Bye"]
    async with openai_client(chat_app(FakeChat(HELLO))) as client:
        whole = await client.completions.create(
            model=MODEL, prompt=prompts, n=2, logprobs=1, echo=True
        )
        stream = await client.completions.create(
            model=MODEL,
            prompt=prompts,
            n=2,
            logprobs=1,
            echo=True,
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
    assert all(nothing_extra(chunk) for chunk in chunks)
    *pieces, last = chunks
    assert (last.choices, last.usage) == ([], whole.usage)
    assert all(piece.usage is None for piece in pieces)
    assert [choice.text for choice in whole.choices] == ["Hello world!"] * 2 + ["Bye world!"] * 2
    for choice in whole.choices:
        mine = [c for piece in pieces for c in piece.choices if c.index == choice.index]
        assert "".join(piece.text for piece in mine) == choice.text
        assert [piece.finish_reason for piece in mine][-1] == choice.finish_reason == "stop"
        told = [piece.logprobs for piece in mine if piece.logprobs]
        assert choice.logprobs
        for name in ("tokens", "token_logprobs", "top_logprobs", "text_offset"):
            joined = [each for one in told for each in getattr(one, name)]
            assert joined == getattr(choice.logprobs, name)


async def test_without_usage_every_chunk_has_a_choice() -> None:
    async with openai_client(chat_app(FakeChat(HELLO))) as client:
        stream = await client.completions.create(model=MODEL, prompt="Hello", stream=True)
        chunks = [chunk async for chunk in stream]
    assert [chunk.choices[0].text for chunk in chunks] == [" wor", "ld", "!", ""]
    assert all("usage" not in chunk.model_fields_set for chunk in chunks)


async def test_logprobs_tell_where_each_token_stands() -> None:
    async with openai_client(chat_app(FakeChat([Say("서울"), Say("!")]))) as client:
        answer = await client.completions.create(model=MODEL, prompt="Hi", logprobs=2, echo=True)
        none = await client.completions.create(model=MODEL, prompt="Hi", logprobs=0)
    told = answer.choices[0].logprobs
    assert told
    assert told.tokens == ["H", "i", "서울", "!"]
    assert told.text_offset == [0, 1, 2, 4]
    assert told.token_logprobs == [None, -0.5, -0.5, -0.5]
    assert told.top_logprobs
    assert told.top_logprobs[0] is None
    assert told.top_logprobs[3] == {"!": -0.5, "!1": -1.5}
    assert none.choices[0].logprobs
    assert none.choices[0].logprobs.top_logprobs is None
    assert none.choices[0].logprobs.token_logprobs == [-0.5, -0.5]


async def test_of_several_the_likeliest_are_shown() -> None:
    def script(_: ChatRequest, choice: int) -> list[Step]:
        return say(f"number {choice}")

    engine = FakeChat(script)
    async with openai_client(chat_app(engine)) as client:
        answer = await client.completions.create(model=MODEL, prompt="Hi", best_of=3, n=2)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert engine.requests[0].choices == 3
    assert engine.requests[0].top_logprobs == 0
    assert all(choice.logprobs is None for choice in answer.choices)
    assert answer.usage
    assert answer.usage.completion_tokens == 6


async def test_tokens_and_gaps_reach_the_engine() -> None:
    engine = FakeChat(HELLO)
    async with openai_client(chat_app(engine)) as client:
        await client.completions.create(model=MODEL, prompt=[72, 105])
        await client.completions.create(model=MODEL, prompt=[[72], [105]])
        await client.completions.create(model=MODEL, prompt="def f(", suffix="return 1")
        await client.completions.create(model=MODEL, prompt="def f(", suffix="")
    assert [request.continuation for request in engine.requests] == [
        Continuation(tokens=(72, 105), encoding="o200k_base"),
        Continuation(tokens=(72,), encoding="o200k_base"),
        Continuation(tokens=(105,), encoding="o200k_base"),
        Continuation("def f(", suffix="return 1"),
        Continuation("def f("),
    ]


async def test_a_failure_in_the_middle_is_the_last_event() -> None:
    script = [Say("Hel"), Fail(EngineFailed("broken"))]
    async with openai_client(chat_app(FakeChat(script))) as client:
        stream = await client.completions.create(model=MODEL, prompt="Hi", stream=True)
        with pytest.raises(APIError, match="broken"):
            async for _ in stream:
                pass


async def test_the_names_of_openais_completion_models_answer() -> None:
    app = demo_app(Settings(allowed_hosts=("test",)), Draining())
    async with app.router.lifespan_context(app), openai_client(app) as client:
        for name in ("gpt-3.5-turbo-instruct", "davinci-002", "babbage-002", "gpt-4o"):
            raw = await client.completions.with_raw_response.create(
                model=name, prompt="Once upon a time", extra_body={"keep_alive": 1, "top_k": 1}
            )
            assert raw.parse().choices[0].text.startswith(" and so on")
            assert raw.headers["x-dragoman-ignored"] == "keep_alive"
        model = await client.models.retrieve("davinci-002")
        assert "/v1/completions" in (model.model_extra or {})["x_endpoints"]
        with pytest.raises(openai.NotFoundError):
            await client.completions.create(model="nobody", prompt="x")


async def test_a_guided_continuation_follows_its_choices() -> None:
    app = demo_app(Settings(allowed_hosts=("test",)), Draining())
    async with app.router.lifespan_context(app), openai_client(app) as client:
        answer = await client.completions.create(
            model="gpt-4o", prompt="x", extra_body={"guided_choice": ["yes"]}
        )
    assert answer.choices[0].text == "yes"


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"best_of": 1, "n": 2}, "'best_of' must not be below 'n'", "best_of"),
    ({"best_of": 2, "stream": True}, "'best_of' above 'n' is not allowed", "best_of"),
    ({"logprobs": 6}, "Invalid 'logprobs': integer above maximum", "logprobs"),
    ({"max_tokens": -1}, "Invalid 'max_tokens': integer below minimum", "max_tokens"),
    ({"echo": True, "suffix": "x"}, "'echo' and 'suffix' are not allowed together", "echo"),
    ({"prompt": []}, "Invalid 'prompt': empty array", "prompt"),
    ({"prompt": [[]]}, "Invalid 'prompt[0]': empty array", "prompt[0]"),
    ({"prompt": ["a", 1]}, "Invalid type for 'prompt[1]'", "prompt[1]"),
    ({"prompt": [1, "a"]}, "Invalid type for 'prompt[1]'", "prompt[1]"),
    ({"prompt": 1}, "Invalid type for 'prompt'", "prompt"),
    ({"prompt": ["a"] * 100, "n": 2}, "Too many continuations: 100 prompts of 2", "prompt"),
    ({"stream_options": {}}, "The 'stream_options' parameter is only", "stream_options"),
    ({"frobnicate": 1}, "Unknown parameter: 'frobnicate'.", "frobnicate"),
    ({"messages": []}, "Unknown parameter: 'messages'.", "messages"),
    ({"temperature": 3}, "Invalid 'temperature'", "temperature"),
    ({"stop": 5}, "Invalid type for 'stop'", "stop"),
]


@pytest.mark.parametrize(("body", "message", "param"), FAULTS)
async def test_faults(body: dict[str, Any], message: str, param: str) -> None:
    async with openai_client(chat_app(FakeChat(HELLO))) as client:
        with pytest.raises(BadRequestError) as caught:
            await client.completions.create(model=MODEL, prompt="x", extra_body=body)
    error: Any = caught.value.body
    assert error["message"].startswith(message)
    assert error["param"] == param


STOPS = ["<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|im_end|>", "```"]
EDITORS: list[dict[str, Any]] = [
    # Tabby
    {"prompt": "def f(", "suffix": None, "temperature": 0.1, "presence_penalty": 0.0},
    {"prompt": "def f(", "suffix": "return 1", "temperature": 0.1, "presence_penalty": 0.0},
    # Continue, which leaves out what it was not told
    {"prompt": "def f(", "suffix": "return 1", "temperature": 0.01, "stop": STOPS},
    {"prompt": "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>", "stop": STOPS, "top_p": None},
    # llama.cpp's own words
    {"prompt": "def f(", "cache_prompt": True, "top_k": 40, "id_slot": None},
]


@pytest.mark.parametrize("body", EDITORS)
async def test_what_editors_send_is_streamed_until_a_reason(body: dict[str, Any]) -> None:
    async with http_client(chat_app(FakeChat(HELLO))) as client:
        answer = await client.post(
            "/v1/completions", json={"model": MODEL, "max_tokens": 64, "stream": True, **body}
        )
    assert answer.status_code == 200
    *pieces, done = [line for line in answer.text.split("\n\n") if line]
    assert done == "data: [DONE]"
    choices = [json.loads(piece.removeprefix("data: "))["choices"][0] for piece in pieces]
    assert "".join(choice["text"] for choice in choices) == " world!"
    assert [choice["finish_reason"] for choice in choices] == [None, None, None, "stop"]


async def test_no_prompt_is_the_beginning_of_a_text() -> None:
    engine = FakeChat(HELLO)
    async with http_client(chat_app(engine)) as client:
        answer = await client.post("/v1/completions", json={"model": MODEL})
        fault = await client.post("/v1/completions", json={"prompt": "x"})
    assert answer.status_code == 200
    assert engine.requests[0].continuation == Continuation()
    assert json.loads(fault.text)["error"]["message"] == "you must provide a model parameter"
