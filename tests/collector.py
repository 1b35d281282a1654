"""A collector of traces: a real OTLP/HTTP receiver on loopback, which keeps what it is sent."""

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Wire

KINDS = {Wire.SPAN_KIND_INTERNAL: "internal", Wire.SPAN_KIND_SERVER: "server"}


@dataclass(frozen=True)
class Span:
    """A span as it arrived."""

    name: str
    kind: str
    trace_id: str
    id: str
    parent: str
    began_ns: int
    ended_ns: int
    failed: bool
    attributes: Mapping[str, Any]
    events: int


@dataclass
class Collector:
    """What came so far. `status` is what it answers with from now on."""

    address: str
    status: int = 200
    location: str = ""
    """Where it redirects to, if its status is one of those."""
    spans: list[Span] = field(default_factory=list[Span])
    bodies: list[bytes] = field(default_factory=list[bytes])
    headers: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    resources: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    paths: list[str] = field(default_factory=list[str])
    _came: threading.Condition = field(default_factory=threading.Condition)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        with self._came:
            self.paths.append(path)
            self.headers.append(headers)
            self.bodies.append(body)
            if self.status == 200:
                self._read(body)
            self._came.notify_all()

    def wait_for(self, *names: str, trace: str | None = None) -> Sequence[Span]:
        """The spans (of one trace), as soon as there are some of each of these names."""

        def those() -> Sequence[Span]:
            return [span for span in self.spans if trace in (None, span.trace_id)]

        with self._came:
            assert self._came.wait_for(lambda: set(names) <= {span.name for span in those()}, 30), (
                those()
            )
            return those()

    def wait_for_requests(self, count: int, seconds: float = 30.0) -> None:
        with self._came:
            assert self._came.wait_for(lambda: len(self.bodies) >= count, seconds)

    def named(self, name: str) -> Span:
        """The one span of this name."""
        (span,) = [span for span in self.spans if span.name == name]
        return span

    def below(self, parent: Span) -> Sequence[Span]:
        """The spans of `parent`'s children, in the order of their beginnings."""
        own = [span for span in self.spans if span.parent == parent.id]
        return sorted(own, key=lambda span: span.began_ns)

    def _read(self, body: bytes) -> None:
        message = ExportTraceServiceRequest()
        message.ParseFromString(body)
        for resource in message.resource_spans:
            self.resources.append(_plain(resource.resource.attributes))
            self.spans += [_span(it) for scope in resource.scope_spans for it in scope.spans]


@contextmanager
def collecting() -> Generator[Collector, None, None]:
    """A collector on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(collector.status)
            if collector.location:
                self.send_header("location", collector.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _span(wire: Wire) -> Span:
    return Span(
        wire.name,
        KINDS[wire.kind],
        wire.trace_id.hex(),
        wire.span_id.hex(),
        wire.parent_span_id.hex(),
        wire.start_time_unix_nano,
        wire.end_time_unix_nano,
        wire.status.code == wire.status.STATUS_CODE_ERROR,
        _plain(wire.attributes),
        len(wire.events),
    )


def _plain(attributes: Sequence[KeyValue]) -> Mapping[str, Any]:
    return {each.key: _value(each.value) for each in attributes}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, str(kind))
