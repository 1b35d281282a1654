"""All checks against one server, one after the other, within limits."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
import httpx2

from dragoman.conformance import recording
from dragoman.conformance.check import MODELS, Check, Endpoint, NotThere, Shortfall, Verdict
from dragoman.conformance.choice import Wishes, choose
from dragoman.conformance.gate import Elsewhere
from dragoman.conformance.report import Report, Result, one_line
from dragoman.conformance.server import (
    SHORTEST_SECRET,
    Models,
    Server,
    connected,
    is_missing_model,
    shown,
    transport_fault,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be looked at, and how long it may take."""

    base_url: str
    checks: Sequence[Check]
    version: str
    """The Dragoman whose checks they are."""
    wishes: Wishes = field(default_factory=Wishes)
    key: str | None = None
    name: str | None = None
    """What the server is called in the matrix; None: its address."""
    recording: bytes | None = None
    """A recording of speech; None: the server's own speech, else a tone."""
    check_s: float = 120.0
    """Seconds for each check."""
    limit_s: float = 3600.0
    """Seconds for all of them together."""


async def run(plan: Plan, tell: Callable[[Result], None]) -> Report:
    """Make the checks of a plan; `tell` gets each result at once.

    Raises:
        Unusable: nothing can be learned of the server.
    """
    begin = time.monotonic()
    first_s = min(plan.check_s, plan.limit_s)
    async with connected(plan.base_url, Models(), plan.key, plan.check_s) as server:
        with anyio.move_on_after(first_s):
            server.models = await choose(server, plan.wishes)
        hears = any(check.endpoint.kind == "transcription" for check in plan.checks)
        source = "a tone"
        with anyio.move_on_after(first_s):
            source = await recording.prepare(server, plan.recording, speaks=hears)
        absent: dict[Endpoint, str | None] = {}
        results: list[Result] = []
        for check in plan.checks:
            left = plan.limit_s - (time.monotonic() - begin)
            result = await _result(plan, check, server, absent, left)
            results.append(result)
            tell(result)
        return _report(plan, server, source, results, time.monotonic() - begin)


async def _result(
    plan: Plan, check: Check, server: Server, absent: dict[Endpoint, str | None], left: float
) -> Result:
    """Make one check, unless its endpoint is not there or the time is over."""
    begin = time.monotonic()
    verdict: Verdict = "not_tried"
    reason = f"the whole run had {plan.limit_s:g} s"
    with anyio.move_on_after(max(left, 0)):
        verdict, reason = await _verdict(check, server, absent, plan.check_s)
    reason = _without_key(reason, plan.key)
    return Result(
        id=check.id,
        endpoint=check.endpoint.path,
        rule=check.rule,
        verdict=verdict,
        reason=one_line(reason),
        seconds=round(time.monotonic() - begin, 2),
    )


async def _verdict(
    check: Check, server: Server, absent: dict[Endpoint, str | None], limit_s: float
) -> tuple[Verdict, str]:
    try:
        with anyio.fail_after(limit_s):
            if check.endpoint not in absent:
                absent[check.endpoint] = await _absence(server, check.endpoint)
            if (absence := absent[check.endpoint]) is not None:
                return NotThere.verdict, absence
            return "honoured", await check.run(server) or ""
    except Shortfall as shortfall:
        return shortfall.verdict, str(shortfall)
    except TimeoutError:
        return "differs", f"no end within {limit_s:g} s"
    except (ValueError, RecursionError) as error:  # of the official client's own parser
        return "differs", f"the answer is not read ({type(error).__name__})"
    except (Elsewhere, httpx2.HTTPError) as error:
        return "differs", transport_fault(error)


def _without_key(text: str, key: str | None) -> str:
    """A text without the key, however its letters are written."""
    if not key or len(key) < SHORTEST_SECRET:
        return text
    return re.sub(re.escape(key), "[key]", text, flags=re.IGNORECASE)


async def _absence(server: Server, endpoint: Endpoint) -> str | None:
    """Say why an endpoint is not there; None: it is, for all that an empty request shows."""
    if endpoint == MODELS:
        answer = await server.send("GET", endpoint.path)
    else:
        answer = await server.send("POST", endpoint.path, {})
    if answer.status not in (404, 405, 501) or is_missing_model(answer):
        return None
    return shown(answer)


def _report(
    plan: Plan, server: Server, source: str, results: Sequence[Result], seconds: float
) -> Report:
    models = server.models
    kinds = {check.endpoint.kind for check in plan.checks}
    used = {"chat": models.chat, "speech": models.speech, "transcription": models.transcription}
    url = httpx2.URL(plan.base_url)
    port = "" if url.port is None else f":{url.port}"
    return Report(
        version=plan.version,
        name=one_line(plan.name or f"{url.host}{port}"),
        base_url=one_line(plan.base_url, 400),
        date=datetime.now(UTC).date().isoformat(),
        models={
            kind: one_line(_without_key(name, plan.key))
            for kind, name in used.items()
            if kind in kinds
        },
        recording=source,
        requests=server.gate.requests,
        seconds=round(seconds, 1),
        results=list(results),
    )
