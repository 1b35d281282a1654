"""A ceiling for the memory of all engines: who leaves for whom, and who is refused."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import anyio
import pytest

from dragoman.domain.chat import CHAT, ChatFinished, ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.serving.eviction import Residence
from dragoman.serving.in_process import InProcessEngines
from dragoman.serving.pool import Pool

HI = ChatRequest(messages=(Message("user", (TextPart("hi"),)),))
SIZES = {"one": 400, "two": 400, "three": 500, "huge": 2_000, "none": 0}
CARDS = [ModelCard(name, "chat", "fake-chat", memory_mb=size) for name, size in SIZES.items()]


@asynccontextmanager
async def pool(memory_mib: int | None, *, preloaded: bool = False) -> AsyncGenerator[Pool, None]:
    names = InProcessEngines((card, FakeChat(())) for card in CARDS)
    residence = Residence(memory_mib=memory_mib)
    engines = Pool(names, lambda card: EngineSpec(card.engine, ""), residence=residence)
    if preloaded:
        engines.preload([CHAT])
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engines.run)
            yield engines
            tasks.cancel_scope.cancel()


async def is_answered(engines: Pool, name: str) -> bool:
    async with engines.lease(CHAT, name) as lease, aclosing(lease.engine.stream(HI)) as events:
        return isinstance([event async for event in events][-1], ChatFinished)


def resident(engines: Pool) -> list[str]:
    return [name for name, load in engines.loads().items() if load.up]


async def test_the_engine_that_was_used_longest_ago_leaves() -> None:
    async with pool(900) as engines:
        assert await is_answered(engines, "one")
        assert await is_answered(engines, "two")
        assert resident(engines) == ["one", "two"]
        assert await is_answered(engines, "one")
        assert await is_answered(engines, "three")
        assert resident(engines) == ["one", "three"], "two was used before one"
        assert await is_answered(engines, "two")
        assert resident(engines) == ["two", "three"]


async def test_as_many_leave_as_have_to() -> None:
    async with pool(2_000) as engines:
        for name in ("one", "two", "three"):
            assert await is_answered(engines, name)
        assert await is_answered(engines, "huge")
        assert resident(engines) == ["huge"]


async def test_one_that_takes_nothing_does_not_leave() -> None:
    async with pool(500) as engines:
        for name in ("none", "one", "two"):
            assert await is_answered(engines, name)
        assert resident(engines) == ["none", "two"]


async def test_one_at_work_stays_and_the_other_is_told_to_come_back() -> None:
    async with pool(900) as engines, engines.lease(CHAT, "one"), engines.lease(CHAT, "two"):
        with pytest.raises(EngineUnavailable) as caught:
            await is_answered(engines, "three")
        assert caught.value.retry_s == 5
        assert caught.value.message == (
            "There is no memory for three now: it takes 500 MB, and engines at work have 800 of "
            "943 MB."
        )
        assert resident(engines) == ["one", "two"]


async def test_one_that_never_fits_says_so_and_nobody_leaves_for_it() -> None:
    async with pool(900) as engines:
        assert await is_answered(engines, "one")
        with pytest.raises(EngineUnavailable) as caught:
            await is_answered(engines, "huge")
        assert caught.value.message == (
            "huge takes 2000 MB, and all engines together may take 943 (DRAGOMAN_MEMORY_MIB)."
        )
        assert caught.value.retry_s is None
        assert resident(engines) == ["one"]


async def test_two_that_need_the_same_room_get_it_one_after_another() -> None:
    async with pool(500) as engines, anyio.create_task_group() as tasks:
        answered: list[bool] = []

        async def ask(name: str) -> None:
            while True:
                try:
                    answered.append(await is_answered(engines, name))
                except EngineUnavailable:
                    continue  # the other is at work
                return

        for name in ("one", "two", "three"):
            tasks.start_soon(ask, name)
        while len(answered) < 3:
            assert len(resident(engines)) <= 1
            await anyio.lowlevel.checkpoint()
        assert all(answered)


async def test_one_that_was_to_be_loaded_at_the_start_may_leave() -> None:
    async with pool(500, preloaded=True) as engines:
        assert await is_answered(engines, "two")
        assert resident(engines) == ["two"]
        assert engines.readiness() == {"one": None}


async def test_what_does_not_fit_is_not_loaded_at_the_start() -> None:
    async with pool(300, preloaded=True) as engines:
        assert engines.readiness() == {}
        assert engines.statistics()["one"].starts == 0


async def test_without_a_ceiling_all_stay() -> None:
    async with pool(None) as engines:
        for name in SIZES:
            assert await is_answered(engines, name)
        assert resident(engines) == list(SIZES)
