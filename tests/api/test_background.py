"""Responses made in the background, through the official client and fake engines."""

import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import openai
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError

from background import begun, reached
from clients import MODEL, Shelf, nothing_extra, openai_client
from dragoman.api.background import MOST
from dragoman.domain.chat import CHAT
from dragoman.domain.errors import EngineFailed
from dragoman.domain.stored import Conversations, Responses, StoredItem, StoredResponse
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say, Step, Wait
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.conversations import SqlConversations
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

HELLO = (Say("Hel"), Say("lo!"))


class Slow(SqlResponses):
    """It keeps that a response was cancelled only when it is let."""

    def __init__(self, path: Path) -> None:
        super().__init__(Database.in_file(path))
        self.asked, self.let = anyio.Event(), anyio.Event()
        self.deleting, self.deleted = anyio.Event(), anyio.Event()

    async def keep(self, stored: StoredResponse, items: Sequence[str]) -> None:
        if '"cancelled"' in stored.response:
            self.asked.set()
            await self.let.wait()
        await super().keep(stored, items)

    async def delete(self, response: str) -> None:
        self.deleting.set()
        await super().delete(response)
        self.deleted.set()


class SlowConversations(SqlConversations):
    """It is let go on after it has put an answer at the end."""

    def __init__(self, path: Path) -> None:
        super().__init__(Database.in_file(path))
        self.added, self.let = anyio.Event(), anyio.Event()

    async def append(self, conversation: str, items: Sequence[StoredItem]) -> None:
        await super().append(conversation, items)
        self.added.set()
        await self.let.wait()


@asynccontextmanager
async def serving(
    directory: Path,
    script: Sequence[Step],
    kept: Responses | None = None,
    conversations: Conversations | None = None,
) -> AsyncGenerator[AsyncOpenAI]:
    """The client of a server that says so to everybody, as long as it runs."""
    engines = Held({CHAT: {MODEL: FakeChat(script, concurrency=9)}})
    kept = kept or SqlResponses(Database.in_file(directory / "completions.sqlite3"))
    app = create_app(engines, Shelf(), options=Options(responses=kept, conversations=conversations))
    async with app.router.lifespan_context(app), openai_client(app) as client:
        yield client
    assert engines.borrowed == 0


@pytest.fixture
def gate() -> threading.Event:
    """What an answer waits for."""
    return threading.Event()


async def test_an_answer_is_made_while_nobody_waits(tmp_path: Path, gate: threading.Event) -> None:
    async with serving(tmp_path, [Wait(gate), *HELLO]) as client:
        answer = await begun(client)
        assert nothing_extra(answer)
        assert (answer.status, answer.background, answer.output) == ("queued", True, [])
        found = await reached(client, answer.id, "in_progress")
        assert nothing_extra(found)
        assert (found.error, found.output) == (None, [])
        assert len((await client.responses.input_items.list(answer.id)).data) == 1
        gate.set()
        whole = await reached(client, answer.id, "completed")
        assert nothing_extra(whole)
        assert (whole.output_text, whole.background) == ("Hello!", True)
        assert whole.usage
        again = await client.responses.retrieve(answer.id, stream=True)
        events = [event async for event in again]
        assert events[-1].type == "response.completed"
        assert events[-1].response == whole
        later = await client.responses.create(
            model=MODEL, input="y", previous_response_id=answer.id
        )
        assert later.background is False
        with pytest.raises(BadRequestError, match="Cannot cancel a completed response"):
            await client.responses.cancel(answer.id)


async def test_one_that_is_cancelled_stays_so(tmp_path: Path, gate: threading.Event) -> None:
    async with serving(tmp_path, [Wait(gate), *HELLO]) as client:
        answer = await begun(client)
        await reached(client, answer.id, "in_progress")
        cancelled = await client.responses.cancel(answer.id)
        assert nothing_extra(cancelled)
        assert (cancelled.status, cancelled.error, cancelled.output) == ("cancelled", None, [])
        assert await client.responses.cancel(answer.id) == cancelled
        assert await client.responses.retrieve(answer.id) == cancelled
        with pytest.raises(BadRequestError, match="is cancelled: it has no events"):
            await client.responses.retrieve(answer.id, stream=True)
        with pytest.raises(BadRequestError, match="no answer to go on from"):
            await client.responses.create(model=MODEL, previous_response_id=answer.id)


async def test_one_that_is_being_cancelled_is_under_way_for_all(
    tmp_path: Path, gate: threading.Event
) -> None:
    kept = Slow(tmp_path / "completions.sqlite3")
    statuses: list[str | None] = []
    async with serving(tmp_path, [Wait(gate), *HELLO], kept) as client:
        answer = await begun(client)
        await reached(client, answer.id, "in_progress")

        async def cancel() -> None:
            statuses.append((await client.responses.cancel(answer.id)).status)

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(cancel)
            await kept.asked.wait()
            assert (await client.responses.retrieve(answer.id)).status == "in_progress"
            await anyio.wait_all_tasks_blocked()
            kept.let.set()
        assert statuses == ["cancelled"] * 3
        assert (await client.responses.retrieve(answer.id)).status == "cancelled"


async def test_one_that_is_cancelled_and_forgotten_does_not_come_back(
    tmp_path: Path, gate: threading.Event
) -> None:
    kept = Slow(tmp_path / "completions.sqlite3")
    async with serving(tmp_path, [Wait(gate), *HELLO], kept) as client:
        answer = await begun(client)
        await reached(client, answer.id, "in_progress")

        async def cancel() -> None:
            with suppress(NotFoundError):  # it may be gone before it can be shown
                await client.responses.cancel(answer.id)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(cancel)
            await kept.asked.wait()
            tasks.start_soon(client.responses.delete, answer.id)
            await anyio.wait_all_tasks_blocked()
            if kept.deleting.is_set():
                await kept.deleted.wait()
            kept.let.set()
        with pytest.raises(NotFoundError):
            await client.responses.retrieve(answer.id)


async def test_one_that_is_whole_is_not_cancelled_between_its_conversation_and_its_answer(
    tmp_path: Path,
) -> None:
    slow = SlowConversations(tmp_path / "completions.sqlite3")
    async with serving(tmp_path, HELLO, conversations=slow) as client:
        name = (await client.conversations.create()).id
        answer = await client.responses.create(
            model=MODEL, input="x", conversation=name, background=True
        )
        refused: list[str] = []

        async def cancel() -> None:
            with pytest.raises(BadRequestError) as caught:
                await client.responses.cancel(answer.id)
            refused.append(caught.value.message)

        async with anyio.create_task_group() as tasks:
            await slow.added.wait()
            tasks.start_soon(cancel)
            await anyio.wait_all_tasks_blocked()
            slow.let.set()
        assert "Cannot cancel a completed response" in refused[0]
        assert (await client.responses.retrieve(answer.id)).output_text == "Hello!"
        assert len((await client.conversations.items.list(name)).data) == 2


async def test_what_is_forgotten_is_not_made(tmp_path: Path, gate: threading.Event) -> None:
    async with serving(tmp_path, [Wait(gate), *HELLO]) as client:
        answer = await begun(client)
        await client.responses.delete(answer.id)
        with pytest.raises(NotFoundError):
            await client.responses.retrieve(answer.id)


async def test_what_breaks_is_told_as_failed(tmp_path: Path) -> None:
    async with serving(tmp_path, [Say("Hel"), Fail(EngineFailed("it broke"))]) as client:
        answer = await begun(client)
        failed = await reached(client, answer.id, "failed")
        assert nothing_extra(failed)
        assert failed.error
        assert (failed.error.code, failed.error.message) == ("server_error", "it broke")
        nobody = await client.responses.create(model="nobody", input="x", background=True)
        failed = await reached(client, nobody.id, "failed")
        assert failed.error
        assert "`nobody` does not exist" in failed.error.message


async def test_the_end_of_the_server_is_told_as_failed(
    tmp_path: Path, gate: threading.Event
) -> None:
    async with serving(tmp_path, [Wait(gate), *HELLO]) as client:
        answer = await begun(client)
        await reached(client, answer.id, "in_progress")
    async with serving(tmp_path, HELLO) as client:
        found = await client.responses.retrieve(answer.id)
        assert found.status == "failed"
        assert found.error
        assert found.error.message == "The server stopped before the response was made."


async def test_some_are_made_at_once_others_are_queued_and_too_many_are_turned_away(
    tmp_path: Path, gate: threading.Event
) -> None:
    async with serving(tmp_path, [Wait(gate), *HELLO]) as client:
        first, second, third, fourth, *more = [(await begun(client)).id for _ in range(MOST)]
        for name in (first, second):
            await reached(client, name, "in_progress")
        for name in (third, fourth):
            assert (await client.responses.retrieve(name)).status == "queued"
        with pytest.raises(openai.RateLimitError, match="queue of the background is full") as full:
            await begun(client)
        assert full.value.response.headers["retry-after"] == "1"
        assert (await client.responses.cancel(third)).status == "cancelled"
        gate.set()
        for name in (first, second, fourth, *more):
            await reached(client, name, "completed")
        await begun(client)
