"""Kept responses."""

from pathlib import Path

import pytest
from sqlalchemy import select

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import StoredResponse
from dragoman.serving.storage import responses as kept
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import KEPT_S, SqlResponses
from dragoman.serving.storage.tables import response_items


def response(
    name: str, previous: str | None = None, created: int = 1_700_000_000
) -> StoredResponse:
    return StoredResponse(name, created, previous, "[]", '{"output": []}', "[]")


@pytest.fixture
def store(database: Database) -> SqlResponses:
    return SqlResponses(database)


async def test_a_chain_is_told_from_its_beginning(store: SqlResponses) -> None:
    for name, previous in (("a", None), ("b", "a"), ("c", "b")):
        await store.keep(response(name, previous), [])
    assert [one.id for one in await store.chain("c")] == ["a", "b", "c"]
    await store.delete("a")
    assert [one.id for one in await store.chain("c")] == ["b", "c"]
    assert await store.chain("nope") == []


async def test_a_chain_that_is_too_long_is_refused(
    store: SqlResponses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, previous in (("a", None), ("b", "a"), ("c", "b")):
        await store.keep(response(name, previous), [])
    monkeypatch.setattr(kept, "MOST", 2)
    with pytest.raises(RequestInvalid, match="Please begin another"):
        await store.chain("c")
    monkeypatch.setattr(kept, "MOST", 3)
    monkeypatch.setattr(kept, "MOST_CHARS", 40)
    with pytest.raises(RequestInvalid):
        await store.chain("c")


async def test_an_item_is_found_in_the_latest_response_that_has_it(store: SqlResponses) -> None:
    await store.keep(response("a"), ["x", "y", "x"])
    await store.keep(response("b"), ["x"])
    assert (await store.with_item("x")).id == "b"
    assert (await store.with_item("y")).id == "a"
    await store.delete("b")
    assert (await store.with_item("x")).id == "a"
    with pytest.raises(NotFound):
        await store.with_item("z")


async def test_old_responses_go_when_another_is_kept(
    store: SqlResponses, database: Database
) -> None:
    await store.keep(response("old", created=1), ["x"])
    await store.keep(response("new", created=KEPT_S), ["y"])
    assert (await store.get("old")).id == "old"
    await store.keep(response("newer", created=KEPT_S + 2), [])
    with pytest.raises(NotFound):
        await store.get("old")
    names = select(response_items.c.id)
    rows = await database.read(lambda each: each.connection.execute(names).scalars().all())
    assert rows == ["y"]


async def test_completions_and_responses_share_a_file(tmp_path: Path) -> None:
    completions = SqlCompletions(Database.in_file(tmp_path / "x.sqlite3"))
    with pytest.raises(NotFound):
        await completions.get("a")
    responses = SqlResponses(Database.in_file(tmp_path / "x.sqlite3"))
    await responses.keep(response("a"), [])
    assert (await responses.get("a")).id == "a"
    assert (tmp_path / "x.sqlite3").stat().st_mode & 0o077 == 0
