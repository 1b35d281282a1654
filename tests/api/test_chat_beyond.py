"""What is ours in chat: consensus, dry runs and timings."""

import json
import re
from dataclasses import replace

import httpx2
import pytest
from openai import BadRequestError

from clients import MODEL, chat_app, http_client, nothing_extra, openai_client, user
from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.engine import Outlet
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Script, Step, say

PATH = "/v1/chat/completions"
HELLO = say("Hello to you")


def cities(_: ChatRequest, choice: int) -> list[Step]:
    return say(json.dumps({"city": "Paris", "people": choice // 2}))


async def post(script: Script | list[Step], **fields: object) -> httpx2.Response:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Which city?"}], **fields}
    async with http_client(chat_app(FakeChat(script))) as client:
        return await client.post(PATH, json=body)


async def test_consensus_of_documents() -> None:
    answer = (await post(cities, n=3, x_consensus=True)).json()
    assert answer["x_consensus"] == {
        "agreement": pytest.approx(2 / 3),
        "fields": [
            {"path": "/city", "value": "Paris", "agreement": 1.0},
            {"path": "/people", "value": 0, "agreement": pytest.approx(2 / 3)},
        ],
        "ranking": [{"index": i, "mean_logprob": -0.5} for i in range(3)],
    }
    assert [choice["logprobs"] for choice in answer["choices"]] == [None] * 3


async def test_consensus_is_the_only_thing_that_the_official_client_does_not_know() -> None:
    async with openai_client(chat_app(FakeChat(cities))) as client:
        answer = await client.chat.completions.create(
            model=MODEL, messages=user("Which?"), n=2, extra_body={"x_consensus": True}
        )
    assert set(answer.model_extra or ()) == {"x_consensus"}
    assert all(map(nothing_extra, answer.choices))


async def test_without_being_asked_nothing_of_ours_is_said() -> None:
    assert not [key for key in (await post(cities, n=2)).json() if key.startswith("x_")]


async def test_a_dry_run_tells_what_a_request_would_take() -> None:
    engine = FakeChat(HELLO)
    async with http_client(chat_app(engine)) as client:
        body = {
            "model": MODEL,
            "messages": [{"role": "user", "content": "one two three"}],
            "max_tokens": 100,
            "n": 2,
            "x_dry_run": True,
        }
        answer = (await client.post(PATH, json=body)).json()
    assert answer == {
        "object": "x_dry_run",
        "model": MODEL,
        "prompt_tokens": 3,
        "max_completion_tokens": 100,
        "context_tokens": 8_192,
        "fits": True,
        "predicted_seconds": 0.2,
    }


async def test_a_dry_run_of_too_long_a_prompt_is_no_fault() -> None:
    messages = [{"role": "user", "content": "word " * 9_000}]
    answer = (await post(HELLO, messages=messages, x_dry_run=True)).json()
    assert (answer["fits"], answer["max_completion_tokens"]) == (False, 0)


async def test_a_dry_run_tells_what_is_left_of_a_limit_beyond_all_room() -> None:
    answer = (await post(HELLO, max_tokens=100_000, x_dry_run=True)).json()
    room = answer["context_tokens"] - answer["prompt_tokens"]
    assert (answer["fits"], answer["max_completion_tokens"]) == (True, room)


async def test_an_engine_that_knows_no_dry_runs_is_told_of() -> None:
    class Eager(FakeChat):
        def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
            super().run(replace(request, dry_run=False), outlet)

    async with openai_client(chat_app(Eager(HELLO))) as client:
        with pytest.raises(BadRequestError) as caught:
            await client.chat.completions.create(
                model=MODEL, messages=user("Hi"), extra_body={"x_dry_run": True}
            )
    assert caught.value.param == "x_dry_run"


@pytest.mark.parametrize("stream", [False, True])
async def test_timings_are_told_in_a_header(stream: bool) -> None:
    timing = (await post(HELLO, stream=stream)).headers["server-timing"]
    laps = re.findall(r"(\w+);dur=(\d+\.\d)", timing)
    assert [name for name, _ in laps] == ["lease", "first", *([] if stream else ["rest"])]
