"""What an operator sees of a server, what no operator may see, and what keys are for."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import AuthenticationError, InternalServerError, NotFoundError, OpenAI

from collector import Collector, collecting
from dragoman.domain.keys import Allowance
from dragoman.serving.key_file import KeyFile
from live_server import Server, serving

PROMETHEUS = shutil.which("prometheus")
CHAT = "qwen2.5-coder-1.5b-instruct"
CANARIES = ("Zyxomma", "Quopaxi", "Velmorin", "Ondrysk")
pytestmark = pytest.mark.model


@dataclass(frozen=True)
class Operated:
    """A server with named keys, their secrets, and the collector of its traces."""

    server: Server
    file: KeyFile
    secrets: dict[str, str]
    collector: Collector

    def client(self, name: str) -> OpenAI:
        return OpenAI(
            base_url=self.server.base_url,
            api_key=self.secrets[name],
            max_retries=0,
            timeout=300,
        )

    def metrics(self, name: str = "operator") -> httpx2.Response:
        root = self.server.base_url.removesuffix("/v1")
        letter = {"authorization": f"Bearer {self.secrets[name]}"}
        return httpx2.get(f"{root}/metrics", headers=letter, timeout=30)

    def lines(self) -> list[dict[str, Any]]:
        """The log's lines of requests."""
        lines = [json.loads(line) for line in self.server.log.read_text().splitlines() if line]
        return [line for line in lines if line["logger"] == "dragoman.requests"]


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Generator[Operated, None, None]:
    place = tmp_path_factory.mktemp("operated")
    file = KeyFile(place / "keys.json")
    secrets = {
        "alice": file.create("alice", Allowance(requests_per_minute=600)),
        "bob": file.create("bob", Allowance(requests_per_minute=2)),
        "operator": file.create("operator", Allowance(), operates=True),
    }
    settings = {
        "DRAGOMAN_KEY_FILE": str(file.path),
        "DRAGOMAN_LOG_FORMAT": "json",
        "DRAGOMAN_LOG_LEVEL": "debug",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    with (
        collecting() as collector,
        serving(
            "--offline", "--traces", collector.address, log=place / "log", **settings
        ) as server,
    ):
        yield Operated(server, file, secrets, collector)


def test_each_request_is_a_line_and_a_count_and_no_word_of_it_is_in_either(
    operated: Operated,
) -> None:
    client = operated.client("alice")
    chat = client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": f"You know {CANARIES[0]}."},
            {"role": "user", "content": f"Say {CANARIES[1]}."},
        ],
        max_tokens=12,
        metadata={"canary": CANARIES[2]},
        store=True,
    )
    assert chat.usage is not None
    spoken = client.audio.speech.create(
        model="tts-1", voice="alloy", input=f"Good morning, {CANARIES[3]}."
    )
    heard = client.audio.transcriptions.create(
        model="whisper-1", file=(f"{CANARIES[0]}.mp3", spoken.content), prompt=CANARIES[2]
    )
    assert "morning" in heard.text.lower()
    with pytest.raises(NotFoundError):
        client.chat.completions.create(
            model="no-such-model", messages=[{"role": "user", "content": CANARIES[1]}]
        )
    # The line of an answer is written when its last byte has left: the client may be faster.
    _until(lambda: len([line for line in operated.lines() if line.get("key") == "alice"]) >= 4)
    lines = {(line["path"], line["status"]): line for line in operated.lines()}
    chatted = lines["/v1/chat/completions", 200]
    transcribed = lines["/v1/audio/transcriptions", 200]
    failed = lines["/v1/chat/completions", 404]
    assert (chatted["message"], chatted["status"], chatted["model"]) == ("request done", 200, CHAT)
    assert chatted["client"] == "127.0.0.1"
    assert chatted["completion_tokens"] == chat.usage.completion_tokens
    assert 0 < chatted["first_ms"] <= chatted["ms"]
    assert transcribed["audio_s"] > 0.5
    assert (failed["message"], failed["code"]) == ("request failed", "model_not_found")

    metrics = operated.metrics().text
    assert f'dragoman:generation_tokens_total{{key="alice",model_name="{CHAT}"}}' in metrics
    for series in (
        'dragoman:audio_seconds_total{direction="in",key="alice",model_name="whisper-base"}',
        'dragoman:audio_seconds_total{direction="out",key="alice",model_name="kokoro-82m"}',
        'dragoman:realtime_factor_count{endpoint="/v1/audio/transcriptions"',
        f'dragoman:time_to_first_token_seconds_count{{endpoint="/v1/chat/completions",model_name="{CHAT}"',
        f'dragoman:engine_up{{model_name="{CHAT}"}} 1.0',
        f'dragoman:kv_cache_usage_perc{{model_name="{CHAT}"}} ',
    ):
        assert series in metrics
    log = operated.server.log.read_text()
    for secret in (*CANARIES, *operated.secrets.values(), "no-such-model", "morning"):
        assert secret not in metrics
        assert secret not in log or secret == "no-such-model"  # named, as what was not found


def test_a_request_is_a_trace_that_goes_on_with_its_callers_and_agrees_with_the_log(
    operated: Operated,
) -> None:
    client, collector = operated.client("alice"), operated.collector
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"traceparent": f"00-{trace}-{parent}-01"}

    def chat(words: str, **headers: str) -> None:
        client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": words}],
            temperature=0,
            max_tokens=4,
            extra_headers=headers,
        )

    chat(f"Say {CANARIES[0]}.", **headers)
    with ThreadPoolExecutor(6) as threads:  # two more than there are places
        assert len(list(threads.map(chat, [CANARIES[1]] * 6))) == 6
    spoken = client.audio.speech.create(
        model="tts-1", voice="alloy", input=f"Good morning, {CANARIES[2]}.", extra_headers=headers
    )
    client.audio.transcriptions.create(
        model="whisper-1", file=("a.mp3", spoken.content), extra_headers=headers
    )
    last = "POST /v1/audio/transcriptions"
    mine = {span.name: span for span in collector.wait_for(last, trace=trace)}
    request, answer = mine["POST /v1/chat/completions"], mine["chat gpt-4o"]
    (line,) = [
        line
        for line in operated.lines()
        if line.get("trace_id") == trace and line["path"] == "/v1/chat/completions"
    ]
    assert (request.parent, answer.parent) == (parent, request.id)
    assert request.attributes["dragoman.request.id"] == line["request_id"]
    assert request.attributes["dragoman.key.name"] == "alice"
    assert round((request.ended_ns - request.began_ns) / 1e6) == line["ms"]
    assert round(request.attributes["dragoman.first_seconds"] * 1000) == line["first_ms"]
    assert answer.attributes["gen_ai.response.model"] == CHAT
    assert answer.attributes["gen_ai.usage.output_tokens"] == line["completion_tokens"]
    assert answer.attributes["gen_ai.usage.input_tokens"] == line["prompt_tokens"]
    assert 0 < answer.attributes["gen_ai.response.time_to_first_chunk"] <= line["first_ms"] / 1000
    heard = mine["generate_content whisper-1"].attributes
    assert heard["gen_ai.output.type"] == "text"
    assert heard["dragoman.audio.input_seconds"] > 0.5
    spans = collector.wait_for(f"queue {CHAT}")
    waited = next(span for span in spans if span.name == f"queue {CHAT}")
    parents = [span for span in spans if span.id == waited.parent]
    assert [span.attributes["dragoman.queue.seconds"] > 0 for span in parents] == [True]
    sent = b"".join(collector.bodies)
    for secret in (*CANARIES, *operated.secrets.values(), "orning"):
        assert secret.encode() not in sent


def test_only_an_operator_may_look_in(operated: Operated) -> None:
    assert operated.metrics("alice").status_code == 403
    assert operated.metrics().headers["content-type"].startswith("text/plain; version=0.0.4")


def test_a_key_keeps_to_its_rate_and_is_told_what_is_left(operated: Operated) -> None:
    client = operated.client("bob")
    first = client.chat.completions.with_raw_response.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Say hello."}], max_tokens=2
    )
    assert first.headers["x-ratelimit-limit-requests"] == "2"
    assert first.headers["x-ratelimit-remaining-requests"] == "1"
    # Requests that are refused at once count, too: no slow machine gives the rate time to recover.
    letter = {"authorization": f"Bearer {operated.secrets['bob']}"}
    place = f"{operated.server.base_url}/chat/completions"
    many = [httpx2.post(place, json={}, headers=letter, timeout=60) for _ in range(3)]
    last = many[-1]
    assert last.status_code == 429
    assert last.json()["error"]["code"] == "rate_limit_exceeded"
    assert 1 <= int(last.headers["retry-after"]) <= 30


def test_a_response_in_the_background_is_counted_for_its_key_when_it_ends(
    operated: Operated,
) -> None:
    alice = operated.client("alice")
    before = _generated(operated)
    kept = alice.responses.create(
        model="gpt-4o", input="Say hello.", background=True, max_output_tokens=16
    )
    _until(lambda: alice.responses.retrieve(kept.id).status in ("completed", "incomplete"))
    usage = alice.responses.retrieve(kept.id).usage
    assert usage is not None
    assert _generated(operated) == before + usage.output_tokens
    made = [line for line in operated.lines() if line["message"] == "background done"]
    assert [line["completion_tokens"] for line in made] == [usage.output_tokens]
    long = alice.responses.create(model="gpt-4o", input="Tell me of the sea.", background=True)
    _until(lambda: alice.responses.retrieve(long.id).status == "in_progress")
    alice.responses.cancel(long.id)
    ends = 'dragoman:requests_total{endpoint="background",key="alice"'
    text = operated.metrics().text
    assert f'{ends},model_name="{CHAT}",outcome="ok"}} 1.0' in text
    assert f'{ends},model_name="{CHAT}",outcome="left"}} 1.0' in text


def test_what_a_key_stores_no_other_key_finds(operated: Operated) -> None:
    alice, operator = operated.client("alice"), operated.client("operator")
    kept = alice.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Say hello."}],
        max_tokens=2,
        store=True,
    )
    with pytest.raises(NotFoundError):
        operator.chat.completions.retrieve(kept.id)
    assert kept.id not in [each.id for each in operator.chat.completions.list()]
    assert alice.chat.completions.retrieve(kept.id).id == kept.id


def test_a_key_is_made_and_revoked_while_the_server_runs(operated: Operated) -> None:
    secret = operated.file.create("carol", Allowance())
    operated.secrets["carol"] = secret
    client = operated.client("carol")

    def let_in() -> bool:
        try:
            client.models.list()
        except AuthenticationError:
            return False
        return True

    _until(let_in)
    operated.file.revoke("carol")
    _until(lambda: not let_in())


def asked(client: OpenAI, tokens: int = 16) -> bool:
    """Whether an answer came, and not the end of the engine."""
    try:
        client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": "Tell me a long story about a ship."}],
            max_tokens=tokens,
        )
    except InternalServerError:
        return False
    return True


@pytest.mark.slow
def test_who_asks_once_does_not_wait_behind_twenty_requests_of_another(
    operated: Operated,
) -> None:
    alice, other = operated.client("alice"), operated.client("operator")
    with ThreadPoolExecutor(21) as threads:
        many = [threads.submit(asked, alice) for _ in range(20)]
        _until(lambda: _waiting(operated) >= 8)
        assert asked(other, 5)
        ended = sum(each.done() for each in many)
        assert all(each.result() for each in many)
    assert ended <= 14, "eight are in the engine when the other comes, and go before"


def test_who_waits_outlives_the_engine_and_is_answered_by_the_next(operated: Operated) -> None:
    alice = operated.client("alice")
    with ThreadPoolExecutor(12) as threads:
        many = [threads.submit(asked, alice) for _ in range(12)]
        _until(lambda: _waiting(operated) >= 3)
        os.kill(_pid(operated), signal.SIGKILL)
        whole = [each.result() for each in many]
    assert whole.count(False) <= 4, "those that were being written, at most"
    assert "event=request-sent-again" in operated.server.log.read_text()


def test_a_model_is_unloaded_and_loaded_by_call(operated: Operated) -> None:
    root = f"{operated.server.base_url}/models/whisper-1"
    letter = {"authorization": f"Bearer {operated.secrets['operator']}"}
    up = 'dragoman:engine_up{model_name="whisper-base"} 1.0'
    assert up in operated.metrics().text
    unloaded = httpx2.post(f"{root}/unload", headers=letter, timeout=60)
    assert unloaded.json() == {"id": "whisper-base", "object": "model.state", "loaded": False}
    assert up not in operated.metrics().text
    loaded = httpx2.post(f"{root}/load", headers=letter, timeout=120)
    assert loaded.json()["loaded"] is True
    assert up in operated.metrics().text
    refused = httpx2.post(
        f"{root}/unload",
        headers={"authorization": f"Bearer {operated.secrets['alice']}"},
        timeout=60,
    )
    assert refused.status_code == 403


def _generated(operated: Operated) -> float:
    """Tokens that were made for alice so far."""
    text = operated.metrics().text
    series = rf'dragoman:generation_tokens_total{{key="alice",model_name="{CHAT}"}} (\S+)'
    return sum(map(float, re.findall(series, text)))


def _waiting(operated: Operated) -> float:
    text = operated.metrics().text
    (value,) = re.findall(rf'dragoman:num_requests_waiting{{model_name="{CHAT}"}} (\S+)', text)
    return float(value)


def _pid(operated: Operated) -> int:
    """The process of the chat engine, as the log tells."""
    text = operated.server.log.read_text()
    return int(re.findall(rf"engine={CHAT} event=ready pid=(\d+)", text)[-1])


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not here: apt install prometheus")
def test_a_prometheus_collects_it_with_the_rules_that_are_here(
    operated: Operated, tmp_path: Path
) -> None:
    deploy = Path(__file__).parents[2] / "deploy"
    target = operated.server.base_url.removeprefix("http://").removesuffix("/v1")
    (tmp_path / "key").write_text(operated.secrets["operator"])
    rules = (deploy / "prometheus-alerts.yml").read_text()
    (tmp_path / "prometheus-alerts.yml").write_text(rules)
    config = (
        (deploy / "prometheus.yml")
        .read_text()
        .replace("15s", "5s")
        .replace("127.0.0.1:8000", target)
        .replace("# authorization: {credentials_file: /etc/prometheus/dragoman-key}", "")
    )
    config += f"    authorization: {{credentials_file: {tmp_path}/key}}\n"
    (tmp_path / "prometheus.yml").write_text(config)
    listen = "127.0.0.1:8239"
    command = [
        str(PROMETHEUS),
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address={listen}",
    ]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:

            def answers() -> bool:
                query = {"query": f'dragoman:engine_up{{model_name="{CHAT}"}}'}
                try:
                    answer = httpx2.get(f"http://{listen}/api/v1/query", params=query, timeout=5)
                except httpx2.TransportError:
                    return False
                if answer.status_code != 200:  # it is starting
                    return False
                found = answer.json().get("data", {}).get("result", [])
                return bool(found) and found[0]["value"][1] == "1"

            _until(answers)
            groups = httpx2.get(f"http://{listen}/api/v1/rules", timeout=5).json()["data"]["groups"]
            assert all(rule["health"] in ("ok", "unknown") for rule in groups[0]["rules"])
        finally:
            process.terminate()


def _until(true: Any) -> None:
    """Ask again and again, a minute at most."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
