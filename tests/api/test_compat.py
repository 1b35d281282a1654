"""`/v1/compat`: the ledger over HTTP."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from clients import http_client
from dragoman.api.draining import Draining
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings
from dragoman.wire.compat.answer import NOT_SERVED, Compat

HOST = {"host": "localhost"}


@asynccontextmanager
async def demo(**settings: Any) -> AsyncGenerator[httpx2.AsyncClient, None]:
    app = demo_app(Settings(**settings), Draining())
    async with app.router.lifespan_context(app), http_client(app) as client:
        yield client


async def test_the_ledger_is_given_with_what_is_installed():
    async with demo() as client:
        answer = await client.get("/v1/compat", headers=HOST)
        head = await client.head("/v1/compat", headers=HOST)
        listed = await client.get("/v1/models", headers=HOST)
    told = Compat.model_validate_json(answer.content)
    assert {model.id for model in told.models} == {
        model["x_model"] for model in listed.json()["data"]
    }
    speech = next(each for each in told.endpoints if each.path == "/v1/audio/speech")
    fates = {field.name: field.fate for field in speech.fields}
    assert (fates["speed"], fates["instructions"]) == ("honoured", "emulated")
    assert {each.unknown_fields for each in told.endpoints} == {"refused"}
    assert head.status_code == 200


async def test_the_operators_choice_about_unknown_fields_is_told():
    async with demo(unknown_fields="tell") as client:
        told = Compat.model_validate_json((await client.get("/v1/compat", headers=HOST)).content)
    chosen = {each.path: each.unknown_fields for each in told.endpoints}
    assert chosen["/v1/chat/completions"] == "without_effect"
    assert chosen["/v1/audio/speech"] == "refused"


async def test_where_there_are_keys_one_is_needed():
    async with demo(api_keys=("sk-one",)) as client:
        without = await client.get("/v1/compat", headers=HOST)
        key = {"authorization": "Bearer sk-one"}
        answer = await client.get("/v1/compat", headers={**HOST, **key})
    assert (without.status_code, answer.status_code) == (401, 200)


@pytest.mark.parametrize("path", NOT_SERVED)
async def test_what_is_not_served_is_not_there(path: str):
    async with demo() as client:
        assert (await client.get(path, headers=HOST)).status_code == 404
        assert (await client.post(path, headers=HOST, json={})).status_code == 404
