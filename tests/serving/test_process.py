"""An engine in another process: as good as here, and nobody else's trouble when it dies."""

import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import anyio
import pytest

from dragoman.domain.chat import CHAT, ChatEvent, ChatFinished, ChatRequest, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineDied, EngineFailed, EngineUnavailable
from dragoman.serving.process.child import child
from dragoman.serving.process.code import digest
from dragoman.serving.process.patience import Patience
from dragoman.serving.process.supervisor import Supervisor

HI = ChatRequest(messages=(Message("user", (TextPart("hi"),)),))

PATIENCE_S = 60
"""For what takes a second on a machine that is not busy."""

Chat = Supervisor[ChatRequest, ChatEvent]


@asynccontextmanager
async def supervised(
    patience: Patience | None = None,
    idle_s: float | None = None,
    margin_bytes: int = 0,
    **options: bool,
) -> AsyncGenerator[Chat, None]:
    spec = EngineSpec("fake-chat", "", margin_bytes=margin_bytes, options=options)
    chat = Chat("fake", CHAT, spec, patience=patience, idle_s=idle_s)
    with anyio.fail_after(PATIENCE_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(chat.run)
            yield chat
            tasks.cancel_scope.cancel()


async def whole(chat: Chat) -> list[ChatEvent]:
    async with chat.borrow() as engine:
        return [event async for event in engine.stream(HI)]


def die(chat: Chat) -> None:
    assert chat.pid is not None
    os.kill(chat.pid, signal.SIGKILL)


async def test_the_answer_comes_from_another_process_and_is_whole():
    async with supervised() as chat:
        events = await whole(chat)
        assert chat.pid not in (None, os.getpid())
    assert isinstance(events[0], TextDelta)
    assert isinstance(events[-1], ChatFinished)


async def test_kill_9_is_an_error_for_its_requests_and_the_next_one_succeeds():
    async with supervised(holds=True) as chat:
        for _ in range(3):
            async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
                assert await anext(events) == TextDelta(0, "Wait")
                die(chat)
                with pytest.raises(EngineFailed):
                    await anext(events)
        async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
            assert await anext(events) == TextDelta(0, "Wait")
        assert chat.starts == 4


async def test_a_death_between_requests_is_not_noticed_by_the_next():
    async with supervised() as chat:
        await whole(chat)
        first = chat.pid
        die(chat)
        with anyio.fail_after(PATIENCE_S):
            while chat.pid == first:
                await chat.changes()
        assert len(await whole(chat)) > 2


def dead(pid: int) -> None:
    """Wait for the end of a process, and let whoever comes after learn of it as well."""
    with suppress(ChildProcessError):  # somebody else was faster
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


async def test_the_exit_code_is_that_of_the_process_however_late_somebody_kills_it():
    for _ in range(3):  # the event loop is told by a thread, which may be faster
        async with child("fake", EngineSpec("fake-chat", ""), Patience()) as worker:
            os.kill(worker.pid, signal.SIGKILL)
            dead(worker.pid)
            worker.kill()
            await worker.ends()
            assert worker.exit_code == -signal.SIGKILL


async def test_another_engine_is_not_disturbed_by_a_death():
    async with (
        supervised(holds=True) as one,
        supervised() as other,
        one.borrow() as engine,
        aclosing(engine.stream(HI)) as events,
        other.borrow() as second,
        aclosing(second.stream(HI)) as theirs,
    ):
        await anext(events)
        await anext(theirs)
        die(one)
        assert isinstance([event async for event in theirs][-1], ChatFinished)
        with pytest.raises(EngineFailed):
            await anext(events)


async def test_leaving_in_the_middle_frees_the_place_for_others():
    async with supervised(holds=True) as chat:
        for _ in range(12):  # three times as many as the engine takes at once
            async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
                assert await anext(events) == TextDelta(0, "Wait")
        assert chat.borrowed == 0
        assert chat.starts == 1


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells it so cheaply")
async def test_an_engine_that_takes_too_much_memory_is_ended_and_replaced(
    caplog: pytest.LogCaptureFixture,
):
    async with supervised(margin_bytes=64 * 2**20, hoards=True) as chat:
        async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
            with pytest.raises(EngineDied, match="more memory than it may") as died:
                async for _ in events:
                    pass
        assert died.value.code == "engine_out_of_memory"
        async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
            assert await anext(events) == TextDelta(0, "more ")
        assert chat.starts == 2
    line = next(line for line in caplog.messages if "event=memory" in line)
    assert re.search(r"pid=\d+: it has \d+ MiB, and it may have \d+$", line)


async def test_an_engine_that_cannot_load_says_why():
    async with supervised(breaks=True) as chat:
        with pytest.raises(EngineUnavailable, match="told not to load"):
            await whole(chat)


async def test_a_worker_whose_code_is_not_the_servers_does_not_load(tmp_path: Path):
    (tmp_path / "wire.py").write_text("FIELD = 1")
    before = digest(tmp_path)
    assert digest(tmp_path) == before
    (tmp_path / "wire.py").write_text("FIELD = 2")
    chat = Chat("fake", CHAT, EngineSpec("fake-chat", ""), code=before)
    with anyio.fail_after(PATIENCE_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(chat.run)
            with pytest.raises(EngineUnavailable, match="restart the server"):
                await whole(chat)
            tasks.cancel_scope.cancel()
    assert digest(tmp_path) != before


async def test_who_meets_the_pause_of_an_engine_that_does_not_load_is_told_how_long_it_lasts():
    async with supervised(Patience(first_pause_s=300), breaks=True) as chat:
        for _ in range(2):  # the one who waits for the load, and one who comes in the pause
            with pytest.raises(
                EngineUnavailable, match=r"not to load\. .* again in \d+ s\."
            ) as caught:
                await whole(chat)
            assert caught.value.retry_s is not None
            assert 240 <= caught.value.retry_s <= 300
        assert chat.starts == 1


async def test_who_comes_while_an_engine_is_tried_again_is_told_so():
    async with supervised(Patience(first_pause_s=0.01), breaks=True) as chat:
        chat.want()
        while chat.starts < 2:
            await anyio.wait_all_tasks_blocked()
        with pytest.raises(EngineUnavailable, match=r"not to load\. It is tried again now\."):
            await whole(chat)


async def test_an_engine_that_cannot_load_backs_off_and_is_logged_once(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    patience = Patience(first_pause_s=0.01, longest_load_pause_s=0.02)
    async with supervised(patience, breaks=True) as chat:
        chat.want()
        while chat.starts < 4:
            await chat.changes()
    failures = [record for record in caplog.records if "load-failed" in record.getMessage()]
    assert len(failures) == 1
    assert "told not to load" in failures[0].getMessage()
    # Not "Traceback": what measures coverage prints its own where a worker is ended while it loads,
    # for it may not write its file from behind the fence.
    assert "the engine ended" not in capfd.readouterr().err


async def test_an_idle_engine_gives_its_memory_back_and_loads_again():
    async with supervised(idle_s=0.2) as chat:
        await whole(chat)
        first = chat.pid
        assert first is not None
        with anyio.fail_after(PATIENCE_S):
            while chat.ready:
                await chat.changes()
        await whole(chat)
        assert chat.pid != first
        assert chat.starts == 2


async def test_a_worker_that_hangs_is_replaced():
    async with supervised(Patience(silence_s=1.0)) as chat:
        await whole(chat)
        first = chat.pid
        assert first is not None
        async with chat.borrow() as engine:
            os.kill(first, signal.SIGSTOP)
            async with aclosing(engine.stream(HI)) as events:
                with pytest.raises(EngineFailed):
                    await anext(events)
        await whole(chat)
        assert chat.pid != first


async def test_hanging_up_on_a_worker_is_an_error_for_its_requests_not_a_cancellation():
    async with (
        supervised(holds=True) as chat,
        chat.borrow() as engine,
        aclosing(engine.stream(HI)) as events,
    ):
        await anext(events)
        await engine.close()
        with pytest.raises(EngineFailed):
            await anext(events)


async def test_a_frame_that_makes_no_sense_costs_its_own_request_alone():
    async with supervised() as chat:
        async with chat.borrow() as engine:
            engine._codec.pack_request = lambda request: b"junk"
            async with aclosing(engine.stream(HI)) as events:
                with pytest.raises(EngineFailed):
                    await anext(events)
            del engine._codec.pack_request
        await whole(chat)
        assert chat.starts == 1


async def test_an_engine_that_cannot_be_started_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    async with supervised() as chat:
        with monkeypatch.context() as patched:
            patched.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
            with pytest.raises(EngineUnavailable, match="no temporary directory"):
                await whole(chat)
        with anyio.fail_after(PATIENCE_S):
            while not chat.ready:
                await chat.changes()
        await whole(chat)


async def test_a_request_that_comes_with_the_unloading_waits_for_the_next_worker():
    async with supervised(idle_s=0.3) as chat:
        await whole(chat)
        with anyio.fail_after(PATIENCE_S):
            while chat.ready:
                await chat.changes()
        assert isinstance((await whole(chat))[-1], ChatFinished)


async def test_no_worker_outlives_its_supervisor():
    async with supervised() as chat:
        await whole(chat)
        pid = chat.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_an_engine_that_does_not_stop_is_replaced_with_its_process():
    async with supervised(Patience(stop_s=0.4), hangs=True) as chat:
        async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
            assert await anext(events) == TextDelta(0, "Wait")
            first = chat.pid
        # Its client is gone; nothing but its end frees the place.
        with anyio.fail_after(PATIENCE_S):
            while chat.pid == first:
                await chat.changes()
            await chat.loaded()
        async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
            assert await anext(events) == TextDelta(0, "Wait")
        assert chat.starts == 2


async def test_an_engine_without_a_sign_of_life_is_replaced_and_its_client_told():
    async with (
        supervised(Patience(hang_s=0.4), hangs=True) as chat,
        chat.borrow() as engine,
        aclosing(engine.stream(HI)) as events,
    ):
        assert await anext(events) == TextDelta(0, "Wait")
        with pytest.raises(EngineDied):
            await anext(events)


async def test_a_slow_client_is_no_hanging_engine():
    async with supervised(Patience(stop_s=0.2, hang_s=0.2), holds=True) as chat:
        async with chat.borrow() as engine, aclosing(engine.stream(HI)) as events:
            assert await anext(events) == TextDelta(0, "Wait")
            with anyio.move_on_after(0.6):  # the engine waits, and looks whether somebody is there
                await anext(events)
        assert chat.starts == 1


async def test_a_worker_that_does_not_answer_is_not_well_before_it_is_killed():
    async with supervised(Patience(silence_s=3.0)) as chat:
        await whole(chat)
        first = chat.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with anyio.fail_after(PATIENCE_S):
            while chat.well:
                await anyio.wait_all_tasks_blocked()
            assert chat.pid == first
            assert chat.trouble == "it does not answer"
            while chat.pid == first:
                await chat.changes()


async def test_an_engine_that_cannot_measure_itself_is_not_taken_for_a_silent_one():
    async with supervised(Patience(silence_s=0.3), unmeasurable=True) as chat:
        await whole(chat)
        with anyio.move_on_after(1.5):
            await chat.changes()
        assert chat.ready
        assert chat.starts == 1
        assert chat.gauges == {}
