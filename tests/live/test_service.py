"""Models, health, errors and stored completions of a real server."""

import re

import httpx2
import openai
import pytest
from openai import OpenAI

pytestmark = pytest.mark.model


def test_models_are_listed_and_found_by_any_name_and_not_deleted(client: OpenAI):
    names = {model.id for model in client.models.list()}
    assert {"whisper-base", "kokoro-82m", "gpt-4o", "whisper-1", "tts-1"} <= names
    assert "picture-codec" not in names
    model = client.models.retrieve("gpt-3.5-turbo-0613")
    assert (model.id, model.owned_by) == ("gpt-3.5-turbo-0613", "qwen")
    assert model.model_extra is not None
    assert model.model_extra["x_modalities"] == {
        "input": ["text", "image", "audio", "file"],
        "output": ["text", "audio"],
    }
    told = model.model_extra
    assert told["max_model_len"] == told["context_length"] == told["x_context_length"] == 32_768
    assert told["meta"] == {"n_ctx": 32_768, "n_ctx_train": 32_768}
    assert told["architecture"]["input_modalities"] == told["x_modalities"]["input"]
    assert (told["type"], told["capabilities"][:3]) == ("vlm", ["completion", "tools", "tool_use"])
    speakers = client.get("/audio/models", cast_to=dict[str, list[dict[str, str]]])["models"]
    assert speakers[0]["id"] == "kokoro-82m"
    with pytest.raises(openai.PermissionDeniedError):
        client.models.delete("whisper-base")


def test_health_is_told_without_a_key_and_pages_may_call(base_url: str):
    root = base_url.removesuffix("/v1")
    for path in ("/livez", "/readyz", "/health"):
        assert httpx2.get(root + path).status_code == 200
    page = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    preflight = httpx2.options(base_url + "/chat/completions", headers=page)
    assert preflight.is_success
    assert preflight.headers["access-control-allow-origin"] in ("*", "http://localhost:3000")
    strange = httpx2.get(root + "/v1/models", headers={"host": "elsewhere.example"})
    assert strange.status_code == 403


def test_errors_have_openais_envelope_and_a_request_id(client: OpenAI):
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="nobody", messages=[{"role": "user", "content": "x"}])
    assert missing.value.code == "model_not_found"
    assert missing.value.request_id
    with pytest.raises(openai.BadRequestError) as wrong:
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "x"}], temperature=3
        )
    assert wrong.value.param == "temperature"


@pytest.mark.parametrize("name", ["moderation", "web_search_options", "top_k"])
def test_what_is_not_served_in_chat_is_refused_by_name(client: OpenAI, name: str):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": "x"}],
            extra_body={name: {}},
        )
    assert name in refused.value.message


def test_a_stored_completion_is_listed_read_labelled_and_forgotten(client: OpenAI):
    made = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Say hello."}],
        store=True,
        metadata={"shelf": "claims"},
        max_tokens=10,
    )
    stored = client.chat.completions
    assert [one.id for one in stored.list(metadata={"shelf": "claims"})] == [made.id]
    assert stored.retrieve(made.id).choices[0].message.content == made.choices[0].message.content
    assert stored.update(made.id, metadata={"shelf": "b"}).metadata == {"shelf": "b"}
    assert [message.content for message in stored.messages.list(made.id)] == ["Say hello."]
    stored.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        stored.retrieve(made.id)


def test_every_answer_tells_its_request_and_time(client: OpenAI):
    answer = client.chat.completions.with_raw_response.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Say hello."}], max_tokens=5
    )
    assert re.search(r"lease.*first.*rest", answer.headers["server-timing"])
    assert answer.headers["x-request-id"]
    assert answer.headers["openai-processing-ms"]
