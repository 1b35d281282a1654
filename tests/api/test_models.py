"""`/v1/models`."""

from dataclasses import replace

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
    trained_context=32_768,
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
        "type": "llm",
        "capabilities": ["completion", "tools", "tool_use"],
        "architecture": {
            "modality": "text+audio->text",
            "input_modalities": ["text", "audio"],
            "output_modalities": ["text"],
        },
        "meta": {"n_ctx": 8192, "n_ctx_train": 32_768},
        "max_model_len": 8192,
        "context_length": 8192,
        "context_window": 8192,
        "loaded_context_length": 8192,
        "max_context_length": 32_768,
        "x_model": QWEN.id,
        "x_kind": "chat",
        "x_endpoints": ["/v1/chat/completions", "/v1/completions", "/v1/responses"],
        "x_modalities": {"input": ["text", "audio"], "output": ["text"]},
        "x_context_length": 8192,
    }
    assert model.shutdown_date is None
    assert (model.id, model.object, model.created, model.owned_by) == (
        name,
        "model",
        1_700_000_000,
        "Qwen",
    )


async def test_what_goes_in_and_out_is_what_the_models_here_can_do_together() -> None:
    speech = ModelCard("kokoro", "speech", "kokoro-onnx")
    sight = ModelCard("recognisers", "sight", "recognisers")
    document = ModelCard("document-codec", "document-codec", "document-codec")
    cases: list[tuple[tuple[ModelCard, ...], dict[str, list[str]]]] = [
        ((QWEN,), {"input": ["text"], "output": ["text"]}),
        ((QWEN, speech), {"input": ["text"], "output": ["text", "audio"]}),
        (
            (QWEN, WHISPER, sight, document),
            {"input": ["text", "image", "audio", "file"], "output": ["text"]},
        ),
        ((WHISPER, QWEN), {"input": ["audio"], "output": ["text"]}),
        ((speech, QWEN), {"input": ["text"], "output": ["audio"]}),
        (
            (replace(QWEN, sees=True),),
            {"input": ["text", "image"], "output": ["text"]},
        ),
    ]
    for cards, modalities in cases:
        async with openai_client(create_app(Held({}), Shelf(*cards))) as client:
            model = await client.models.retrieve(cards[0].id)
        assert model.model_extra is not None
        assert model.model_extra["x_modalities"] == modalities


async def test_what_a_model_can_do_is_told_in_the_words_of_other_servers() -> None:
    sight = ModelCard("recognisers", "sight", "recognisers")
    thinker = replace(QWEN, id="thinker", options={"reasoning": True})
    async with openai_client(create_app(Held({}), Shelf(QWEN, thinker, WHISPER, sight))) as client:
        told = {model.id: model.model_extra or {} for model in (await client.models.list()).data}
    assert {name: told[name]["type"] for name in (QWEN.id, WHISPER.id)} == {
        QWEN.id: "vlm",
        WHISPER.id: "transcription",
    }
    assert told[QWEN.id]["capabilities"][-2:] == ["vision", "multimodal"]
    assert told["thinker"]["capabilities"][-1] == "thinking"
    assert told[WHISPER.id]["max_model_len"] is None


async def test_codex_finds_the_list_that_it_reads_and_others_do_not_see_it() -> None:
    async with http_client(APP) as client:
        assert (await client.get("/v1/models?client_version=0.153.4")).json()["models"] == []
        assert "models" not in (await client.get("/v1/models")).json()


async def test_open_webui_finds_the_models_that_speak_where_it_looks_for_them() -> None:
    speech = ModelCard("kokoro-82m", "speech", "kokoro-onnx", names=("tts-1",), owned_by="hexgrad")
    async with http_client(create_app(Held({}), Shelf(QWEN, speech))) as client:
        answer = (await client.get("/v1/audio/models")).json()
    assert answer["models"] == [
        {"id": "kokoro-82m", "name": "kokoro-82m"},
        {"id": "tts-1", "name": "tts-1"},
    ]
    assert [(model["id"], model["owned_by"]) for model in answer["data"]] == [
        ("kokoro-82m", "hexgrad"),
        ("tts-1", "hexgrad"),
    ]


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
