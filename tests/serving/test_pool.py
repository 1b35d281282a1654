"""Who may use which engine, and when."""

import gc
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from dragoman.domain.caller import Caller, calling
from dragoman.domain.chat import (
    CHAT,
    ChatFinished,
    ChatRequest,
    Sampling,
    Spoken,
    TextDelta,
    VoiceDelta,
)
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import Engines, EngineSpec, Kind
from dragoman.domain.errors import EngineDied, EngineUnavailable, ModelNotFound, Overloaded
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.serving.composition import SkilledEngines, skills
from dragoman.serving.in_process import InProcessEngines
from dragoman.serving.pool import Pool, Within
from dragoman.serving.settings import Settings

HI = ChatRequest(messages=(Message("user", (TextPart("hi"),)),))
CHATS: tuple[ModelCard, ...] = (
    ModelCard("first", "chat", "fake-chat", ("gpt-4o", "tiny")),
    ModelCard("second", "chat", "fake-chat"),
    ModelCard("broken", "chat", "fake-chat", options={"breaks": True}),
)


@asynccontextmanager
async def pool(
    *cards: ModelCard, queue: int = 4, longest_wait_s: float = 600.0
) -> AsyncGenerator[Pool, None]:
    names = InProcessEngines((card, _Never()) for card in cards)
    engines = Pool(
        names,
        lambda card: EngineSpec(card.engine, "", options=card.options),
        queue=queue,
        longest_wait_s=longest_wait_s,
    )
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engines.run)
            yield engines
            tasks.cancel_scope.cancel()


class _Never:
    """Stands for the engines that only `InProcessEngines`'s name look-up is used of."""

    concurrency = 1

    def run(self, request: object, outlet: object) -> None:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError


async def test_every_name_of_a_model_leads_to_its_one_engine():
    async with pool(*CHATS) as engines:
        for name in (None, "first", "gpt-4o", "tiny"):
            async with engines.lease(CHAT, name) as lease:
                assert lease.card.id == "first"
                async with aclosing(lease.engine.stream(HI)) as events:
                    assert isinstance([event async for event in events][-1], ChatFinished)
        assert list(engines.statistics()) == ["first"]
        assert engines.statistics()["first"].starts == 1


async def test_an_unknown_name_and_a_model_of_another_kind_are_not_found():
    async with pool(*CHATS) as engines:
        asked: list[tuple[Kind[Any, Any], str | None]] = [
            (CHAT, "nobody"),
            (SPEECH, "first"),
            (SPEECH, None),
        ]
        for kind, name in asked:
            with pytest.raises(ModelNotFound) as caught:
                async with engines.lease(kind, name):
                    raise AssertionError
            assert caught.value.code == "model_not_found"
            assert ("It is a model for chat, not for speech." in str(caught.value)) is (
                (kind, name) == (SPEECH, "first")
            )


async def test_one_more_than_the_queue_takes_is_refused_at_once():
    async with pool(*CHATS, queue=2) as engines, AsyncExitStack() as borrowed:
        for _ in range(2):
            await borrowed.enter_async_context(engines.lease(CHAT, "first"))
        with pytest.raises(Overloaded):
            async with engines.lease(CHAT, "first"):
                raise AssertionError
        async with engines.lease(CHAT, "second"):
            pass  # another model's queue is its own


async def test_readiness_names_the_engine_that_does_not_load():
    async with pool(CHATS[2], CHATS[0]) as engines:
        engines.preload((CHAT,))
        await engines.loaded()
        assert engines.readiness() == {"broken": "this fake was told not to load"}
        with pytest.raises(EngineUnavailable, match="told not to load"):
            async with engines.lease(CHAT, "broken"):
                raise AssertionError


async def test_readiness_is_there_once_the_preloaded_engines_are():
    async with pool(*CHATS) as engines:
        engines.preload((CHAT,))
        assert engines.readiness() == {"first": "it is loading"}
        await engines.loaded()
        assert engines.readiness() == {"first": None}


def test_a_pool_that_never_runs_leaves_nothing_open(recwarn: pytest.WarningsRecorder):
    names = InProcessEngines((card, _Never()) for card in CHATS)
    engines = Pool(names, lambda card: EngineSpec(card.engine, "", options=card.options))
    engines.preload([CHAT])
    del engines, names
    gc.collect()
    assert [str(each.message) for each in recwarn] == []


async def test_what_was_wanted_before_the_pool_runs_is_loaded_when_it_does():
    names = InProcessEngines((card, _Never()) for card in CHATS)
    engines = Pool(names, lambda card: EngineSpec(card.engine, "", options=card.options))
    engines.preload([CHAT])
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engines.run)
            await engines.loaded()
            assert engines.readiness() == {"first": None}
            tasks.cancel_scope.cancel()


HOLDS = ModelCard("holds", "chat", "fake-chat", options={"holds": True})


async def test_who_waits_outlives_the_process_and_is_answered_by_the_next():
    async with pool(HOLDS, queue=64) as engines, anyio.create_task_group() as tasks:
        begun = list[str]()
        died = list[str]()

        async def ask(name: str) -> None:
            async with engines.lease(CHAT) as lease, aclosing(lease.engine.stream(HI)) as events:
                try:
                    async for _ in events:
                        begun.append(name)
                except EngineDied:
                    died.append(name)

        supervisor = None
        for number in range(12):
            tasks.start_soon(ask, f"{number}")
        while len(begun) < 4:
            await anyio.wait_all_tasks_blocked()
        supervisor = engines.statistics()["holds"]
        load = engines.loads()["holds"]
        assert (load.running, load.waiting) == (4, 8)
        assert supervisor.pid is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        while len(begun) < 8:
            await anyio.wait_all_tasks_blocked()
        assert len(died) == 4, "those that had an event, and no others"
        assert not set(begun[4:]) & set(died)
        tasks.cancel_scope.cancel()


async def written(engines: Pool, request: ChatRequest, pieces: list[str]) -> None:
    """Kills the engine as soon as it has written what it writes of its first answer."""
    async with engines.lease(CHAT) as lease, aclosing(lease.engine.stream(request)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                pieces.append(event.text)
            if "".join(pieces) == "one two th":
                pid = engines.statistics()["mortal"].pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("sampling", [Sampling(temperature=0), Sampling(seed=7, temperature=1)])
async def test_an_answer_without_chance_goes_on_after_the_death_of_its_engine(
    tmp_path: Path, sampling: Sampling
):
    options = {"dies_once": str(tmp_path / "mark")}
    pieces: list[str] = []
    async with pool(ModelCard("mortal", "chat", "fake-chat", options=options)) as engines:
        await written(engines, replace(HI, sampling=sampling), pieces)
        assert engines.statistics()["mortal"].starts == 2
    assert pieces == ["on", "e tw", "o th", "ree ", "four"]


@pytest.mark.parametrize(
    ("question", "differs"),
    [
        (replace(HI, sampling=Sampling(temperature=0)), True),
        (HI, False),
        (replace(HI, sampling=Sampling(temperature=0), top_logprobs=0), False),
    ],
    ids=["another text", "chance", "probabilities"],
)
async def test_an_answer_that_would_be_another_ends_with_its_engine(
    tmp_path: Path, question: ChatRequest, *, differs: bool
):
    options = {"dies_once": str(tmp_path / "mark"), "differs": differs}
    pieces: list[str] = []
    async with pool(ModelCard("mortal", "chat", "fake-chat", options=options)) as engines:
        with pytest.raises(EngineDied):
            await written(engines, question, pieces)
    assert "".join(pieces) == "one two th"


VOICE = ModelCard("voice", "speech", "fake-speaker")


async def test_an_answer_that_was_let_in_is_spoken_however_full_the_queue_of_voices_is():
    spoken = replace(HI, spoken=Spoken("nova", "pcm"))
    async with pool(CHATS[0], VOICE, queue=2) as engines, AsyncExitStack() as borrowed:
        for _ in range(2):
            await borrowed.enter_async_context(engines.lease(SPEECH))
        with pytest.raises(Overloaded):
            async with engines.lease(SPEECH):
                raise AssertionError
        skilled = SkilledEngines(engines, skills(Settings()), Within(engines))
        async with (
            skilled.lease(CHAT) as lease,
            aclosing(lease.engine.stream(spoken)) as events,
        ):
            assert any([isinstance(event, VoiceDelta) async for event in events])
        assert engines.loads()["voice"].rejected == 1


async def test_a_lease_that_had_a_turn_is_not_sent_away_before_its_next():
    """Sentence after sentence of a text that is listened to is one piece of work."""
    async with (
        pool(HOLDS, longest_wait_s=0.0) as engines,
        anyio.create_task_group() as tasks,
        engines.lease(CHAT) as lease,
        AsyncExitStack() as others,
    ):

        async def hold(where: Engines, stack: AsyncExitStack) -> None:
            other = await stack.enter_async_context(where.lease(CHAT))
            events = other.engine.stream(HI)
            await anext(events)
            stack.push_async_callback(events.aclose)

        for _ in range(3):
            await hold(engines, others)
        async with aclosing(lease.engine.stream(HI)) as events, AsyncExitStack() as last:
            await anext(events)
            tasks.start_soon(hold, Within(engines), last)
            while not engines.loads()["holds"].waiting:
                await anyio.wait_all_tasks_blocked()
        while engines.loads()["holds"].waiting:
            await anyio.wait_all_tasks_blocked()
        begun = anyio.Event()

        async def go_on() -> None:
            async with aclosing(lease.engine.stream(HI)) as events:
                await anext(events)
                begun.set()

        tasks.start_soon(go_on)
        await anyio.wait_all_tasks_blocked()
        assert (engines.loads()["holds"].waiting, engines.loads()["holds"].rejected) == (1, 0)
        await others.aclose()
        await begun.wait()
        tasks.cancel_scope.cancel()


async def test_a_request_that_kills_its_engine_is_sent_twice_and_no_more():
    card = ModelCard("deadly", "chat", "fake-chat", options={"kills": True})
    async with pool(card) as engines, engines.lease(CHAT) as lease:
        with pytest.raises(EngineDied):
            async with aclosing(lease.engine.stream(HI)) as events:
                await anext(events)
        assert engines.loads()["deadly"].sent_again == 1


async def test_the_queue_is_fair_between_keys():
    async with pool(HOLDS, queue=64) as engines, anyio.create_task_group() as tasks:
        order = list[str]()
        at_work = list[anyio.Event]()

        async def ask(name: str) -> None:
            with calling(Caller(name)):
                async with (
                    engines.lease(CHAT) as lease,
                    aclosing(lease.engine.stream(HI)) as events,
                ):
                    await anext(events)
                    order.append(name)
                    at_work.append(leaves := anyio.Event())
                    await leaves.wait()

        for _ in range(10):
            tasks.start_soon(ask, "alice")
        while len(order) < 4:
            await anyio.wait_all_tasks_blocked()
        tasks.start_soon(ask, "bob")
        while engines.loads()["holds"].waiting < 7:
            await anyio.wait_all_tasks_blocked()
        for number in (5, 6):  # one after the other, so that the order of events is that of turns
            at_work.pop(0).set()
            while len(order) < number:
                await anyio.wait_all_tasks_blocked()
        assert "bob" in order[4:6]
        tasks.cancel_scope.cancel()
