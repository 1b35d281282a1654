"""The way of spans to one collector, over OTLP/HTTP, and what the log is told of it."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from requests.adapters import HTTPAdapter
from typing_extensions import override

log = logging.getLogger("dragoman.traces")

PATH = "/v1/traces"
"""The place of traces below a collector's address."""
PAUSES_S = (1.0, 2.0, 4.0)
"""The pauses in seconds before spans are sent again that were not taken; after that they are
lost."""
TRANSIENT = (429, 502, 503, 504)
"""The statuses by which a collector asks to be tried again: OTLP's own."""
SILENCE_S = 300.0
"""The seconds between two lines about the same trouble."""
QUEUE_LOG = "opentelemetry.sdk._shared_internal"
"""The logger that tells of spans for which the queue has no room."""
FAILURE_LOG = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
"""The logger that tells of each failure, in place of which `Reported` speaks."""


def exporter(address: str, clock: Callable[[], float] = time.monotonic) -> "Reported":
    """Return the exporter to the collector at `address`, and to no other place.

    Headers, the certificate of the collector, compression and the time that a batch has are as
    OpenTelemetry's own variables say. No proxy and no file of passwords is looked for, and no
    redirect is followed. `clock` tells seconds, for what the log is told.
    """
    line = Line()
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", line)
    session.mount("https://", line)
    place = address.removesuffix("/")
    place = place if place.endswith(PATH) else f"{place}{PATH}"
    sending = OTLPSpanExporter(endpoint=place, session=session)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # it tells of each attempt
    logging.getLogger(FAILURE_LOG).setLevel(logging.CRITICAL)
    logging.getLogger(QUEUE_LOG).addFilter(Seldom())
    log.info("traces are sent to %s", place)
    return Reported(sending, line, place, clock)


class Line(HTTPAdapter):
    """The connections to the collector, and what was wrong with the last attempt.

    What is no success is an error, and none that the exporter would try again after a pause that
    nobody can end: `Reported` does that. A connection that breaks it tries at once, and only once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trouble = ""
        self.transient = False
        """Whether the trouble may be over in a moment."""

    @override
    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """See `HTTPAdapter.send`."""
        again, self.trouble, self.transient = bool(self.trouble), "", False
        try:
            response = super().send(request, stream, timeout, verify, cert, None)
        except requests.exceptions.RequestException as error:
            self.trouble, self.transient = _words(error), True
            if again:
                raise requests.exceptions.RequestException(self.trouble) from error
            raise
        if response.status_code >= 300:
            self.trouble = f"it answers with the status {response.status_code}"
            self.transient = response.status_code in TRANSIENT
            response.close()
            raise requests.exceptions.RequestException(self.trouble)
        return response


def _words(error: requests.exceptions.RequestException) -> str:
    match error:
        case requests.exceptions.Timeout():
            return "it does not answer in time"
        case requests.exceptions.SSLError():
            return "TLS with it fails: its certificate, or it speaks none"
        case _:
            return "it cannot be reached"


class Reported(SpanExporter):
    """Exports by `exporter`, and tells the log when that fails, seldom, and when it works again."""

    def __init__(
        self,
        exporter: SpanExporter,
        line: Line,
        place: str,
        clock: Callable[[], float],
    ) -> None:
        self._exporter = exporter
        self._line = line
        self._place = place
        self._clock = clock
        self._lost = 0
        self._reported_at: float | None = None
        """When the log was told last that it fails."""
        self._fails = False
        """Whether the log was told so and not yet of the end."""
        self._hurries = threading.Event()

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter.export`."""
        pauses_s = iter(PAUSES_S)
        while not self._is_taken(spans):
            pause_s = next(pauses_s, None)
            if pause_s is None or not self._line.transient or self._hurries.wait(pause_s):
                self._lost += len(spans)
                return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    @override
    def shutdown(self) -> None:
        """See `SpanExporter.shutdown`."""
        self._exporter.shutdown()

    def hurry(self) -> None:
        """Wait for nothing from now on: the server stops."""
        self._hurries.set()

    def _is_taken(self, spans: Sequence[ReadableSpan]) -> bool:
        """Try once, and tell the log what is new about it."""
        self._line.trouble = ""
        taken = self._exporter.export(spans) is SpanExportResult.SUCCESS
        if not taken:
            self._report()
        elif self._fails:
            self._fails = False
            log.info("traces are taken again by %s; %d spans are lost", self._place, self._lost)
        return taken

    def _report(self) -> None:
        now = self._clock()
        if self._reported_at is None or now - self._reported_at >= SILENCE_S:
            self._reported_at = now
            self._fails = True
            log.warning(
                "traces are not taken by %s: %s; %d spans are lost so far",
                self._place,
                self._line.trouble or "they cannot be written",
                self._lost,
            )


class Seldom(logging.Filter):
    """A log filter that lets one line through in `SILENCE_S` seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: float | None = None

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter.filter`."""
        now = self._clock()
        if self._last is not None and now - self._last < SILENCE_S:
            return False
        self._last = now
        return True
