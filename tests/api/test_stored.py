"""Answers that were stored, through the official client."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError
from openai.types.chat import ChatCompletion
from starlette.applications import Starlette

from clients import MODEL, Shelf, chat_app, http_client, nothing_extra, openai_client, user
from dragoman.domain.chat import CHAT
from dragoman.domain.errors import EngineFailed
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.database import Database
from fake_engines import Held

PATH = "/v1/chat/completions"


def app_at(path: Path, *script: Say | Fail) -> Starlette:
    engines = Held({CHAT: {MODEL: FakeChat(script or (Say("Hello"),)), "other": FakeChat(())}})
    options = Options(completions=SqlCompletions(Database.in_file(path)))
    return create_app(engines, Shelf(), options=options)


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    return app_at(tmp_path / "data" / "completions.sqlite3")


@pytest.fixture
async def client(app: Starlette) -> AsyncGenerator[AsyncOpenAI]:
    async with openai_client(app) as client:
        yield client


async def stored(client: AsyncOpenAI, model: str = MODEL, **metadata: str) -> ChatCompletion:
    return await client.chat.completions.create(
        model=model, messages=user("Say hello."), store=True, metadata=metadata
    )


async def listed(client: AsyncOpenAI, **search: Any) -> list[str]:
    return [answer.id for answer in (await client.chat.completions.list(**search)).data]


async def test_a_stored_answer_is_found_again(client: AsyncOpenAI) -> None:
    answer = await stored(client, a="b")
    found = await client.chat.completions.retrieve(answer.id)
    assert nothing_extra(found)
    assert found == answer
    assert found.metadata == {"a": "b"}


async def test_a_streamed_answer_is_stored_before_it_ends(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model=MODEL, messages=user("Say hello."), store=True, stream=True
    )
    chunks = [chunk async for chunk in stream]
    found = await client.chat.completions.retrieve(chunks[0].id)
    assert found.choices[0].message.content == "Hello"


async def test_it_outlives_the_app(tmp_path: Path) -> None:
    async with openai_client(app_at(tmp_path / "x.sqlite3")) as client:
        answer = await stored(client)
    async with openai_client(app_at(tmp_path / "x.sqlite3")) as client:
        assert (await client.chat.completions.retrieve(answer.id)).id == answer.id


async def test_what_was_not_to_be_stored_is_not_found(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model=MODEL, messages=user("Say hello."), metadata={"a": "b"}
    )
    with pytest.raises(NotFoundError, match=answer.id):
        await client.chat.completions.retrieve(answer.id)
    assert await listed(client) == []


async def test_half_an_answer_is_not_stored(tmp_path: Path) -> None:
    app = app_at(tmp_path / "x.sqlite3", Say("Hel"), Fail(EngineFailed("it broke")))
    async with http_client(app) as client:
        body = {"model": MODEL, "messages": user("x"), "store": True, "stream": True}
        assert "it broke" in (await client.post(PATH, json=body)).text
        assert (await client.get(PATH)).json()["data"] == []


async def test_an_empty_list_has_empty_ids(app: Starlette) -> None:
    async with http_client(app) as client:
        page = (await client.get(PATH)).json()
    assert page == {"object": "list", "data": [], "first_id": "", "last_id": "", "has_more": False}


async def test_lists_come_in_either_order_and_by_pages(client: AsyncOpenAI) -> None:
    ids = [(await stored(client)).id for _ in range(5)]
    assert await listed(client) == ids
    assert await listed(client, order="desc") == ids[::-1]
    assert [answer.id async for answer in client.chat.completions.list(limit=2)] == ids
    page = await client.chat.completions.list(limit=2, order="desc", after=ids[2])
    assert [answer.id for answer in page.data] == [ids[1], ids[0]]
    assert page.has_more is False


async def test_lists_are_narrowed_by_every_label_and_the_model(client: AsyncOpenAI) -> None:
    one = await stored(client, team="a", kind='"x\'y"')
    two = await stored(client, team="a")
    three = await stored(client, model="other", team="b")
    assert await listed(client, metadata={"team": "a"}) == [one.id, two.id]
    assert await listed(client, metadata={"team": "a", "kind": '"x\'y"'}) == [one.id]
    assert await listed(client, model="other") == [three.id]
    assert await listed(client, model="other", metadata={"team": "a"}) == []


async def test_labels_change_and_nothing_else(client: AsyncOpenAI) -> None:
    answer = await stored(client, a="b")
    updated = await client.chat.completions.update(answer.id, metadata={"c": "d"})
    assert updated.metadata == {"c": "d"}
    assert updated.choices == answer.choices
    assert await listed(client, metadata={"c": "d"}) == [answer.id]
    with pytest.raises(BadRequestError, match="Unknown parameter: 'model'"):
        await client.chat.completions.update(answer.id, metadata={}, extra_body={"model": "gpt-4o"})


async def test_null_takes_all_labels_away(client: AsyncOpenAI) -> None:
    answer = await stored(client, a="b")
    assert (await client.chat.completions.update(answer.id, metadata=None)).metadata == {}
    assert await listed(client, metadata={"a": "b"}) == []


async def test_a_label_is_compared_whole_whatever_is_in_it(client: AsyncOpenAI) -> None:
    answer = await stored(client, **{"n\0a": "v\0w", "😀": "한"})
    assert await listed(client, metadata={"n\0a": "v\0w", "😀": "한"}) == [answer.id]
    for other in ({"n\0a": "v\0x"}, {"n\0a": "v"}, {"n": "v\0w"}, {"😀": ""}):
        assert await listed(client, metadata=other) == []


async def test_a_negative_limit_is_below_the_minimum(app: Starlette) -> None:
    async with http_client(app) as client:
        answer = await client.get(f"{PATH}?limit=-1")
    assert answer.json()["error"]["message"] == (
        "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got -1 instead."
    )


async def test_a_deleted_answer_is_gone(client: AsyncOpenAI) -> None:
    answer = await stored(client)
    deleted = await client.chat.completions.delete(answer.id)
    assert (deleted.id, deleted.deleted, deleted.object) == (
        answer.id,
        True,
        "chat.completion.deleted",
    )
    for attempt in (
        client.chat.completions.retrieve,
        client.chat.completions.delete,
        client.chat.completions.messages.list,
    ):
        with pytest.raises(NotFoundError):
            await attempt(answer.id)
    with pytest.raises(NotFoundError):
        await client.chat.completions.update(answer.id, metadata={})
    with pytest.raises(NotFoundError):
        await client.chat.completions.list(after=answer.id)


async def test_messages_are_what_was_asked(app: Starlette) -> None:
    parts = [{"type": "text", "text": "Say "}, {"type": "text", "text": "hello."}]
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}]
    async with http_client(app) as client:
        body = {"model": MODEL, "messages": said, "store": True}
        name = (await client.post(PATH, json=body)).json()["id"]
        page = (await client.get(f"{PATH}/{name}/messages")).json()
        last = (await client.get(f"{PATH}/{name}/messages?order=desc&limit=1")).json()
        after = last["last_id"]
        first = (await client.get(f"{PATH}/{name}/messages?order=desc&after={after}")).json()
        lost = await client.get(f"{PATH}/{name}/messages?after=nope")
    assert [message["role"] for message in page["data"]] == ["system", "user"]
    assert page["data"][0]["content"] == "Be brief."
    assert page["data"][0]["content_parts"] is None
    assert page["data"][1]["content"] == "Say hello."
    assert page["data"][1]["content_parts"] == parts
    assert (last["data"], last["has_more"]) == ([page["data"][1]], True)
    assert (first["data"], first["has_more"]) == ([page["data"][0]], False)
    assert lost.status_code == 404


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("order=up", "order"),
        ("zzz=1", "zzz"),
        (f"metadata[k]={'x' * 513}", "metadata.k"),
    ],
)
async def test_a_wrong_search_is_refused(app: Starlette, query: str, param: str) -> None:
    async with http_client(app) as client:
        answer = await client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


async def test_a_disk_that_fails_is_told_and_the_server_lives(tmp_path: Path) -> None:
    broken = tmp_path / "x.sqlite3"
    broken.write_bytes(b"this is no database" * 100)
    async with http_client(app_at(broken)) as client:
        body = {"model": MODEL, "messages": user("x")}
        failed = await client.post(PATH, json={**body, "store": True})
        unstored = await client.post(PATH, json=body)
    assert failed.status_code == 503
    assert failed.json()["error"]["type"] == "server_error"
    assert str(tmp_path) not in failed.text
    assert unstored.status_code == 200


async def test_without_a_store_storing_is_refused_by_name() -> None:
    async with openai_client(chat_app(FakeChat([Say("a")]))) as client:
        with pytest.raises(BadRequestError) as caught:
            await stored(client)
    assert caught.value.param == "store"


async def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    async with openai_client(app_at(tmp_path / "x.sqlite3")) as client:
        await stored(client)
    assert (tmp_path / "x.sqlite3").stat().st_mode & 0o077 == 0
