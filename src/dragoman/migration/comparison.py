"""How an answer differs from the recorded one, aspect by aspect."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from dragoman.migration.bodies import EVENT_STREAM, json_of
from dragoman.migration.content import Call, Content, content_of
from dragoman.migration.exchange import Request
from dragoman.migration.sending import Outcome
from dragoman.migration.shape import (
    answer_schema,
    call_fault,
    client_faults,
    missing_fields,
    schema_fault,
    tool_schemas,
)
from dragoman.migration.sound import format_of, seconds_of
from dragoman.migration.words import error_rate

Aspect: TypeAlias = Literal[
    "status", "shape", "fields", "finish", "schema", "tools", "arguments", "format"
]
ASPECTS: Sequence[Aspect] = get_args(Aspect)
GRAVE: Sequence[Aspect] = ("status", "shape", "schema", "tools", "format")
"""Differences that programs stumble over."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two answers differ."""

    aspect: Aspect
    message: str


@dataclass(slots=True)
class Comparison:
    """A recording, and what is different now."""

    name: str
    request: str
    differences: list[Difference] = field(default_factory=list[Difference])
    measures: dict[str, float] = field(default_factory=dict[str, float])
    """Ratios of now to then, and the word error rate."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a comparison may show before it fails; None: anything."""

    grave: Collection[Aspect] = GRAVE
    word_error_rate: float | None = None
    latency_ratio: float | None = None
    first_ratio: float | None = None
    length_deviation: float | None = None
    """The share by which a sound may be longer or shorter."""

    def faults(self, comparison: Comparison) -> list[str]:
        """Say what of a comparison is beyond the limits."""
        faults = [each.aspect for each in comparison.differences if each.aspect in self.grave]
        measures = comparison.measures
        limits = {
            "word_error_rate": self.word_error_rate,
            "latency_ratio": self.latency_ratio,
            "first_ratio": self.first_ratio,
        }
        for name, limit in limits.items():
            if limit is not None and measures.get(name, 0.0) > limit:
                faults.append(f"{name} {measures[name]:.2f} > {limit:g}")
        deviation = abs(measures.get("length_ratio", 1.0) - 1.0)
        if self.length_deviation is not None and deviation > self.length_deviation:
            faults.append(f"length_ratio {measures['length_ratio']:.2f}")
        return faults


def compare(
    name: str, request: Request, before: Outcome, now: Outcome, *, with_types: bool
) -> Comparison:
    """Compare an answer with the recorded one; `with_types`: the official client is installed."""
    comparison = Comparison(name, f"{request.method} {request.path}")
    notes = comparison.differences
    if now.failure is not None:
        notes.append(Difference("status", f"no whole answer: {now.failure}"))
        return comparison
    if before.status != now.status:
        notes.append(Difference("status", f"{now.status}, recorded {before.status}{_reason(now)}"))
        return comparison
    _measure_times(comparison, before, now)
    if not 200 <= now.status < 300:
        return comparison
    then, content = content_of(request.path, before), content_of(request.path, now)
    is_stream = now.content_type.startswith(EVENT_STREAM)
    if is_stream != before.content_type.startswith(EVENT_STREAM):
        kinds = f"{now.content_type or 'nothing'}, recorded {before.content_type}"
        notes.append(Difference("shape", kinds))
    if with_types:
        faults = client_faults(request.path, content, is_stream=is_stream)
        notes += [Difference("shape", fault) for fault in faults]
    if missing := missing_fields(then, content):
        notes.append(Difference("fields", f"without {', '.join(missing[:8])}"))
    _compare_finishes(notes, then, content)
    _compare_json(notes, request, then, content)
    _compare_calls(notes, request, then.calls, content.calls)
    _compare_sound(comparison, then, content)
    if then.transcript is not None:
        rate = error_rate(then.transcript, content.transcript or "")
        if rate is not None:
            comparison.measures["word_error_rate"] = round(rate.share, 4)
    if then.tokens and content.tokens is not None:
        comparison.measures["tokens_ratio"] = round(content.tokens / then.tokens, 3)
    return comparison


def _measure_times(comparison: Comparison, before: Outcome, now: Outcome) -> None:
    for name, first, second in (
        ("latency_ratio", before.seconds, now.seconds),
        ("first_ratio", before.first_s, now.first_s),
    ):
        if first > 0:
            comparison.measures[name] = round(second / first, 3)


def _reason(outcome: Outcome) -> str:
    """The error that stands in an answer, after a colon."""
    if outcome.status < 400:
        return ""
    try:
        return f": {json.loads(outcome.data)['error']['message'][:200]}"
    except (ValueError, KeyError, TypeError):
        return ""


def _compare_finishes(notes: list[Difference], then: Content, now: Content) -> None:
    if len(then.finishes) != len(now.finishes):
        choices = f"{len(now.finishes)} choices, recorded {len(then.finishes)}"
        notes.append(Difference("shape", choices))
    elif then.finishes != now.finishes:
        told = f"{', '.join(now.finishes)}, recorded {', '.join(then.finishes)}"
        notes.append(Difference("finish", told))


def _compare_json(notes: list[Difference], request: Request, then: Content, now: Content) -> None:
    """Whether answers follow the request's schema, where the recorded ones do."""
    schema = answer_schema(json_of(request.body))
    if schema is None or any(schema_fault(text, schema) for text in then.texts if text):
        return
    for text, recorded in zip(now.texts, then.texts, strict=False):
        fault = schema_fault(text, schema) if recorded else None
        if fault is not None:
            notes.append(Difference("schema", fault))


def _compare_calls(
    notes: list[Difference], request: Request, then: Sequence[Call], now: Sequence[Call]
) -> None:
    names, recorded = [call.name for call in now], [call.name for call in then]
    if names != recorded:
        told = f"{', '.join(names) or 'no call'}, recorded {', '.join(recorded) or 'no call'}"
        notes.append(Difference("tools", told))
        return
    schemas = tool_schemas(json_of(request.body))
    for call, other in zip(now, then, strict=True):
        fault = call_fault(call, schemas)
        if fault is not None and call_fault(other, schemas) is None:
            notes.append(Difference("schema", f"{call.name}: {fault}"))
        elif _value(call.arguments) != _value(other.arguments):
            told = f"{call.name}({call.arguments[:200]}), recorded ({other.arguments[:200]})"
            notes.append(Difference("arguments", told))


def _value(arguments: str) -> object:
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments


def _compare_sound(comparison: Comparison, then: Content, now: Content) -> None:
    if not then.sound:
        return
    kind, recorded = format_of(now.sound or b""), format_of(then.sound)
    if kind != recorded or not now.sound:
        told = f"{kind if now.sound else 'no sound'}, recorded {recorded}"
        comparison.differences.append(Difference("format", told))
        return
    length, before = seconds_of(now.sound), seconds_of(then.sound)
    if length is not None and before:
        comparison.measures["length_ratio"] = round(length / before, 3)
