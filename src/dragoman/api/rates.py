"""How much each key has used: rates by the minute, budgets by the day, and OpenAI's headers."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from dragoman.api.observed import Served
from dragoman.domain.keys import Allowance, Key
from dragoman.wire.errors import ErrorEnvelope, envelope

MINUTE_S = 60.0
LONGEST_RETRY_S = 60.0
"""Clients of OpenAI's make no use of a longer `Retry-After`, and would try at once."""
AUDIO = "/v1/audio/"
"""Paths whose work is counted in seconds of sound; that of the others is counted in tokens."""
UNITS = ("requests", "tokens", "audio_seconds")


class Refusal(NamedTuple):
    """Why a key has to wait."""

    content: ErrorEnvelope
    headers: Mapping[str, str]


@dataclass(slots=True)
class Bucket:
    """Fills at an even rate up to what a minute allows; may be overdrawn by what was begun."""

    most: int
    level: float
    at: float

    def fill(self, now: float) -> None:
        """Let the time since the last look count."""
        self.level = min(self.most, self.level + (now - self.at) * self.most / MINUTE_S)
        self.at = now

    def wait_s(self, amount: float) -> float:
        """Return the seconds until `amount` is there."""
        if self.level >= amount:
            return 0.0
        if not self.most:
            return math.inf
        return (amount - self.level) * MINUTE_S / self.most


@dataclass(slots=True)
class Use:
    """The use of one key: spent of the day, and left of the minute."""

    day: str
    spent: dict[str, float] = field(default_factory=lambda: dict.fromkeys(UNITS, 0.0))
    buckets: dict[str, Bucket] = field(default_factory=dict[str, Bucket])


class Rates:
    """The use of every key that has limits; also a `Meter`, which learns what requests came to.

    Requests are counted when they come, tokens and seconds when they end: a key that has any left
    may begin, and what it then uses too much it waits for.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._now = today
        self._uses: dict[str, Use] = {}

    def refusal(self, key: Key, path: str) -> Refusal | None:
        """Count a request of `key` for `path`, or say why it is not let in."""
        limits = key.allowance.limits()
        if not limits:
            return None
        use = self._use(key.name, key.allowance)
        for unit in ("requests", "audio_seconds" if path.startswith(AUDIO) else "tokens"):
            most = limits.get(f"{unit}_per_day")
            if most is not None and use.spent[unit] >= most:
                return _refused(unit, "day", most, self._until_tomorrow_s())
            bucket = use.buckets.get(unit)
            needed = 1.0 if unit == "requests" else min(1.0, bucket.most) if bucket else 0.0
            if bucket is not None and (bucket.level < needed or not bucket.most):
                return _refused(unit, "minute", bucket.most, bucket.wait_s(max(needed, 1.0)))
        if "requests" in use.buckets:
            use.buckets["requests"].level -= 1
        use.spent["requests"] += 1
        return None

    def count(self, served: Served) -> None:
        """See `api.observed.Meter.count`."""
        use = self._uses.get(served.key)
        if use is None:
            return
        usage, work = served.work.usage, served.work
        amounts = {
            "tokens": usage.prompt_tokens + usage.completion_tokens + work.uncounted,
            "audio_seconds": (work.recording_s or 0.0) + (work.spoken_s or 0.0),
        }
        for unit, amount in amounts.items():
            use.spent[unit] += amount
            if unit in use.buckets:
                use.buckets[unit].level -= amount

    def headers(self, key: Key) -> Mapping[str, str]:
        """Return OpenAI's headers for each rate that the key has; days have none of their own."""
        use = self._use(key.name, key.allowance)
        headers = dict[str, str]()
        for unit, bucket in use.buckets.items():
            name = unit.replace("_", "-")
            headers[f"x-ratelimit-limit-{name}"] = str(bucket.most)
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, math.floor(bucket.level)))
            headers[f"x-ratelimit-reset-{name}"] = duration(bucket.wait_s(bucket.most))
        return headers

    def spent(self) -> Mapping[str, tuple[str, Mapping[str, float]]]:
        """Return what was used of which day, by the names of keys."""
        return {name: (use.day, dict(use.spent)) for name, use in self._uses.items()}

    def restore(self, name: str, day: str, spent: Mapping[str, float]) -> None:
        """Go on from what a key had used of a day before the server started."""
        use = self._uses.setdefault(name, Use(day))
        use.day, use.spent = day, {unit: spent.get(unit, 0.0) for unit in UNITS}

    def _use(self, name: str, allowance: Allowance) -> Use:
        """The use of a key now, by the limits that it has now."""
        day, now = self._now().date().isoformat(), self._clock()
        use = self._uses.setdefault(name, Use(day))
        if use.day != day:
            use.day, use.spent = day, dict.fromkeys(UNITS, 0.0)
        limits = allowance.limits()
        for unit in UNITS:
            most = limits.get(f"{unit}_per_minute")
            bucket = use.buckets.get(unit)
            if most is None:
                use.buckets.pop(unit, None)
            elif bucket is None or bucket.most != most:
                use.buckets[unit] = Bucket(most, float(most), now)
            else:
                bucket.fill(now)
        return use

    def _until_tomorrow_s(self) -> float:
        now = self._now()
        tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return (tomorrow - now).total_seconds()


def _refused(unit: str, period: str, most: int, wait_s: float) -> Refusal:
    words = unit.replace("_", " ")
    if math.isinf(wait_s):
        message = f"Rate limit reached: this key may use no {words}."
    else:
        message = (
            f"Rate limit reached for {words} per {period}: Limit {most}. "
            f"Please try again in {duration(wait_s)}."
        )
    content = envelope(message, unit, None, "rate_limit_exceeded")
    retry_s = 86_400.0 if math.isinf(wait_s) else wait_s
    headers = {"retry-after": str(max(1, math.ceil(retry_s)))}
    if retry_s > LONGEST_RETRY_S:
        headers["x-should-retry"] = "false"
    else:
        headers["retry-after-ms"] = str(max(1, math.ceil(retry_s * 1000)))
    return Refusal(content, headers)


def duration(seconds: float) -> str:
    """Write a time as OpenAI's headers do: `120ms`, `6.2s`, `1m30s`, `5h0m0s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    if seconds < 60:
        return f"{math.ceil(seconds * 1000) / 1000:g}s"
    minutes, rest = divmod(math.ceil(min(seconds, 10 * 86_400)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{rest}s" if hours else f"{minutes}m{rest}s"
