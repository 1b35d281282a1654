"""The metrics for a Prometheus: vLLM's names behind a prefix of our own, and those of sound.

Labels have few values: ids of installed models, paths of routes, names of keys. What callers write
(model names that nobody knows, paths) never becomes one, or memory would grow with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dragoman import __version__
from dragoman.api.observed import Served

PREFIX = "dragoman:"
FIRST_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)
GAP_S = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5)
WHOLE_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1200)
FACTOR = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 32768)


@dataclass(frozen=True, slots=True)
class Load:
    """The load of one model's engine at this moment."""

    running: int
    waiting: int
    up: bool
    """Whether the engine is loaded and answers."""
    starts: int
    """How often a process was started for the engine."""
    rejected: int = 0
    """Requests that found the engine's queue full, since the server began."""
    sent_again: int = 0
    """Requests that were sent again because the engine's process died before their first event."""
    gauges: Mapping[str, float] = field(default_factory=dict[str, float])
    """The engine's own measurements, by vLLM's names."""


Loads = Callable[[], Mapping[str, Load]]


class Metrics:
    """The counts of requests, and their text for Prometheus; see `api.observed.Meter`."""

    def __init__(self) -> None:
        disable_created_metrics()  # a series more for each, which nothing here reads
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"{PREFIX}{name}", about, labels, registry=registry)

        def histogram(name: str, about: str, buckets: Iterable[float], *labels: str) -> Histogram:
            every = ("model_name", *labels)
            return Histogram(
                f"{PREFIX}{name}", about, every, registry=registry, buckets=tuple(buckets)
            )

        self._requests = counter(
            "requests", "Requests that ended", "endpoint", "model_name", "outcome", "key"
        )
        self._success = counter(
            "request_success", "Answers that were made whole", "model_name", "finished_reason"
        )
        self._prompt = counter("prompt_tokens", "Tokens of prompts", "model_name", "key")
        self._generated = counter("generation_tokens", "Tokens of answers", "model_name", "key")
        self._queried = counter(
            "prefix_cache_queries", "Tokens of prompts that were looked up", "model_name"
        )
        self._hits = counter("prefix_cache_hits", "Those that were cached", "model_name")
        self._audio = counter(
            "audio_seconds", "Seconds of sound, sent and made", "model_name", "direction", "key"
        )
        self._first = histogram(
            "time_to_first_token_seconds", "Until the first token or segment", FIRST_S, "endpoint"
        )
        self._sound = histogram(
            "time_to_first_audio_seconds", "Until the first sound", FIRST_S, "endpoint"
        )
        self._gap = histogram(
            "inter_token_latency_seconds", "Between two tokens of an answer", GAP_S
        )
        self._pace = histogram(
            "request_time_per_output_token_seconds", "The mean of that for each request", GAP_S
        )
        self._whole = histogram(
            "e2e_request_latency_seconds", "Until the last byte", WHOLE_S, "endpoint"
        )
        self._factor = histogram(
            "realtime_factor", "Seconds of work for a second of sound", FACTOR, "endpoint"
        )
        self._waited = histogram(
            "request_queue_time_seconds", "Until an engine began", (0.001, *FIRST_S)
        )
        self._prompts = histogram("request_prompt_tokens", "Tokens of a prompt", TOKENS)
        self._answers = histogram("request_generation_tokens", "Tokens of an answer", TOKENS)

    def watch(self, loads: Loads) -> None:
        """Have `loads` called for the load of each model whenever Prometheus asks."""
        self._registry.register(_Engines(loads))

    def count(self, served: Served) -> None:
        """See `api.observed.Meter.count`."""
        work, model = served.work, served.work.model or ""
        self._requests.labels(served.endpoint, model, served.outcome, served.key).inc()
        if not model:
            return
        self._count_tokens(served, model)
        self._count_sound(served, model)
        if served.outcome == "ok":
            self._whole.labels(model, served.endpoint).observe(served.seconds)
            for reason in work.finished:
                self._success.labels(model, reason).inc()

    def waited(self, model: str, seconds: float) -> None:
        """Count the time that a request for `model` waited before an engine began with it."""
        self._waited.labels(model).observe(seconds)

    def exposition(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)

    def _count_tokens(self, served: Served, model: str) -> None:
        work, usage = served.work, served.work.usage
        if usage.prompt_tokens:
            self._prompt.labels(model, served.key).inc(usage.prompt_tokens)
            self._queried.labels(model).inc(usage.prompt_tokens)
            self._hits.labels(model).inc(usage.cached_tokens)
            self._prompts.labels(model).observe(usage.prompt_tokens)
        tokens = usage.completion_tokens
        if tokens:
            self._generated.labels(model, served.key).inc(tokens)
            self._answers.labels(model).observe(tokens)
        if work.first_s is not None and work.first_sound_s != work.first_s:
            self._first.labels(model, served.endpoint).observe(work.first_s)
            if work.last_token_s is not None and tokens > 1:
                pace = (work.last_token_s - work.first_s) / (tokens - 1)
                self._pace.labels(model).observe(pace)
        gaps = self._gap.labels(model)
        for gap in work.gaps:
            gaps.observe(gap)

    def _count_sound(self, served: Served, model: str) -> None:
        work = served.work
        if work.first_sound_s is not None:
            self._sound.labels(model, served.endpoint).observe(work.first_sound_s)
        for direction, seconds in (("in", work.recording_s), ("out", work.spoken_s)):
            if seconds:
                self._audio.labels(model, direction, served.key).inc(seconds)
                if served.outcome == "ok":
                    factor = served.seconds / seconds
                    self._factor.labels(model, served.endpoint).observe(factor)


class _Engines(Collector):
    """How busy engines are, looked at when Prometheus asks."""

    def __init__(self, loads: Loads) -> None:
        self._loads = loads

    def collect(self) -> Iterable[Metric]:
        build = GaugeMetricFamily(f"{PREFIX}build_info", "The version", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        loads = self._loads()
        gauges: Mapping[str, tuple[str, Callable[[Load], float]]] = {
            "num_requests_running": ("Requests that an engine works on", lambda it: it.running),
            "num_requests_waiting": ("Requests that wait for it", lambda it: it.waiting),
            "engine_up": ("Whether the engine is loaded", lambda it: it.up),
        }
        for name, (about, value) in gauges.items():
            yield _family(GaugeMetricFamily(f"{PREFIX}{name}", about, labels=LABELS), loads, value)
        counters: Mapping[str, tuple[str, Callable[[Load], float]]] = {
            "engine_starts": ("Processes that were started for it", lambda it: it.starts),
            "admission_rejections": ("Requests without room", lambda it: it.rejected),
            "requests_sent_again": ("Requests that outlived a process", lambda it: it.sent_again),
        }
        for name, (about, value) in counters.items():
            yield _family(
                CounterMetricFamily(f"{PREFIX}{name}", about, labels=LABELS), loads, value
            )
        for name in sorted({name for load in loads.values() for name in load.gauges}):
            family = GaugeMetricFamily(f"{PREFIX}{name}", "As the engine says", labels=LABELS)
            for model, load in loads.items():
                if name in load.gauges:
                    family.add_metric([model], load.gauges[name])
            yield family


LABELS = ["model_name"]


def _family(
    family: GaugeMetricFamily | CounterMetricFamily,
    loads: Mapping[str, Load],
    value: Callable[[Load], float],
) -> Metric:
    for model, load in loads.items():
        family.add_metric([model], value(load))
    return family
