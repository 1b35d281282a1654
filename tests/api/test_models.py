"""`/v1/models`."""

import pytest
from openai import NotFoundError, PermissionDeniedError

from clients import Shelf, http_client, openai_client
from dragoman.domain.models import ModelCard
from dragoman.serving.app import create_app
from fake_engines import Held

QWEN = ModelCard(
    "qwen2.5-coder-1.5b-instruct",
    "chat",
    "llama-cpp",
    names=("gpt-4o-mini", "org/name:latest"),
    owned_by="Qwen",
    created=1_700_000_000,
    context=8192,
)
WHISPER = ModelCard("whisper-base", "transcription", "whisper-ct2", names=("whisper-1",))
CODEC = ModelCard("audio-codec", "audio-codec", "audio-codec")
APP = create_app(Held({}), Shelf(QWEN, WHISPER, CODEC))


async def test_every_name_that_can_be_asked_for_is_listed() -> None:
    async with openai_client(APP) as client:
        page = await client.models.list()
    assert [model.id for model in page.data] == [
        "qwen2.5-coder-1.5b-instruct",
        "whisper-base",
        "gpt-4o-mini",
        "org/name:latest",
        "whisper-1",
    ]


@pytest.mark.parametrize("name", [QWEN.id, "gpt-4o-mini", "org/name:latest"])
async def test_a_model_is_found_by_any_of_its_names(name: str) -> None:
    async with openai_client(APP) as client:
        model = await client.models.retrieve(name)
    assert model.model_extra == {
        "x_model": QWEN.id,
        "x_kind": "chat",
        "x_endpoints": ["/v1/chat/completions"],
        "x_context_length": 8192,
    }
    assert model.shutdown_date is None
    assert (model.id, model.object, model.created, model.owned_by) == (
        name,
        "model",
        1_700_000_000,
        "Qwen",
    )


@pytest.mark.parametrize("name", ["no-such-model", "audio-codec"])
async def test_an_unknown_model_is_not_found(name: str) -> None:
    async with openai_client(APP) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.models.retrieve(name)
    assert caught.value.body == {
        "message": f"The model '{name}' does not exist",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }


async def test_nobody_deletes_a_model_from_afar() -> None:
    async with openai_client(APP) as client:
        with pytest.raises(PermissionDeniedError, match="dragoman models remove qwen"):
            await client.models.delete("gpt-4o-mini")


async def test_head_is_answered_like_get() -> None:
    async with http_client(APP) as client:
        assert (await client.head("/v1/models")).status_code == 200
        assert (await client.head("/v1/models/gpt-4o-mini")).status_code == 200


async def test_where_two_models_share_a_name_the_first_has_it() -> None:
    other = ModelCard("other", "chat", "llama-cpp", names=("gpt-4o-mini",), owned_by="x")
    async with openai_client(create_app(Held({}), Shelf(QWEN, other))) as client:
        page = await client.models.list()
    owners = {model.id: model.owned_by for model in page.data}
    assert owners["gpt-4o-mini"] == "Qwen"
    assert len(page.data) == len(owners)
