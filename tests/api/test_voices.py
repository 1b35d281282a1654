"""`/v1/audio/voices` and `/v1/audio/voice_consents`: what can be asked for, made and kept."""

from pathlib import Path

import openai
import pytest
from starlette.applications import Starlette

from clients import Shelf, http_client, nothing_extra, openai_client
from dragoman.api import speech, voice_consents, voices
from dragoman.domain.engine import EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC
from dragoman.engines import codecs
from dragoman.engines.fake import FakeSpeaker
from dragoman.serving.app import create_app
from dragoman.serving.composition import voices_of
from dragoman.serving.storage.custom_voices import SqlCustomVoices
from dragoman.wire.audio.speech import VOICES
from fake_engines import Held
from sounds import tone, wav

KOKORO = ModelCard("kokoro-82m", "speech", "kokoro-onnx", ("tts-1",), languages=("en", "ko"))
CHAT = ModelCard("chatty", "chat", "llama-cpp")
STRANGE = ModelCard("strange", "speech", "somebody-elses")
SHELF = Shelf(CHAT, KOKORO, STRANGE)

BUILT_IN = 13 + 28 + 26
"""The API's names, and by their own those of Kokoro, English and of other languages."""


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    own = SqlCustomVoices.in_directory(tmp_path / "voices")
    held = Held(
        {
            SPEECH: {"tts-1": FakeSpeaker()},
            AUDIO_CODEC: {"a": codecs.load_audio(EngineSpec("audio-codec", ""))},
        }
    )
    more = [
        *speech.routes(held, own),
        *voices.routes(voices.Shelf(SHELF, voices_of, own)),
        *voice_consents.routes(held, own),
    ]
    return create_app(held, SHELF, more=more)


async def test_the_list_has_the_apis_names_and_the_engines_own(app: Starlette):
    async with http_client(app) as client:
        listed = (await client.get("/v1/audio/voices")).json()
    assert listed["object"] == "list"
    ids = [voice["id"] for voice in listed["data"]]
    assert tuple(ids[:13]) == VOICES
    assert len(set(ids)) == BUILT_IN
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


async def test_the_list_of_one_model(app: Starlette):
    async with http_client(app) as client:
        one = await client.get("/v1/audio/voices", params={"model": "tts-1"})
        none = await client.get("/v1/audio/voices", params={"model": "strange"})
        wrong = await client.get("/v1/audio/voices", params={"model": "nobody"})
        unknown = await client.get("/v1/audio/voices", params={"limit": "3"})
    assert len(one.json()["data"]) == BUILT_IN
    assert none.json()["data"] == []
    assert wrong.status_code == 404
    assert unknown.json()["error"]["param"] == "limit"


RECORDING = wav(tone(0.5))
BLEND = {"name": "Anna", "x_blend": "af_bella(2)+onyx"}


async def test_a_blend_is_kept_spoken_listed_and_deleted(app: Starlette):
    asked = {"model": "tts-1", "input": "one two", "response_format": "pcm"}
    async with http_client(app) as client:
        made = (await client.post("/v1/audio/voices", json=BLEND)).json()
        assert made["object"] == "audio.voice"
        assert (made["type"], made["x_blend"]) == ("x_blend", "af_bella(2)+onyx")
        listed = (await client.get("/v1/audio/voices")).json()["data"]
        assert listed[-1] == made
        own = await client.post("/v1/audio/speech", json={**asked, "voice": {"id": made["id"]}})
        direct = await client.post("/v1/audio/speech", json={**asked, "voice": "alloy"})
        assert own.status_code == 200
        assert own.content != direct.content
        async with openai_client(app) as official:
            gone = await official.audio.voices.delete(made["id"])
        assert (gone.id, gone.object, gone.deleted) == (made["id"], "audio.voice.deleted", True)
        late = await client.post("/v1/audio/speech", json={**asked, "voice": {"id": made["id"]}})
    assert late.status_code == 400
    assert (late.json()["error"]["param"], late.json()["error"]["code"]) == (
        "voice",
        "voice_not_found",
    )


async def test_a_blend_may_come_as_a_form_as_the_official_client_sends_every_voice(app: Starlette):
    form = {name: (None, value) for name, value in {"type": "x_blend", **BLEND}.items()}
    async with http_client(app) as client:
        made = (await client.post("/v1/audio/voices", files=form)).json()
    assert (made["name"], made["x_blend"]) == (BLEND["name"], BLEND["x_blend"])


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"name": "x", "x_blend": "af_nobody"}, "x_blend"),
        ({"name": "x", "x_blend": "alloy+"}, "x_blend"),
        ({"name": "x"}, "x_blend"),
        ({"x_blend": "alloy"}, "name"),
        ({**BLEND, "colour": "red"}, "colour"),
        ({"type": "prompt", "name": "x", "prompt": "a deep voice"}, "type"),
        ({"type": "strange", "name": "x"}, "type"),
    ],
)
async def test_what_cannot_become_a_voice_is_refused(
    app: Starlette, body: dict[str, str], param: str
):
    async with http_client(app) as client:
        answer = await client.post("/v1/audio/voices", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]["param"] == param
        listed = (await client.get("/v1/audio/voices")).json()["data"]
    assert len(listed) == BUILT_IN


async def test_a_recording_does_not_become_another_voice_in_silence(app: Starlette):
    async with openai_client(app) as client:
        consent = await client.audio.voice_consents.create(
            language="en-US", name="Anna", recording=("a.wav", RECORDING)
        )
        sample = ("b.wav", RECORDING)
        with pytest.raises(openai.BadRequestError) as caught:
            await client.audio.voices.create(name="x", consent=consent.id, audio_sample=sample)
        with pytest.raises(openai.NotFoundError):
            await client.audio.voices.create(name="x", consent="cons_0", audio_sample=sample)
    assert (caught.value.param, caught.value.code) == ("type", "unsupported_value")
    assert "voice of a recording" in caught.value.message


async def test_the_official_client_hears_that_a_description_makes_no_voice(app: Starlette):
    async with openai_client(app) as client:
        with pytest.raises(openai.BadRequestError) as caught:
            await client.audio.voices.create(
                type="prompt", name="x", prompt="a deep voice", script_hint="Hello."
            )
    assert (caught.value.param, caught.value.code) == ("type", "unsupported_value")
    assert "description" in caught.value.message


async def test_a_blend_may_come_as_a_form(app: Starlette):
    form = {name: (None, value) for name, value in BLEND.items()}
    async with http_client(app) as client:
        answer = await client.post("/v1/audio/voices", files=form)
        nothing = await client.post("/v1/audio/voices", files={"name": (None, "x")})
    assert answer.json()["x_blend"] == BLEND["x_blend"]
    assert nothing.json()["error"]["param"] == "consent"


async def test_consents_are_kept_renamed_listed_and_deleted(app: Starlette, tmp_path: Path):
    async with openai_client(app) as client:
        consents = client.audio.voice_consents
        made = [
            await consents.create(language="ko-KR", name=name, recording=("a.wav", RECORDING))
            for name in ("a", "b", "c")
        ]
        assert all(nothing_extra(consent) for consent in made)
        assert await consents.retrieve(made[0].id) == made[0]
        renamed = await consents.update(made[1].id, name="Bora")
        assert (renamed.id, renamed.name, renamed.language) == (made[1].id, "Bora", "ko-KR")
        page = await consents.list(limit=2)
        assert [consent.name for consent in page.data] == ["a", "Bora"]
        assert [consent.name async for consent in consents.list(limit=1)] == ["a", "Bora", "c"]
        kept = tmp_path / "voices/recordings"
        assert {path.name for path in kept.iterdir()} == {consent.id for consent in made}
        assert (kept / made[0].id).read_bytes() == RECORDING
        gone = await consents.delete(made[0].id)
        assert (gone.object, gone.deleted) == ("audio.voice_consent", True)
        assert not (kept / made[0].id).exists()
        with pytest.raises(openai.NotFoundError):
            await consents.retrieve(made[0].id)


@pytest.mark.parametrize(
    ("fields", "data", "status", "param"),
    [
        ({"name": "x"}, RECORDING, 400, "language"),
        ({"language": "en"}, RECORDING, 400, "name"),
        ({"name": "x", "language": "en"}, None, 400, "recording"),
        ({"name": "x", "language": "English!"}, RECORDING, 400, "language"),
        ({"name": "x", "language": "en", "more": "1"}, RECORDING, 400, "more"),
        ({"name": "x", "language": "en"}, b"no sound at all", 400, "recording"),
        ({"name": "x", "language": "en"}, bytes(11 * 2**20), 413, None),
    ],
)
async def test_a_consent_that_is_not_whole_is_refused(
    app: Starlette,
    fields: dict[str, str],
    data: bytes | None,
    status: int,
    param: str | None,
):
    files = {"recording": ("a.wav", data)} if data else {"nothing": ("", b"")}
    async with http_client(app) as client:
        answer = await client.post("/v1/audio/voice_consents", data=fields, files=files)
        assert answer.status_code == status
        assert answer.json()["error"]["param"] in (param, "nothing" if data is None else param)
        listed = (await client.get("/v1/audio/voice_consents")).json()
    assert (listed["data"], listed["has_more"]) == ([], False)
