"""Traces of a server in its own process, with fakes; those of weights: `test_operating.py`."""

import socket
import time
from pathlib import Path

from openai import OpenAI

from collector import collecting
from live_server import serving

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CANARY = "Zyxomma"


def say_hello(base_url: str, **headers: str) -> None:
    with OpenAI(base_url=base_url, api_key="x", max_retries=0) as client:
        client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": CANARY}],
            extra_headers=headers,
        )


def test_what_is_not_sent_yet_leaves_when_the_server_stops(tmp_path: Path) -> None:
    with collecting() as collector:
        never = {"OTEL_BSP_SCHEDULE_DELAY": "600000"}
        with serving(
            "--demo", "--traces", collector.address, log=tmp_path / "log", **never
        ) as server:
            say_hello(server.base_url, traceparent=f"00-{TRACE}-{PARENT}-01")
            assert collector.spans == []
        spans = collector.spans
    request = collector.named("POST /v1/chat/completions")
    assert [span.name for span in spans if span.parent == request.id] == ["chat gpt-4o"]
    assert (request.trace_id, request.parent) == (TRACE, PARENT)
    log = (tmp_path / "log").read_text()
    assert f"trace_id={TRACE} " in log
    assert CANARY not in log
    assert CANARY.encode() not in b"".join(collector.bodies)


def test_a_collector_that_is_dead_is_one_line_and_nothing_else(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = {"DRAGOMAN_TRACES": nobody, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        with serving("--demo", log=tmp_path / "log", **settings) as server:
            for _ in range(20):
                say_hello(server.base_url)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 30
    log = (tmp_path / "log").read_text()
    assert log.count("request done") == 20
    (line,) = [line for line in log.splitlines() if "traces are not taken" in line]
    assert f"{nobody}/v1/traces: it cannot be reached; " in line
    assert "Traceback" not in log
