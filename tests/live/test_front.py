"""What a newcomer and an operator meet: names, headers, hints, and nobody kept waiting."""

import subprocess
import sys
import urllib.request

import httpx2
import pytest
from openai import BadRequestError, NotFoundError, OpenAI

from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from live_server import Server

pytestmark = pytest.mark.model


def test_every_answer_names_the_model_that_made_it_under_any_name(client: OpenAI) -> None:
    chat = client.chat.completions.with_raw_response.create(
        model="gpt-5.6",
        messages=[{"role": "user", "content": "Say hello."}],
        max_tokens=5,
    )
    assert chat.headers["x-dragoman-model"] == "qwen2.5-coder-1.5b-instruct"
    spoken = client.audio.speech.with_raw_response.create(
        model="kokoro:latest", voice="alloy", input="Good morning."
    )
    assert spoken.headers["x-dragoman-model"] == "kokoro-82m"
    written = client.audio.transcriptions.with_raw_response.create(
        model="Systran/faster-whisper-base", file=("speech.mp3", spoken.content)
    )
    assert written.headers["x-dragoman-model"] == "whisper-base"
    assert "morning" in written.text.lower()


MODULE_CLIENT = """
import openai

openai.api_key = "anything"
openai.base_url = "{base_url}/"
openai.default_headers = {{"x-foo": "true"}}
stream = openai.chat.completions.create(
    model="gpt-5.6",
    messages=[{{"role": "user", "content": "Say hello."}}],
    stream=True,
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
"""
"""As the official client's own example has it."""


def test_the_official_client_s_module_streams_under_the_newest_name(base_url: str) -> None:
    program = MODULE_CLIENT.format(base_url=base_url)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "hello" in done.stdout.lower()


def test_fields_without_effect_are_named(client: OpenAI) -> None:
    chat = client.chat.completions.with_raw_response.create(
        model="gpt-5",
        messages=[{"role": "user", "content": "Say hello."}],
        reasoning_effort="low",
        user="me",
        max_tokens=5,
    )
    assert chat.headers["x-dragoman-ignored"] == "user, reasoning_effort"
    spoken = client.audio.speech.with_raw_response.create(
        model="gpt-4o-mini-tts", voice="alloy", input="Good morning.", instructions="Be cheerful."
    )
    assert spoken.headers["x-dragoman-ignored"] == "instructions"
    written = client.audio.transcriptions.with_raw_response.create(
        model="gpt-4o-transcribe",
        file=("speech.mp3", spoken.content),
        response_format="json",
        timestamp_granularities=["segment"],
    )
    assert written.headers["x-dragoman-ignored"] == "timestamp_granularities"
    assert "morning" in written.text.lower()
    for answer in (chat, spoken, written):
        assert "lease;dur=" in answer.headers["server-timing"]


def test_a_model_that_is_not_here_is_answered_with_how_to_get_it(client: OpenAI) -> None:
    here = {model.id for model in client.models.list()}
    ours = load(engines=kinds_by_engine()).model
    absent = next(model for model in ours if model.kind == "chat" and model.id not in here)
    with pytest.raises(NotFoundError, match=f"dragoman models pull {absent.id}"):
        client.chat.completions.create(
            model=absent.names[0], messages=[{"role": "user", "content": "Say hello."}]
        )


@pytest.mark.parametrize(("name", "right"), [("GPT-4o", "gpt-4o"), ("gpt4o-mini", "gpt-4o-mini")])
def test_a_name_that_is_nearly_right_is_refused_with_the_right_one(
    client: OpenAI, name: str, right: str
) -> None:
    with pytest.raises(NotFoundError, match=f"Did you mean '{right}'"):
        client.chat.completions.create(
            model=name, messages=[{"role": "user", "content": "Say hello."}]
        )


def test_a_dry_run_of_sound_says_what_the_answer_will_be(client: OpenAI) -> None:
    speech = {"model": "tts-1", "voice": "alloy", "input": "The quick brown fox jumped."}
    spoken = client.audio.speech.create(model="tts-1", voice="alloy", input=speech["input"])
    dry = client.post("/audio/speech", body={**speech, "x_dry_run": True}, cast_to=httpx2.Response)
    estimate = dry.json()
    sound = {"file": ("speech.mp3", spoken.content)}
    form = {"model": "whisper-1", "x_dry_run": "true"}
    heard = client.post(
        "/audio/transcriptions",
        body=form,
        files=sound,
        options={"headers": {"content-type": "multipart/form-data"}},
        cast_to=httpx2.Response,
    ).json()
    # Under this name other sentences may have been spoken before: about, not exactly.
    assert heard["audio_seconds"] == pytest.approx(estimate["predicted_audio_seconds"], rel=0.5)
    assert estimate["input_characters"] == len(speech["input"])


def test_a_url_that_is_wrong_is_answered_with_the_right_one(server: Server) -> None:
    with (
        OpenAI(base_url=server.base_url + "/v1", api_key="anything", max_retries=0) as client,
        pytest.raises(NotFoundError, match="/v1/models"),
    ):
        client.models.list()


def test_the_first_page_and_the_list_of_endpoints_load_nothing(server: Server) -> None:
    root = server.base_url.removesuffix("/v1")
    for path in ("/", "/docs"):
        request = urllib.request.Request(root + path, headers={"accept": "text/html"})
        with urllib.request.urlopen(request, timeout=20) as response:
            page = response.read().decode()
        assert "Dragoman" in page
        assert not any(f'{name}="http' in page for name in ("src", "href"))


def test_a_number_with_millions_of_remainders_ends_nobodys_chat(client: OpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "integer", "multipleOf": 99_999_989}},
        "required": ["a"],
        "additionalProperties": False,
    }

    def asked(*, strict: bool) -> str:
        named = {"name": "remainders", "schema": schema, "strict": strict}
        return (
            client.with_options(timeout=60)
            .chat.completions.with_raw_response.create(
                model="gpt-4o",
                messages=[{"role": "user", "content": "Answer with JSON."}],
                max_tokens=20,
                extra_body={"response_format": {"type": "json_schema", "json_schema": named}},
            )
            .headers["x-dragoman-ignored"]
        )

    with pytest.raises(BadRequestError, match="remainders"):
        asked(strict=True)
    assert asked(strict=False) == "response_format (multipleOf)"


def test_a_schema_that_doubles_25_times_ends_nobodys_chat(client: OpenAI) -> None:
    twice = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(25)}
    schema: dict[str, object] = {"$ref": "#/$defs/d0", "$defs": {**twice, "d25": {"type": "null"}}}
    request = {"name": "doubles", "schema": schema}
    client.with_options(timeout=60).chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Answer with JSON: null."}],
        extra_body={"response_format": {"type": "json_schema", "json_schema": request}},
        max_tokens=20,
    )
    answer = client.with_options(timeout=60).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Say hello."}], max_tokens=5
    )
    assert answer.choices[0].message.content
