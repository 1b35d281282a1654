"""A model that the catalogue has and this machine has not: the answer says how to get it."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from openai import AsyncOpenAI, NotFoundError
from starlette.applications import Starlette

from clients import openai_client, user
from dragoman.api.draining import Draining
from dragoman.engines import kinds_by_engine
from dragoman.models import catalogue as catalogues
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings

SOUND = ("speech.mp3", (Path(__file__).parents[1] / "data/speech.mp3").read_bytes())
ABSENT = [model for model in catalogues.load(engines=kinds_by_engine()).model if model.files]


async def chat(client: AsyncOpenAI, name: str) -> object:
    return await client.chat.completions.create(model=name, messages=user("hi"))


async def speech(client: AsyncOpenAI, name: str) -> object:
    return await client.audio.speech.create(model=name, voice="alloy", input="hi")


async def transcription(client: AsyncOpenAI, name: str) -> object:
    return await client.audio.transcriptions.create(model=name, file=SOUND)


async def translation(client: AsyncOpenAI, name: str) -> object:
    with pytest.deprecated_call():  # by OpenAI, not by us
        return await client.audio.translations.create(  # pyright: ignore[reportDeprecated]
            model=name, file=SOUND
        )


async def lookup(client: AsyncOpenAI, name: str) -> object:
    return await client.models.retrieve(name)


async def voices(client: AsyncOpenAI, name: str) -> object:
    return await client.get("/audio/voices", cast_to=object, options={"params": {"model": name}})


Call = Callable[[AsyncOpenAI, str], Awaitable[object]]
BY_KIND: dict[str, tuple[Call, ...]] = {
    "chat": (chat,),
    "speech": (speech, voices),
    "transcription": (transcription, translation),
}
NAMES = [
    (call, name, model.id)
    for model in ABSENT
    for call in (*BY_KIND.get(model.kind, ()), lookup)
    for name in (model.id, *model.names, f"{model.id}:latest")
    if model.kind in BY_KIND
]


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    """A server with nothing but the codecs, which need no weights."""
    settings = Settings(
        models=tmp_path / "models",
        completions=tmp_path / "completions.sqlite3",
        voices=tmp_path / "voices",
        preload=False,
        allowed_hosts=("test",),
    )
    return Machine.of(settings).app(lambda _: None, Draining())


async def refusal(app: Starlette, call: Call, name: str) -> Mapping[str, str]:
    async with openai_client(app) as client:
        with pytest.raises(NotFoundError) as caught:
            await call(client, name)
    return caught.value.response.json()["error"]


@pytest.mark.parametrize(("call", "name", "model_id"), NAMES)
async def test_every_name_of_a_model_that_is_not_here_is_answered_with_how_to_pull_it(
    app: Starlette, call: Call, name: str, model_id: str
):
    body = await refusal(app, call, name)
    assert body["code"] == "model_not_found"
    openai_s = (
        f"The model '{name}' does not exist"
        if call is lookup
        else f"The model `{name}` does not exist or you do not have access to it."
    )
    assert body["message"].startswith(openai_s)
    assert f"`dragoman models pull {model_id}`" in body["message"]


@pytest.mark.parametrize(
    ("call", "name", "starter"),
    [
        (chat, "gpt-4o", "qwen2.5-coder-1.5b-instruct"),
        (speech, "tts-1", "kokoro-82m"),
        (transcription, "whisper-1", "whisper-base"),
    ],
)
async def test_openai_s_names_lead_to_the_starter_where_nothing_answers_them(
    app: Starlette, call: Call, name: str, starter: str
):
    body = await refusal(app, call, name)
    assert f"`dragoman models pull {starter}`" in body["message"]


@pytest.mark.parametrize("call", [chat, speech, transcription, translation, voices])
async def test_a_name_that_nobody_knows_gets_openai_s_words_and_no_more(app: Starlette, call: Call):
    body = await refusal(app, call, "no-such-model")
    words = "The model `no-such-model` does not exist or you do not have access to it."
    assert body["message"] == words


@pytest.mark.parametrize("call", [chat, lookup])
async def test_a_name_that_is_nearly_right_gets_the_right_one(app: Starlette, call: Call):
    body = await refusal(app, call, "Qwen2.5-Coder-1.5B-Instruct")
    assert body["message"].endswith(
        ". Did you mean 'qwen2.5-coder-1.5b-instruct'? Upper and lower case differ."
    )


async def test_a_model_for_other_work_is_not_to_be_pulled_for_this(app: Starlette):
    body = await refusal(app, chat, "whisper-small")
    assert body["message"].endswith("It is a model for transcription, not for chat.")


async def test_a_model_for_inner_work_cannot_be_looked_up(app: Starlette):
    body = await refusal(app, lookup, "audio-codec")
    assert body["message"] == "The model 'audio-codec' does not exist"
