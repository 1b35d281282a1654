"""Waits in a queue, as spans that a real collector gets; the engine is a fake."""

import functools
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from clients import MODEL, Shelf, http_client
from collector import collecting
from dragoman.api.inferences import MOST_WAITS, SHORTEST_S, Inferences, gathering, note_wait
from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.engine import Lease
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say, Wait
from dragoman.serving.app import Options, create_app
from dragoman.serving.queued import Queued
from dragoman.serving.spans import RequestSpans
from dragoman.serving.threads import Hosted
from dragoman.serving.turns import Turns

PATH = "/v1/chat/completions"
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}]}


class Supervised:
    """A supervisor of one engine in this process, in whose queue one request has a place."""

    name = "small"
    sent_again = 0

    def __init__(self, engine: FakeChat) -> None:
        self._hosted = Hosted(engine)
        self.turns = Turns(self.name, 8, lambda: 1, 60.0)

    async def remote(self) -> Hosted[ChatRequest, ChatEvent]:
        return self._hosted

    @asynccontextmanager
    async def lease(
        self, kind: object, model: str | None = None
    ) -> AsyncGenerator[Lease[ChatRequest, ChatEvent], None]:
        card = ModelCard(self.name, "chat", "fake")
        yield Lease(Queued(cast("Any", self), self.turns, note_wait), card)

    def has(self, kind: object) -> bool:
        return True


async def two_at_once(spans: RequestSpans) -> None:
    """Two requests, of which the second waits for the first."""
    gate = threading.Event()
    chat = FakeChat([Wait(gate), Say("a")])
    engines = Supervised(chat)
    app = create_app(cast("Any", engines), Shelf(), (), Options(tracing=spans))
    async with http_client(app) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(functools.partial(client.post, PATH, json={**ASK, "max_tokens": 1}))
        assert await anyio.to_thread.run_sync(chat.started.wait, 20)
        tasks.start_soon(functools.partial(client.post, PATH, json={**ASK, "max_tokens": 2}))
        with anyio.fail_after(20):
            while not engines.turns.waiting:
                await anyio.lowlevel.checkpoint()
        long_enough = time.monotonic() + 5 * SHORTEST_S
        while time.monotonic() < long_enough:
            await anyio.lowlevel.checkpoint()
        gate.set()


async def test_waiting_in_a_queue_is_a_span_of_the_answer_that_waited() -> None:
    with collecting() as collector:
        spans = RequestSpans.sent_to(collector.address)
        await two_at_once(spans)
        spans.close()
    one, two = sorted(
        (span for span in collector.spans if span.name == f"chat {MODEL}"),
        key=lambda span: span.attributes["gen_ai.request.max_tokens"],
    )
    # Where much else is going on, the first one's turn comes late, too.
    assert len(collector.below(one)) == ("dragoman.queue.seconds" in one.attributes)
    (queued,) = collector.below(two)
    assert (queued.name, queued.kind) == ("queue small", "internal")
    seconds = (queued.ended_ns - queued.began_ns) / 1e9
    assert seconds >= 5 * SHORTEST_S
    assert two.attributes["dragoman.queue.seconds"] == pytest.approx(seconds, abs=1e-6)
    assert two.began_ns <= queued.began_ns < queued.ended_ns <= two.ended_ns


def test_waits_that_are_none_or_too_many_or_nobodys_are_forgotten() -> None:
    inferences = Inferences(time.perf_counter())
    with gathering(inferences):
        note_wait("small", SHORTEST_S / 2)
        assert inferences.waits == []
        for _ in range(MOST_WAITS + 1):
            note_wait("small", SHORTEST_S)
        with gathering(None):
            note_wait("small", 1.0)
    note_wait("small", 1.0)
    assert [wait.seconds for wait in inferences.waits] == [SHORTEST_S] * MOST_WAITS
