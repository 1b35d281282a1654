"""The way of spans to a collector, and what becomes of it when nobody is there."""

import logging
import socket
import threading
import time
from collections.abc import Generator

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanContext
from starlette.applications import Starlette

from collector import Collector, collecting
from dragoman.serving.settings import Settings
from dragoman.serving.span_export import SILENCE_S, Reported, Seldom, exporter
from dragoman.serving.spans import RequestSpans
from dragoman.serving.traces import FLUSH_S, TracesWrong, closing, traces

SPAN = ReadableSpan("a", SpanContext(1, 1, is_remote=False), resource=Resource({}))


@pytest.fixture
def collector() -> Generator[Collector, None, None]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def nobody() -> Generator[str, None, None]:
    """An address where connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def send(sending: Reported, *, spans: int = 1) -> None:
    """Send spans in one batch, and stop."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(sending))
    for _ in range(spans):
        provider.get_tracer("test").start_span("a").end()
    sending.hurry()
    provider.shutdown()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        each.getMessage()
        for each in caplog.records
        if "traces are sent to" not in each.getMessage() and each.name != "asyncio"
    ]


@pytest.mark.parametrize("ending", ["", "/", "/v1/traces", "/api/public/otel"])
def test_traces_have_their_place_below_the_address(collector: Collector, ending: str) -> None:
    send(exporter(collector.address + ending))
    base = "/api/public/otel" if "otel" in ending else ""
    assert collector.paths == [f"{base}/v1/traces"]


def test_what_lets_one_in_there_is_in_opentelemetrys_own_variable(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20abc")
    send(exporter(collector.address))
    assert collector.headers[0]["authorization"] == "Basic abc"


def test_no_other_variable_leads_anywhere_else(
    collector: Collector, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        monkeypatch.setenv(name, nobody)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", nobody)
    send(exporter(collector.address))
    assert len(collector.spans) == 1


def test_a_redirect_is_not_followed_and_the_log_says_so(
    collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    with collecting() as elsewhere:
        collector.status, collector.location = 307, f"{elsewhere.address}/v1/traces"
        send(exporter(collector.address))
    assert elsewhere.bodies == []
    (line,) = lines(caplog)
    assert "it answers with the status 307; 0 spans are lost so far" in line


def test_one_line_tells_that_nobody_is_there_and_another_that_somebody_is_again(
    collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    sending = exporter(collector.address, lambda: now[0])
    sending.hurry()
    with caplog.at_level(logging.INFO):
        collector.status = 503
        for now[0] in (0.0, 10.0, SILENCE_S - 1):
            sending.export([SPAN])
        collector.status = 200
        for _ in range(2):
            sending.export([SPAN])
        collector.status, now[0] = 404, SILENCE_S
        sending.export([SPAN])
    sending.shutdown()
    place = f"{collector.address}/v1/traces"
    assert lines(caplog) == [
        f"traces are not taken by {place}: it answers with the status 503; 0 spans are lost so far",
        f"traces are taken again by {place}; 3 spans are lost",
        f"traces are not taken by {place}: it answers with the status 404; 3 spans are lost so far",
    ]


def test_a_collector_that_is_busy_is_tried_again(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dragoman.serving.span_export.PAUSES_S", (0.01, 20.0))
    sending = exporter(collector.address)
    collector.status = 503
    thread = threading.Thread(target=sending.export, args=([SPAN],))
    thread.start()
    collector.wait_for_requests(2)
    collector.status = 200
    sending.hurry()
    thread.join(10)
    assert not thread.is_alive()
    assert sending.export([SPAN]) is SpanExportResult.SUCCESS
    sending.shutdown()
    assert len(collector.bodies) == 3


def test_a_dead_collector_costs_one_line_and_no_time(
    nobody: str, caplog: pytest.LogCaptureFixture
) -> None:
    spans = RequestSpans.sent_to(nobody)
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        tracer = spans._provider.get_tracer("test")
        for _ in range(5_000):  # more than the queue holds
            tracer.start_span("a").end()
        spans.close()
    assert time.monotonic() - began < 20 * FLUSH_S
    told = [line for line in lines(caplog) if "it cannot be reached" in line]
    assert len(told) == 1
    assert "spans are lost" in told[0]
    assert sum("Queue full" in line for line in lines(caplog)) <= 1


async def test_a_collector_that_does_not_answer_does_not_hold_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dragoman.serving.traces.FLUSH_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        spans = RequestSpans.sent_to(f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        async with closing(spans, None)(Starlette()):
            spans._provider.get_tracer("test").start_span("a").end()
        assert time.monotonic() - began < 9, "the exporter itself would wait ten"
    for thread in threading.enumerate():
        if thread.name == "last spans":
            thread.join(20)


@pytest.mark.parametrize(
    ("scheme", "words"), [("http", "does not answer in time"), ("https", "TLS with it fails")]
)
def test_what_is_wrong_is_told_in_words(
    scheme: str,
    words: str,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        if scheme == "https":
            send(exporter(collector.address.replace("http:", "https:")))
        else:
            send(exporter(f"http://127.0.0.1:{silent.getsockname()[1]}"))
    (line,) = lines(caplog)
    assert words in line


def test_of_a_full_queue_one_line_is_enough() -> None:
    now = [0.0]
    seldom = Seldom(lambda: now[0])
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "Queue full", (), None)
    shown = [seldom.filter(record) for now[0] in (0.0, 1.0, SILENCE_S - 1, SILENCE_S)]
    assert shown == [True, False, False, True]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:4318",
        "grpc://x:4317",
        "http://user:word@x:4318",
        "http://x/?key=1",
        "http://",
    ],
)
def test_an_address_that_is_none_or_has_a_password_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="OTEL_EXPORTER_OTLP_HEADERS"):
        Settings(traces=address)


@pytest.mark.parametrize(
    "address",
    ["http://collector:4318", "https://cloud.example/api/public/otel", "http://[::1]:4318/"],
)
def test_an_address_of_a_collector_is_taken_as_it_is(address: str) -> None:
    assert Settings(traces=address).traces == address


def test_a_variable_of_opentelemetry_that_cannot_be_is_told(
    monkeypatch: pytest.MonkeyPatch, nobody: str
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "-1")
    with pytest.raises(TracesWrong, match="a variable of OpenTelemetry is wrong: max_queue_size"):
        traces(nobody)


@pytest.mark.parametrize("module", ["no_such_package.part", "dragoman.no_such_part"])
def test_without_an_address_there_are_no_traces_and_no_library_is_needed(
    module: str, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dragoman.serving.traces.MODULES", (module,))
    assert traces(None) is None
    with pytest.raises(TracesWrong, match="OpenTelemetry is not installed"):
        traces(nobody)
