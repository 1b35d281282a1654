"""The spans of requests, as a real collector gets them; engines are fakes."""

import json
import logging
import re
import threading
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx2
import pytest
from openai import AsyncOpenAI
from starlette.types import Receive, Scope, Send

from background import reached
from clients import MODEL, Shelf, http_client
from collector import Collector, Span, collecting
from dragoman.api import speech
from dragoman.api.draining import Draining
from dragoman.domain.chat import CHAT
from dragoman.domain.errors import EngineDied, EngineFailed
from dragoman.domain.keys import PlainKeys
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.engines.fake import FakeChat, FakeSpeaker
from dragoman.engines.fake.script import Fail, Say, Step, Wait, say
from dragoman.serving.app import Options, create_app
from dragoman.serving.demo import demo_app
from dragoman.serving.log_lines import JsonLines
from dragoman.serving.settings import Settings
from dragoman.serving.spans import RequestSpans
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from dragoman.serving.traces import closing
from fake_engines import Held
from transport import StreamingTransport

PATH = "/v1/chat/completions"
CANARY = "Zyxomma"
KEY = "sk-a-canary-of-keys"
LETTER = {"authorization": f"Bearer {KEY}"}
ASK: Mapping[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": CANARY}]}
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALLER = {"traceparent": f"00-{TRACE}-{PARENT}-01"}


@dataclass
class Traced:
    """An app whose traces go to `collector`, and its client."""

    client: httpx2.AsyncClient
    collector: Collector
    chat: FakeChat

    async def post(self, path: str, body: object, **headers: str) -> httpx2.Response:
        return await self.client.post(path, json=body, headers={**LETTER, **headers})

    @property
    def spans(self) -> Sequence[Span]:
        return self.collector.spans


@pytest.fixture
def collector() -> Generator[Collector, None, None]:
    with collecting() as collector:
        yield collector


@asynccontextmanager
async def traced(
    collector: Collector, directory: Path, script: Sequence[Step] = ()
) -> AsyncGenerator[Traced, None]:
    """Spans have arrived when the context is left: the app has stopped then."""
    chat = FakeChat(script or say("Hello there"), concurrency=4)
    engines = Held(
        {CHAT: {MODEL: chat}, SPEECH: {"tts-1": FakeSpeaker()}},
        {MODEL: ModelCard("small", "chat", "fake")},
    )
    spans = RequestSpans.sent_to(collector.address)
    options = Options(
        tracing=spans,
        keyring=PlainKeys((KEY,)),
        responses=SqlResponses(Database.in_file(directory / "completions.sqlite3")),
        lifespan=closing(spans, None),
    )
    app = create_app(engines, Shelf(), speech.routes(engines), options)
    transport = StreamingTransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield Traced(client, collector, chat)


async def test_a_request_goes_on_with_its_callers_trace(
    collector: Collector, tmp_path: Path
) -> None:
    async with traced(collector, tmp_path) as it:
        body = {**ASK, "temperature": 0.5, "max_tokens": 20, "stop": [CANARY]}
        answer = await it.post(PATH, body, **CALLER, tracestate="a=b")
        usage = answer.json()["usage"]
    server, chat = collector.named(f"POST {PATH}"), collector.named(f"chat {MODEL}")
    assert (server.kind, server.trace_id, server.parent) == ("server", TRACE, PARENT)
    assert server.attributes == {
        "http.request.method": "POST",
        "http.route": PATH,
        "http.response.status_code": 200,
        "url.scheme": "http",
        "url.path": PATH,
        "network.protocol.version": "1.1",
        "client.address": server.attributes["client.address"],
        "server.address": server.attributes["server.address"],
        "server.port": server.attributes["server.port"],
        "dragoman.request.id": answer.headers["x-request-id"],
        "dragoman.key.name": server.attributes["dragoman.key.name"],
        "dragoman.outcome": "ok",
        "dragoman.first_seconds": server.attributes["dragoman.first_seconds"],
    }
    assert server.attributes["dragoman.key.name"].startswith("key-")
    assert (chat.kind, chat.trace_id, chat.parent) == ("internal", TRACE, server.id)
    first_s = chat.attributes["gen_ai.response.time_to_first_chunk"]
    assert 0 < first_s <= server.attributes["dragoman.first_seconds"]
    assert chat.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "dragoman",
        "gen_ai.request.model": MODEL,
        "gen_ai.response.model": "small",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 20,
        "gen_ai.usage.input_tokens": usage["prompt_tokens"],
        "gen_ai.usage.output_tokens": usage["completion_tokens"],
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.time_to_first_chunk": first_s,
    }
    assert server.began_ns <= chat.began_ns < chat.ended_ns <= server.ended_ns
    assert not server.failed
    (resource,) = collector.resources
    assert resource["service.name"] == "dragoman"
    assert not [name for name in resource if name.startswith(("process.", "host.", "os."))]


async def test_without_a_caller_s_trace_each_request_has_its_own(
    collector: Collector, tmp_path: Path
) -> None:
    async with traced(collector, tmp_path) as it:
        for parent in ("", "nonsense", f"00-{'0' * 32}-{PARENT}-01"):
            await it.post(PATH, ASK, traceparent=parent)
    servers = [span for span in collector.spans if span.kind == "server"]
    assert len({span.trace_id for span in servers}) == 3
    assert {span.parent for span in servers} == {""}


async def test_what_its_caller_does_not_sample_is_not_sent_and_its_trace_is_in_the_log(
    collector: Collector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with traced(collector, tmp_path) as it:
            answer = await it.post(PATH, ASK, traceparent=f"00-{TRACE}-{PARENT}-00")
    assert answer.status_code == 200
    assert collector.bodies == []
    assert f"trace_id={TRACE} " in caplog.text


async def test_each_of_several_prompts_has_a_span_with_counts_of_its_own(
    collector: Collector, tmp_path: Path
) -> None:
    async with traced(collector, tmp_path) as it:
        body = {"model": MODEL, "prompt": ["a", f"{CANARY} b"], "n": 2, "stream": True}
        answer = await it.post("/v1/completions", body)
        assert "[DONE]" in answer.text
    one, two = collector.below(collector.named("POST /v1/completions"))
    assert one.name == two.name == f"text_completion {MODEL}"
    for span in (one, two):
        assert span.attributes["gen_ai.request.stream"] is True
        assert span.attributes["gen_ai.request.choice.count"] == 2
        assert span.attributes["gen_ai.response.finish_reasons"] == ["stop", "stop"]
        seconds = (span.ended_ns - span.began_ns) / 1e9
        assert 0 < span.attributes["gen_ai.response.time_to_first_chunk"] <= seconds
    tokens = [span.attributes["gen_ai.usage.input_tokens"] for span in (one, two)]
    assert tokens[0] < tokens[1]
    assert one.ended_ns <= two.began_ns


async def test_sound_has_its_seconds_in_a_demonstration_too(collector: Collector) -> None:
    app = demo_app(Settings(traces=collector.address, allowed_hosts=("test",)), Draining())
    async with app.router.lifespan_context(app), http_client(app) as client:
        body = {"model": "tts-1", "voice": "alloy", "input": f"{CANARY}.", "response_format": "wav"}
        spoken = await client.post("/v1/audio/speech", json=body)
        await client.post(
            "/v1/audio/transcriptions",
            data={"model": "whisper-1"},
            files={"file": (f"{CANARY}.wav", spoken.content)},
        )
        metrics = (await client.get("/metrics")).text
    counted = dict(
        re.findall(r'dragoman:audio_seconds_total\{direction="(in|out)".*\} (.+)', metrics)
    )
    said = collector.named("generate_content tts-1").attributes
    heard = collector.named("generate_content whisper-1").attributes
    assert (said["gen_ai.output.type"], heard["gen_ai.output.type"]) == ("speech", "text")
    assert said["dragoman.audio.output_seconds"] == float(counted["out"])
    assert heard["dragoman.audio.input_seconds"] == float(counted["in"])
    assert "dragoman.audio.input_seconds" not in said
    assert CANARY.encode() not in b"".join(collector.bodies)


async def test_a_socket_s_file_is_a_place_without_a_port(collector: Collector) -> None:
    spans = RequestSpans.sent_to(collector.address)
    app = create_app(Held({}), Shelf(), (), Options(tracing=spans))

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": None, "server": ("/run/x", None)}, receive, send)

    async with httpx2.AsyncClient(transport=StreamingTransport(behind)) as client:
        await client.get("http://test/v1/models")
    spans.close()
    place = collector.named("GET /v1/models").attributes
    assert place["server.address"] == "/run/x"
    assert not {"server.port", "client.address"} & set(place)


async def test_opentelemetrys_own_switch_is_obeyed(
    collector: Collector,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    with caplog.at_level(logging.INFO):
        async with traced(collector, tmp_path) as it:
            assert (await it.post(PATH, ASK)).status_code == 200
    assert collector.bodies == []
    assert "trace_id" not in caplog.text


@pytest.mark.parametrize(
    ("stream", "status", "script"),
    [
        (False, 500, [Say("a"), Fail(EngineFailed("of a canary"))]),
        (True, 200, [Say("a"), Say("b"), Fail(EngineDied(f"of {CANARY}"))]),
    ],
)
async def test_a_failure_has_its_name_and_no_word_more(
    collector: Collector, tmp_path: Path, stream: bool, status: int, script: Sequence[Step]
) -> None:
    async with traced(collector, tmp_path, script) as it:
        answer = await it.post(PATH, {**ASK, "stream": stream})
        assert answer.status_code == status
    server, chat = collector.named(f"POST {PATH}"), collector.named(f"chat {MODEL}")
    assert server.failed
    assert chat.failed
    assert chat.attributes["error.type"] == server.attributes["error.type"]
    assert server.attributes["error.type"] in ("EngineFailed", "EngineDied")
    assert server.attributes["dragoman.outcome"] == "failed"
    assert server.attributes["http.response.status_code"] == status
    assert not chat.events
    assert "canary" not in str(collector.bodies)


async def test_the_callers_own_mistakes_are_no_errors_of_the_server(
    collector: Collector, tmp_path: Path
) -> None:
    async with traced(collector, tmp_path) as it:
        assert (await it.post(PATH, {**ASK, "model": "no-such"})).status_code == 404
        assert (await it.client.post("/v1/completions", json={})).status_code == 401
        assert (await it.post(f"/v1/{CANARY}/x", {})).status_code == 404
        odd = await it.client.request("BREW", PATH, headers=LETTER)
        assert odd.status_code == 405
        for path in ("/livez", "/readyz", "/health"):
            assert (await it.client.get(path)).status_code == 200
    by_name = {span.name: span.attributes for span in collector.spans}
    assert set(by_name) == {f"POST {PATH}", "POST", f"HTTP {PATH}"}
    assert len(collector.spans) == 4
    assert not [span for span in collector.spans if span.failed or "error.type" in span.attributes]
    unknown = by_name[f"POST {PATH}"]
    assert unknown["dragoman.failure"] == "ModelNotFound"
    assert unknown["dragoman.outcome"] == "refused"
    assert by_name[f"HTTP {PATH}"]["http.request.method"] == "_OTHER"


async def test_a_client_that_leaves_is_seen(
    collector: Collector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with traced(collector, tmp_path, [Say("a"), Wait(threading.Event())]) as it:
        async with it.client.stream(
            "POST", PATH, json={**ASK, "stream": True}, headers=LETTER
        ) as answer:
            await anext(answer.aiter_lines())
        with anyio.fail_after(20):
            while "client left" not in caplog.text:
                await anyio.lowlevel.checkpoint()
    server, chat = collector.named(f"POST {PATH}"), collector.named(f"chat {MODEL}")
    assert server.attributes["dragoman.outcome"] == "left"
    assert not server.failed
    assert not chat.failed
    assert "gen_ai.usage.output_tokens" not in chat.attributes


async def test_a_response_in_the_background_is_a_span_below_its_request(
    collector: Collector, tmp_path: Path
) -> None:
    async with traced(collector, tmp_path) as it:
        client = AsyncOpenAI(
            base_url="http://test/v1", api_key=KEY, http_client=it.client, max_retries=0
        )
        kept = await client.responses.create(
            model=MODEL, input=CANARY, background=True, extra_headers=CALLER
        )
        await reached(client, kept.id, "completed")
    request, work = collector.named("POST /v1/responses"), collector.named("background")
    assert request.trace_id == work.trace_id == TRACE
    assert work.parent == request.id
    assert work.attributes["dragoman.request.id"] == request.attributes["dragoman.request.id"]
    assert [span.name for span in collector.below(work)] == [f"chat {MODEL}"]
    assert not [span for span in collector.below(request) if span.name.startswith("chat")]


async def test_a_trace_is_found_by_the_line_of_its_request_as_text_and_as_json(
    collector: Collector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with traced(collector, tmp_path) as it:
            await it.post(PATH, ASK)
            await it.client.get("/livez")
    (record,) = [each for each in caplog.records if each.name == "dragoman.requests"]
    trace_id = collector.named(f"POST {PATH}").trace_id
    assert f" trace_id={trace_id} client=" in record.getMessage()
    assert json.loads(JsonLines().format(record))["trace_id"] == trace_id


async def test_no_word_of_a_caller_or_a_model_and_no_key_is_in_any_span(
    collector: Collector, tmp_path: Path
) -> None:
    script = [Say(f"Velmorin{CANARY}"), Say("!")]
    async with traced(collector, tmp_path, script) as it:
        tool = {"type": "function", "function": {"name": CANARY}}
        body = {
            **ASK,
            "tools": [tool],
            "stop": [f"{CANARY}stop"],
            "metadata": {CANARY: CANARY},
            "user": CANARY,
            "seed": 3,
        }
        assert (await it.post(PATH, body, baggage=f"a={CANARY}")).status_code == 200
        await it.post(f"{PATH}?key={CANARY}", {**ASK, CANARY: 1})
        await it.post("/v1/audio/speech", {"model": "tts-1", "voice": CANARY, "input": CANARY})
        await it.client.post(PATH, json=ASK, headers={"authorization": f"Bearer {CANARY}"})
    sent = b"".join(collector.bodies)
    assert sent
    for secret in (CANARY, "Velmorin", KEY):
        assert secret.encode() not in sent
