"""Engines are loaded and unloaded by call."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest

from clients import http_client
from dragoman.domain.caller import Caller, calling
from dragoman.domain.chat import CHAT
from dragoman.domain.engine import EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.serving.app import Options, create_app
from dragoman.serving.in_process import InProcessEngines
from dragoman.serving.pool import Pool

CARDS = (
    ModelCard("one", "chat", "fake-chat", ("gpt-4o",)),
    ModelCard("broken", "chat", "fake-chat", options={"breaks": True}),
)


class Unloaded:
    """Stands for an engine of which only the name is used."""

    concurrency = 1

    def run(self, request: Any, outlet: Any) -> None:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError


@asynccontextmanager
async def served() -> AsyncGenerator[tuple[httpx2.AsyncClient, Pool], None]:
    installed = InProcessEngines((card, Unloaded()) for card in CARDS)
    pool = Pool(installed, lambda card: EngineSpec(card.engine, "", options=card.options))
    options = Options(loader=pool, readiness=pool.readiness)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.run)
            async with http_client(create_app(pool, installed, options=options)) as client:
                yield client, pool
            tasks.cancel_scope.cancel()


async def test_a_model_is_loaded_by_any_of_its_names_and_unloaded_again() -> None:
    async with served() as (client, pool):
        loaded = await client.post("/v1/models/gpt-4o/load")
        assert loaded.status_code == 200
        assert loaded.json()["id"] == "one"
        assert loaded.json()["loaded"] is True
        assert loaded.json()["load_seconds"] > 0
        assert pool.statistics()["one"].ready
        unloaded = await client.post("/v1/models/one/unload")
        assert unloaded.json() == {"id": "one", "object": "model.state", "loaded": False}
        assert not pool.statistics()["one"].ready
        asked = await client.post(
            "/v1/chat/completions",
            json={"model": "one", "messages": [{"role": "user", "content": "Hello"}]},
        )
        assert asked.status_code == 200, "the next request loads it"
        assert pool.statistics()["one"].starts == 2


async def test_a_model_that_is_at_work_is_not_unloaded() -> None:
    async with served() as (client, pool), pool.lease(CHAT, "one"):
        refused = await client.post("/v1/models/one/unload")
    assert refused.status_code == 409
    assert "at work for 1 requests" in refused.json()["error"]["message"]


@pytest.mark.parametrize("verb", ["load", "unload"])
async def test_what_is_not_there_is_not_found(verb: str) -> None:
    async with served() as (client, _):
        answer = await client.post(f"/v1/models/nobody/{verb}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


async def test_what_does_not_load_says_why_and_what_was_never_loaded_is_unloaded() -> None:
    async with served() as (client, _):
        assert (await client.post("/v1/models/broken/unload")).status_code == 200
        answer = await client.post("/v1/models/broken/load")
    assert answer.status_code == 503
    assert "told not to load" in answer.json()["error"]["message"]


async def test_a_key_for_requests_alone_may_do_neither() -> None:
    async with served() as (client, _):
        with calling(Caller("alice", "alice", operates=False)):
            answer = await client.post("/v1/models/one/load")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "insufficient_permissions"
