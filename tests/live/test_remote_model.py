"""A model on another server, as an operator adds one: his own catalogue, and no weights."""

import base64
import io
import json
import struct
import wave
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from openai import APIStatusError, OpenAI
from PIL import Image

from live_server import serving
from upstreams import Upstream, running

OTTER = Path(__file__).parents[2] / "examples/data/otter.png"
CATALOGUE = """
starter = ["far"]

[[model]]
id = "far"
kind = "chat"
engine = "remote-openai"
sees = true
options = {{ base_url = "{url}", model = "far/model", api_key_file = "{key}" }}

[[model]]
id = "several"
kind = "chat"
engine = "remote-openai"
options = {{ base_urls = ["{gone}", "{url}"], model = "far/model", api_key_file = "{key}" }}

[[model]]
id = "far-voice"
kind = "speech"
engine = "remote-openai"
options = {{ base_url = "{sound}", model = "far/voice", voices = ["anna"], api_key_file = "{key}" }}

[[model]]
id = "far-ears"
kind = "transcription"
engine = "remote-openai"
options = {{ base_url = "{sound}", model = "far/ears", api_key_file = "{key}" }}
"""
TRANSCRIPT = {
    "text": "Beep.",
    "language": "english",
    "segments": [{"start": 0.0, "end": 0.9, "text": " Beep.", "avg_logprob": -0.5}],
    "words": [{"word": "Beep.", "start": 0.1, "end": 0.9}],
}
TONE = struct.pack("<24000h", *(8000 * (-1) ** (i // 40) for i in range(24_000)))


@pytest.fixture(scope="module")
def upstream() -> Generator[Upstream]:
    with running() as upstream:
        upstream.says(
            {"choices": [{"index": 0, "delta": {"content": "An otter."}}]},
            {"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "stop"}]},
            {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 3}},
        )
        yield upstream


@pytest.fixture(scope="module")
def sound() -> Generator[Upstream]:
    with running() as upstream:
        upstream.headers, upstream.frames = {"Content-Type": "audio/pcm"}, [TONE]
        yield upstream


@pytest.fixture(scope="module")
def client(
    upstream: Upstream, sound: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Generator[OpenAI]:
    house = tmp_path_factory.mktemp("house")
    (house / "key").write_text("sk-far\n")
    with running() as gone:
        pass
    (house / "house.toml").write_text(
        CATALOGUE.format(url=upstream.url, key=house / "key", gone=gone.url, sound=sound.url)
    )
    with (
        serving(
            log=house / "log",
            DRAGOMAN_CATALOGUE=str(house / "house.toml"),
            DRAGOMAN_MODELS=str(house / "store"),
        ) as server,
        OpenAI(base_url=server.base_url, api_key="anything", max_retries=0, timeout=60) as client,
    ):
        yield client
        log = (house / "log").read_text()
        assert "sk-far" not in log
        assert log.count(f"event=upstream-left-out upstream={gone.url} ") == 1


def test_a_picture_goes_to_the_upstream_as_verified_pixels(
    client: OpenAI, upstream: Upstream
) -> None:
    url = "data:image/png;base64," + base64.b64encode(OTTER.read_bytes()).decode()
    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?"},
                    {"type": "image_url", "image_url": {"url": url, "detail": "low"}},
                ],
            }
        ],
    )
    assert answer.choices[0].message.content == "An otter."
    assert answer.usage
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (9, 3)
    asked = upstream.bodies[-1]
    assert asked["model"] == "far/model"
    assert upstream.keys[-1] == "Bearer sk-far"
    passed = asked["messages"][0]["content"][1]["image_url"]["url"]
    with Image.open(io.BytesIO(base64.b64decode(passed.partition(",")[2]))) as picture:
        assert picture.format == "PNG"
        assert max(picture.size) <= 512


def test_a_refusal_of_the_upstream_reaches_the_caller(client: OpenAI, upstream: Upstream) -> None:
    frames = upstream.frames
    upstream.status = 400
    upstream.frames = [b'{"error": {"message": "Too hot.", "param": "temperature"}}']
    with pytest.raises(APIStatusError) as refused:
        client.chat.completions.create(model="far", messages=[{"role": "user", "content": "Hi."}])
    upstream.status, upstream.frames = 200, frames
    assert refused.value.status_code == 400
    assert refused.value.body == {
        "message": "Too hot.",
        "type": "invalid_request_error",
        "param": "temperature",
        "code": None,
    }


def test_one_of_several_upstreams_is_gone_and_another_answers(
    client: OpenAI, upstream: Upstream
) -> None:
    def ask() -> str | None:
        answer = client.chat.completions.create(
            model="several", messages=[{"role": "user", "content": "What is it?"}]
        )
        return answer.choices[0].message.content

    assert ask() == "An otter."
    upstream.status, upstream.headers = 503, {"Retry-After": "7"}
    with pytest.raises(APIStatusError) as nobody:
        ask()
    upstream.status, upstream.headers = 200, {}
    assert nobody.value.status_code == 503
    assert 1 <= int(nobody.value.response.headers["retry-after"]) <= 7


def test_a_voice_elsewhere_speaks_in_the_callers_format(client: OpenAI, sound: Upstream) -> None:
    answer = client.audio.speech.create(
        model="tts-1-1106", voice="anna", input="Hello.", response_format="wav", speed=1.5
    )
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels()) == (24_000, 1)
        assert file.readframes(24_000) == TONE
    assert sound.keys == ["Bearer sk-far"]
    assert sound.bodies == [
        {
            "model": "far/voice",
            "input": "Hello.",
            "voice": "anna",
            "response_format": "pcm",
            "speed": 1.5,
        }
    ]
    voices = client.get("/audio/voices", cast_to=dict[str, Any])
    assert [voice["name"] for voice in voices["data"]] == ["anna"]
    with pytest.raises(APIStatusError) as refused:
        client.audio.speech.create(
            model="far-voice", voice="anna", input="Hello.", extra_body={"x_language": "ko"}
        )
    assert refused.value.status_code == 400
    assert refused.value.body
    assert len(sound.bodies) == 1


def test_ears_elsewhere_write_down_with_times_and_what_is_not_known_is_absent(
    client: OpenAI, sound: Upstream
) -> None:
    recording = io.BytesIO()
    with wave.open(recording, "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(TONE)
    sound.replies = [(200, [json.dumps(TRANSCRIPT).encode()])]
    answer = client.audio.transcriptions.create(
        model="whisper-1",
        file=("tone.wav", recording.getvalue()),
        language="en",
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    (segment,), (word,) = answer.segments or [], answer.words or []
    assert (answer.text, answer.language, segment.text) == ("Beep.", "english", " Beep.")
    assert (segment.start, segment.end, segment.avg_logprob) == (0.0, 0.9, -0.5)
    assert (word.word, word.start, word.end) == ("Beep.", 0.1, 0.9)
    told = answer.to_dict()
    assert "x_coverage" not in told
    assert not {"seek", "no_speech_prob"} & segment.to_dict().keys()
    sent = dict(sound.forms[-1])
    assert (sent["model"], sent["language"]) == (b"far/ears", b"en")
    with wave.open(io.BytesIO(sent["file"])) as file:
        assert (file.getframerate(), file.getnframes()) == (16_000, 16_000)
