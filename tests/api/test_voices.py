"""`/v1/audio/voices`: what can be asked for."""

from clients import Shelf, http_client
from dragoman.api import voices
from dragoman.domain.models import ModelCard
from dragoman.serving.app import create_app
from dragoman.serving.skills import voices_of
from dragoman.wire.speech import VOICES
from fake_engines import Held

KOKORO = ModelCard("kokoro-82m", "speech", "kokoro-onnx", ("tts-1",), languages=("en", "ko"))
CHAT = ModelCard("chatty", "chat", "llama-cpp")
STRANGE = ModelCard("strange", "speech", "somebody-elses")
SHELF = Shelf(CHAT, KOKORO, STRANGE)
APP = create_app(Held({}), SHELF, more=[voices.router(SHELF, voices_of)])


async def test_the_list_has_the_apis_names_and_the_engines_own():
    async with http_client(APP) as client:
        listed = (await client.get("/v1/audio/voices")).json()
    assert listed["object"] == "list"
    ids = [voice["id"] for voice in listed["data"]]
    assert tuple(ids[:13]) == VOICES
    assert len(set(ids)) == 26
    alloy = next(voice for voice in listed["data"] if voice["id"] == "alloy")
    assert alloy == {
        "id": "alloy",
        "object": "audio.voice",
        "name": "alloy",
        "type": "built_in",
        "model": "kokoro-82m",
        "languages": ["en", "ko"],
        "description": "a low female voice, American",
        "same_as": "af_alloy",
    }
    assert {"id": "af_alloy", "name": "af_alloy"} in listed["voices"]


async def test_the_list_of_one_model():
    async with http_client(APP) as client:
        one = await client.get("/v1/audio/voices", params={"model": "tts-1"})
        none = await client.get("/v1/audio/voices", params={"model": "strange"})
        wrong = await client.get("/v1/audio/voices", params={"model": "nobody"})
        unknown = await client.get("/v1/audio/voices", params={"limit": "3"})
    assert len(one.json()["data"]) == 26
    assert none.json()["data"] == []
    assert wrong.status_code == 404
    assert unknown.json()["error"]["param"] == "limit"
