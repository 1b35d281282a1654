"""Spans of requests, in OpenTelemetry's words: one of the server, and one for each answer."""

import time
from collections.abc import Mapping, Sequence
from typing import cast
from uuid import uuid4

from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.version import __version__ as SDK_VERSION  # noqa: N812 - it is a constant
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import Scope

from dragoman import __version__
from dragoman.api import noted
from dragoman.api.inferences import Inference, Wait
from dragoman.api.observed import Served, is_in_background, observation_of
from dragoman.api.request_log import cut
from dragoman.serving.span_export import Reported, exporter
from dragoman.serving.traces import TracesWrong
from dragoman.wire.telemetry import (
    OPERATION,
    REQUEST_MODEL,
    RESPONSE_MODEL,
    Attributes,
    of_answer,
)

SPAN = "span"
"""The place, in a request's state, of its span."""
METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)
"""The methods that the conventions know; any other text is a caller's."""
OTHER = "_OTHER"
CONTEXT = ("traceparent", "tracestate")
"""The headers in which a caller hands its trace on: W3C Trace Context."""


class RequestSpans:
    """Makes the spans of requests by the tracer of `provider`; see `api.observed.Tracing`.

    All times are those of the request's observation, so spans, log and metrics agree. `exporter` is
    told to hurry in the end.
    """

    def __init__(self, provider: TracerProvider, exporter: Reported) -> None:
        self._provider = provider
        self._exporter = exporter
        self._tracer: Tracer = provider.get_tracer("dragoman", __version__)
        self._callers = TraceContextTextMapPropagator()

    @classmethod
    def sent_to(cls, address: str) -> "RequestSpans":
        """Return one whose spans go to the collector at `address`, in batches.

        Sampling, the size of the queue and the attributes of the service are as OpenTelemetry's own
        variables say.

        Raises:
            TracesWrong: one of these variables cannot be.
        """
        own = {
            "telemetry.sdk.language": "python",
            "telemetry.sdk.name": "opentelemetry",
            "telemetry.sdk.version": SDK_VERSION,
            "service.name": "dragoman",
            "service.version": __version__,
            "service.instance.id": str(uuid4()),
        }
        try:
            provider = TracerProvider(
                resource=Resource(own).merge(OTELResourceDetector().detect()),
                shutdown_on_exit=False,
            )
            sent = exporter(address)
            provider.add_span_processor(BatchSpanProcessor(sent))
        except ValueError as error:
            raise TracesWrong(f"traces: a variable of OpenTelemetry is wrong: {error}") from error
        return cls(provider, sent)

    def close(self) -> None:
        """See `serving.traces.Spans`."""
        self._exporter.hurry()
        self._provider.shutdown()

    def begin(self, scope: Scope) -> None:
        """See `api.observed.Tracing`: the span of a request begins, in its caller's trace."""
        headers, state = Headers(scope=scope), scope["state"]
        carrier = {name: headers[name] for name in CONTEXT if name in headers}
        span = state[SPAN] = self._tracer.start_span(
            _method(scope), self._callers.extract(carrier), SpanKind.SERVER, _of_scope(scope)
        )
        context = span.get_span_context()
        if context.is_valid:
            state[noted.TRACE_ID] = f"{context.trace_id:032x}"
        if span.is_recording():
            observation_of(scope).trace()

    def end(self, scope: Scope, served: Served) -> None:
        """See `api.observed.Tracing`: the span ends, and those of its answers are made."""
        span: Span | None = scope["state"].get(SPAN)
        gathered = served.work.inferences
        if span is None or gathered is None:
            return
        if is_in_background(scope):
            began_ns = time.time_ns() - _ns(served.seconds)
            span = self._tracer.start_span(
                served.endpoint, set_span_in_context(span), start_time=began_ns
            )
        else:
            began_ns = cast("ReadableSpan", span).start_time or time.time_ns()
            span.update_name(_name(scope, served))
            span.set_attributes(_of_response(served))
        span.set_attributes(_of_request(scope, served))
        if served.status >= 500 or served.outcome == "failed":
            _fail(span, served.failure or str(served.status))
        waits = gathered.waits
        for answer in gathered.answers:
            own = [it for it in waits if answer.began_s <= it.began_s <= answer.ended_s]
            waits = [it for it in waits if it not in own]
            attributes = _of_answer(answer, own, scope["state"], served)
            self._make_answer(span, began_ns, answer, own, attributes)
        self._make_waits(span, began_ns, waits)
        span.end(began_ns + _ns(served.seconds))

    def _make_answer(
        self,
        parent: Span,
        began_ns: int,
        answer: Inference,
        waits: Sequence[Wait],
        attributes: Attributes,
    ) -> None:
        span = self._tracer.start_span(
            f"{attributes[OPERATION]} {attributes[REQUEST_MODEL]}",
            set_span_in_context(parent),
            SpanKind.INTERNAL,
            attributes,
            start_time=began_ns + _ns(answer.began_s),
        )
        if answer.failure:
            _fail(span, answer.failure)
        self._make_waits(span, began_ns, waits)
        span.end(began_ns + _ns(answer.ended_s))

    def _make_waits(self, parent: Span, began_ns: int, waits: Sequence[Wait]) -> None:
        for wait in waits:
            span = self._tracer.start_span(
                f"queue {wait.model}",
                set_span_in_context(parent),
                attributes={RESPONSE_MODEL: wait.model},
                start_time=began_ns + _ns(wait.began_s),
            )
            span.end(began_ns + _ns(wait.began_s + wait.seconds))


def _fail(span: Span, failure: str) -> None:
    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute("error.type", failure)


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "HTTP"


def _name(scope: Scope, served: Served) -> str:
    """The method and the route, which are few: never a path as a caller wrote it."""
    method = _method(scope)
    return method if served.endpoint == "other" else f"{method} {served.endpoint}"


def _of_scope(scope: Scope) -> Attributes:
    """What is known of a request when it comes."""
    method = scope["method"]
    attributes: Attributes = {
        "http.request.method": method if method in METHODS else OTHER,
        "url.scheme": scope["scheme"],
        "url.path": cut(scope["path"]),
        "network.protocol.version": scope["http_version"],
        "dragoman.request.id": scope["state"]["request_id"],
    }
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    places = {
        "client.address": client[0],
        "server.address": server[0],
        "server.port": server[1],
    }
    return attributes | {name: value for name, value in places.items() if value}


def _of_request(scope: Scope, served: Served) -> Attributes:
    """What is known of a request in the end, also where it goes on in the background."""
    attributes: Attributes = {"dragoman.outcome": served.outcome}
    if served.key:
        attributes["dragoman.key.name"] = served.key
    if served.failure:
        attributes["dragoman.failure"] = served.failure
    if is_in_background(scope):
        attributes["dragoman.request.id"] = scope["state"]["request_id"]
    if served.work.first_s is not None:
        attributes["dragoman.first_seconds"] = served.work.first_s
    return attributes


def _of_response(served: Served) -> Attributes:
    known: Attributes = {
        "http.response.status_code": served.status,
        "http.route": "" if served.endpoint == "other" else served.endpoint,
    }
    return {name: value for name, value in known.items() if value}


def _of_answer(
    answer: Inference, waits: Sequence[Wait], state: Mapping[str, object], served: Served
) -> Attributes:
    called = state.get(noted.CALLED)
    first_s = None if answer.first_s is None else answer.first_s - answer.began_s
    attributes: Attributes = {
        **answer.request,
        REQUEST_MODEL: cut(called) if isinstance(called, str) else answer.model,
        RESPONSE_MODEL: answer.model,
        **of_answer(answer.usage, answer.finished, first_s),
    }
    if state.get(noted.STREAMED):
        attributes["gen_ai.request.stream"] = True
    if waited_s := sum(wait.seconds for wait in waits if wait.model == answer.model):
        attributes["dragoman.queue.seconds"] = waited_s
    if served.work.recording_s is not None:
        attributes["dragoman.audio.input_seconds"] = served.work.recording_s
    if answer.spoken_s:
        attributes["dragoman.audio.output_seconds"] = answer.spoken_s
    return attributes
