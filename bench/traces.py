"""What traces cost: processor time of a request of 100 tokens without and with them, one run.

    .venv/bin/python bench/traces.py [--tokens 100] [--requests 200] [--rounds 7]

The app is in this process, with a fake engine that emits as fast as it can; the collector, which
reads and answers, is in another. Spans are sent within the time that is measured. Prints
milliseconds of processor time a request: minimum, median, maximum of the rounds; then the ratio of
the medians, and that of each pair of rounds.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import anyio
import anyio.to_thread
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from starlette.applications import Starlette
from starlette.types import Message

from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.in_process import InProcessEngines
from dragoman.serving.metrics import Metrics
from dragoman.serving.span_export import exporter
from dragoman.serving.spans import RequestSpans

COLLECTOR = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""
BODY = b'{"model": "chat", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'


async def ask(app: Starlette) -> None:
    """One request, as a server hands it over; its answer is dropped."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": BODY, "more_body": False}
        await anyio.sleep_forever()
        raise AssertionError

    async def send(_: Message) -> None:
        pass

    headers = [
        (b"host", b"localhost"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(BODY)).encode()),
        (b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]
    path = "/v1/chat/completions"
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)


async def measure(app: Starlette, provider: TracerProvider | None, requests: int) -> float:
    """Milliseconds of processor time a request, of all threads, until all spans are sent."""
    began = time.process_time()
    for _ in range(requests):
        await ask(app)
    if provider is not None:
        await anyio.to_thread.run_sync(provider.force_flush)
    return (time.process_time() - began) * 1000 / requests


def built(tokens: int, spans: RequestSpans | None) -> Starlette:
    """The app, as `dragoman serve` has it, over one fake engine."""
    card = ModelCard("chat", CHAT.name, "fake")
    engines = InProcessEngines([(card, FakeChat([Say(" word")] * tokens))])
    return create_app(engines, engines, options=Options(meter=Metrics(), tracing=spans))


async def run(tokens: int, requests: int, rounds: int, address: str) -> None:
    """Rounds without and with traces, in turns."""
    provider, sent = (
        TracerProvider(resource=Resource({}), shutdown_on_exit=False),
        exporter(address),
    )
    provider.add_span_processor(BatchSpanProcessor(sent))
    spans = RequestSpans(provider, sent)
    apps = ((built(tokens, None), None), (built(tokens, spans), provider))
    for app, its in apps:
        await measure(app, its, requests // 4)
    without: list[float] = []
    beside: list[float] = []
    for _ in range(rounds):
        for times, (app, its) in zip((without, beside), apps, strict=True):
            times.append(await measure(app, its, requests))
    show("without", without)
    show("with", beside)
    pairs = [after / before for before, after in zip(without, beside, strict=True)]
    ratio = statistics.median(beside) / statistics.median(without)
    print(f"ratio {ratio:.3f}; of pairs {min(pairs):.3f}–{max(pairs):.3f}")
    spans.close()


def show(name: str, times: Sequence[float]) -> None:
    """A line of milliseconds."""
    middle = statistics.median(times)
    print(f"{name:8} {min(times):.3f} {middle:.3f} {max(times):.3f} ms a request")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with subprocess.Popen(
        [sys.executable, "-c", COLLECTOR], stdout=subprocess.PIPE, text=True
    ) as collector:
        assert collector.stdout is not None
        address = f"http://127.0.0.1:{collector.stdout.readline().strip()}"
        try:
            anyio.run(run, chosen.tokens, chosen.requests, chosen.rounds, address)
        finally:
            collector.terminate()


if __name__ == "__main__":
    main()
