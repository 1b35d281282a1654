"""Blocking engines behind an async stream."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import aclosing

import anyio
import anyio.to_thread
import pytest
from anyio.from_thread import start_blocking_portal

from dragoman.domain.chat import ChatEvent, ChatRequest, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import Outlet
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say, Wait
from dragoman.serving.threads import QUEUE, Hosted

ASK = ChatRequest((Message("user", (TextPart("ping"),)),))


async def texts(hosted: Hosted[ChatRequest, ChatEvent]) -> list[str]:
    return [e.text async for e in hosted.stream(ASK) if isinstance(e, TextDelta)]


async def test_events_come_in_order() -> None:
    many = [Say(str(i)) for i in range(3 * QUEUE)]
    assert await texts(Hosted(FakeChat(many))) == [str(i) for i in range(3 * QUEUE)]


class Hasty:
    """Emits one token, and the others as fast as it can when the gate is open."""

    concurrency = 1

    def __init__(self) -> None:
        self.gate, self.emitted = threading.Event(), threading.Event()

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        outlet.emit(TextDelta(0, "a"))
        self.gate.wait()
        for text in "bcdefghij":
            outlet.emit(TextDelta(0, text))
        self.emitted.set()

    def close(self) -> None:
        pass


async def test_the_loop_is_woken_once_for_all_events_that_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, engine = asyncio.get_running_loop(), Hasty()
    wakes: list[object] = []
    stream = Hosted(engine).stream(ASK)
    assert await anext(stream) == TextDelta(0, "a")
    wake = loop.call_soon_threadsafe

    def counted(act: Callable[[], object]) -> asyncio.Handle:
        wakes.append(act)
        return wake(act)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    engine.gate.set()
    assert engine.emitted.wait(60)  # the loop is busy meanwhile: with this test
    assert [event.text async for event in stream if isinstance(event, TextDelta)] == list(
        "bcdefghij"
    )
    assert len(wakes) <= 2, "one for the events, perhaps one for the end"


def test_one_engine_serves_one_loop_after_another() -> None:
    hosted = Hosted(FakeChat([Say("a"), Say("b")]))
    for _ in range(2):
        with start_blocking_portal() as portal:
            assert portal.call(texts, hosted) == ["a", "b"]


async def test_the_engines_own_words_reach_the_caller() -> None:
    with pytest.raises(RequestInvalid, match="mine"):
        await texts(Hosted(FakeChat([Fail(RequestInvalid("mine"))])))


async def test_any_other_failure_is_this_requests_alone() -> None:
    failures = iter([[Fail(ValueError("secret"))], [Say("fine")]])
    hosted = Hosted(FakeChat(lambda _request, _choice: next(failures)))
    with pytest.raises(EngineFailed) as caught:
        await texts(hosted)
    assert "secret" not in caught.value.message
    assert isinstance(caught.value.__cause__, ValueError)
    assert await texts(hosted) == ["fine"]


class PanicException(BaseException):
    """What a library written in Rust raises; pyo3's own is no `Exception` either."""


async def test_a_panic_in_a_library_is_a_failure_and_not_an_empty_answer() -> None:
    failures = iter([[Fail(PanicException("poisoned"))], [Say("fine")]])
    hosted = Hosted(FakeChat(lambda _request, _choice: next(failures)))
    with pytest.raises(EngineFailed):
        await texts(hosted)
    assert await texts(hosted) == ["fine"]


async def test_what_was_made_before_a_failure_is_handed_over() -> None:
    stream = Hosted(FakeChat([Say("a"), Fail(ValueError())])).stream(ASK)
    assert await anext(stream) == TextDelta(0, "a")
    with pytest.raises(EngineFailed):
        await anext(stream)


async def test_closing_waits_until_the_engine_has_stopped() -> None:
    engine = FakeChat([Say("a"), Wait(threading.Event())])
    hosted = Hosted(engine)
    with anyio.fail_after(60):
        async with aclosing(hosted.stream(ASK)) as stream:
            await anext(stream)
        assert engine.stopped.is_set()
    assert hosted.statistics().borrowed_tokens == 0


async def test_a_slow_consumer_holds_the_engine_back() -> None:
    engine = FakeChat([Say(str(i)) for i in range(10 * QUEUE)])
    async with aclosing(Hosted(engine).stream(ASK)) as stream:
        await anext(stream)
        assert await anyio.to_thread.run_sync(engine.started.wait, 5)
    assert engine.stopped.is_set()


async def test_cancelling_the_consumer_stops_the_engine() -> None:
    engine = FakeChat([Wait(threading.Event())])
    hosted = Hosted(engine)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(texts, hosted)
            assert await anyio.to_thread.run_sync(engine.started.wait, 5)
            tasks.cancel_scope.cancel()
    assert engine.stopped.is_set()
    assert hosted.statistics().borrowed_tokens == 0


async def test_one_that_waits_for_its_turn_can_leave() -> None:
    gate = threading.Event()
    engine = FakeChat([Wait(gate), Say("a")], concurrency=1)
    hosted = Hosted(engine)
    answers: list[list[str]] = []

    async def ask() -> None:
        answers.append(await texts(hosted))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as first:
            first.start_soon(ask)
            assert await anyio.to_thread.run_sync(engine.started.wait, 5)
            with anyio.move_on_after(0.01) as waiting:
                await texts(hosted)
            assert waiting.cancelled_caught
            gate.set()
    assert answers == [["a"]]
    assert len(engine.requests) == 1


async def test_one_task_may_begin_a_stream_and_another_end_it() -> None:
    hosted = Hosted(FakeChat([Say("a"), Say("b")]))
    stream = hosted.stream(ASK)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anext, stream)
        async with aclosing(stream):
            assert isinstance(await anext(stream), TextDelta)
