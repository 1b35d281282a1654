"""What a Prometheus collects, and what must never be in it."""

import json
import logging
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import anyio
import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from clients import MODEL, Shelf, http_client
from dragoman.api import speech
from dragoman.domain.chat import CHAT
from dragoman.domain.keys import PlainKeys
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.engines.fake import FakeChat, FakeSpeaker
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.log_lines import JsonLines
from dragoman.serving.metrics import Load, Metrics
from fake_engines import Held

PATH = "/v1/chat/completions"
CANARY = "canary-of-this-test"
ASK = {"model": MODEL, "messages": [{"role": "user", "content": CANARY}]}
PROMTOOL = shutil.which("promtool")
KEY = "sk-a-canary-of-keys"
LETTER = {"authorization": f"Bearer {KEY}"}


@asynccontextmanager
async def metered(
    metrics: Metrics, *, locked: bool = False
) -> AsyncGenerator[httpx2.AsyncClient, None]:
    engines = Held(
        {CHAT: {MODEL: FakeChat([Say("a b c d")])}, SPEECH: {"tts-1": FakeSpeaker()}},
        {MODEL: ModelCard("small", "chat", "fake")},
    )
    options = Options(
        meter=metrics,
        exposition=metrics.exposition,
        keyring=PlainKeys((KEY,) if locked else ()),
    )
    async with http_client(create_app(engines, Shelf(), speech.routes(engines), options)) as client:
        yield client


def samples(text: str) -> Mapping[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_tokens_and_times_are_counted_by_vllms_names() -> None:
    metrics = Metrics()
    async with metered(metrics) as client:
        whole = await client.post(PATH, json=ASK)
        await client.post(PATH, json={**ASK, "stream": True})
        usage = whole.json()["usage"]
        found = samples((await client.get("/metrics")).text)
    model, endpoint = "model_name=small", f"endpoint={PATH}"
    ok = ("dragoman:requests_total", endpoint, "key=", model, "outcome=ok")
    assert found[ok] == 2
    assert found["dragoman:prompt_tokens_total", "key=", model] == 2 * usage["prompt_tokens"]
    generated = found["dragoman:generation_tokens_total", "key=", model]
    assert generated == 2 * usage["completion_tokens"]
    for name in ("time_to_first_token_seconds", "e2e_request_latency_seconds"):
        assert found[f"dragoman:{name}_count", endpoint, model] == 2
    assert found["dragoman:request_success_total", "finished_reason=stop", model] == 2
    assert not [name for name, *_ in found if name.endswith("_created")]


async def test_sound_is_counted_in_seconds() -> None:
    metrics = Metrics()
    async with metered(metrics) as client:
        spoken = await client.post(
            "/v1/audio/speech", json={"model": "tts-1", "voice": "alloy", "input": "Hello there."}
        )
        assert spoken.status_code == 200
        found = samples((await client.get("/metrics")).text)
    (seconds,) = (
        value for name, value in found.items() if name[0] == "dragoman:audio_seconds_total"
    )
    assert seconds > 0
    (first,) = (
        value
        for name, value in found.items()
        if name[0] == "dragoman:time_to_first_audio_seconds_count"
    )
    assert first == 1


async def test_no_word_of_a_caller_becomes_a_series() -> None:
    metrics = Metrics()
    async with metered(metrics) as client:
        for number in range(20):
            await client.post(PATH, json={**ASK, "model": f"{CANARY}-{number}"})
            await client.get(f"/{CANARY}/{number}")
            await client.get(f"/v1/models/{CANARY}-{number}")
        text = (await client.get("/metrics")).text
    assert CANARY not in text
    requests = [name for name in samples(text) if name[0] == "dragoman:requests_total"]
    assert len(requests) == 3


async def test_where_keys_are_needed_they_are_for_metrics_too() -> None:
    metrics = Metrics()
    async with metered(metrics, locked=True) as client:
        assert (await client.get("/metrics")).status_code == 401
        await client.post(PATH, json=ASK, headers=LETTER)
        text = (await client.get("/metrics", headers=LETTER)).text
    assert KEY not in text
    assert 'key="key-' in text


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not here: apt install prometheus")
async def test_prometheus_own_tool_has_nothing_against_it() -> None:
    metrics = Metrics()
    metrics.watch(
        lambda: {"small": Load(1, 2, up=True, starts=1, gauges={"kv_cache_usage_perc": 0.5})}
    )
    async with metered(metrics) as client:
        await client.post(PATH, json=ASK)
        text = (await client.get("/metrics")).text
    assert 'dragoman:num_requests_waiting{model_name="small"} 2.0' in text
    assert 'dragoman:kv_cache_usage_perc{model_name="small"} 0.5' in text
    done = await anyio.run_process(
        [str(PROMTOOL), "check", "metrics"], input=text.encode(), check=False
    )
    # Colons are for rules, in its eyes; vLLM has them, and its dashboards look for them.
    complaints = [
        line
        for line in (done.stdout + done.stderr).decode().splitlines()
        if "should not contain ':'" not in line
    ]
    assert complaints == []


async def test_a_line_of_the_log_is_an_object_where_that_is_wanted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with metered(Metrics(), locked=True) as client:
            await client.post(PATH, json=ASK, headers=LETTER)
            await client.post(PATH, json=ASK, headers={"authorization": f"Bearer {CANARY}"})
    formatter = JsonLines()
    lines = [
        json.loads(formatter.format(record))
        for record in caplog.records
        if record.name == "dragoman.requests"
    ]
    served, refused = lines
    assert served["message"] == "request done"
    assert (served["level"], served["status"], served["model"]) == ("info", 200, "small")
    assert served["key"].startswith("key-")
    assert served["ms"] >= served["first_ms"] >= 0
    assert (refused["message"], refused["status"]) == ("request failed", 401)
    assert not [record for record in caplog.records if CANARY in record.getMessage()]
    assert KEY not in caplog.text
