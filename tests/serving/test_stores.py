"""The stores on either database: who sees what, in which order, and what many do at once."""

import io
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import anyio
import pytest
from sqlalchemy import insert, inspect, text, update

from dragoman.domain.caller import Caller, calling
from dragoman.domain.custom_voices import Consent, CustomVoice
from dragoman.domain.errors import NotFound, RequestInvalid, StorageFailed
from dragoman.domain.stored import (
    Order,
    Search,
    Slice,
    StoredCompletion,
    StoredConversation,
    StoredItem,
    StoredResponse,
)
from dragoman.serving.storage import tables
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.conversations import SqlConversations
from dragoman.serving.storage.custom_voices import SqlCustomVoices
from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.holdings import Holdings
from dragoman.serving.storage.responses import SqlResponses

ALICE = Caller("alice", "key:alice", sees_unowned=False)
BOB = Caller("bob", "key:bob", sees_unowned=False)
TALK = StoredConversation("conv_1", 1_700_000_000, {"topic": "tea"})


def completion(name: str, model: str = "m", **labels: str) -> StoredCompletion:
    return StoredCompletion(name, model, '{"text": "a\\u0000b 한국어 😀"}', "[]", labels)


def items(*names: str) -> list[StoredItem]:
    return [StoredItem(name, f'{{"id": "{name}"}}') for name in names]


async def test_a_search_goes_on_behind_what_it_came_to_in_either_order(database: Database) -> None:
    store = SqlCompletions(database)
    for number in range(5):
        await store.keep(completion(str(number), "even" if number % 2 == 0 else "odd", a="b"))
    expected: Mapping[Order, list[str]] = {"asc": ["0", "2"], "desc": ["4", "2"]}
    for order, names in expected.items():
        search = Search(Slice(None, 2, order), "even", {"a": "b"})
        found = await store.search(search)
        assert ([each.id for each in found.completions], found.has_more) == (names, True)
        rest = await store.search(Search(Slice(names[-1], 2, order), "even", {}))
        assert len(rest.completions) == 1
        assert not rest.has_more
    assert not (await store.search(Search(Slice(None, 2, "asc"), None, {"a": "c"}))).completions


async def test_a_text_comes_back_as_it_was_and_labels_change(database: Database) -> None:
    store = SqlCompletions(database)
    await store.keep(completion("a", label="\x00 or 한국어"))
    assert await store.get("a") == completion("a", label="\x00 or 한국어")
    assert (await store.relabel("a", {"b": "c"})).metadata == {"b": "c"}
    await store.delete("a")
    for missing in (store.get, store.delete):
        with pytest.raises(NotFound):
            await missing("a")
    with pytest.raises(NotFound):
        await store.relabel("a", {})


async def test_what_one_key_keeps_another_neither_sees_nor_changes(database: Database) -> None:
    store, talks = SqlCompletions(database), SqlConversations(database)
    await store.keep(completion("nobody's"))
    with calling(ALICE):
        await store.keep(completion("a"))
        await talks.begin(TALK, items("x"))
    with calling(BOB):
        for forbidden in (store.get("a"), store.relabel("a", {"x": "y"}), store.delete("a")):
            with pytest.raises(NotFound):
                await forbidden
        with pytest.raises(NotFound):
            await talks.append("conv_1", items("y"))
        assert not (await store.search(Search(Slice(None, 9, "asc"), None, {}))).completions
    with calling(ALICE):
        assert await store.get("a") == completion("a")
        assert [each.id for each in await talks.items("conv_1", 0)] == ["x"]
    found = await store.search(Search(Slice(None, 9, "asc"), None, {}))
    assert [each.id for each in found.completions] == ["nobody's"]


async def test_two_servers_add_to_one_conversation_at_once_and_nothing_is_lost(
    database: Database,
) -> None:
    await SqlConversations(database).begin(TALK, [])

    async def add(server: int) -> None:
        talks = SqlConversations(database)
        for number in range(8):
            await talks.append("conv_1", items(f"{server}-{number}", "same"))

    async with anyio.create_task_group() as tasks:
        for server in range(2):
            tasks.start_soon(add, server)
    names = [each.id for each in await SqlConversations(database).items("conv_1", 0)]
    assert len(set(names)) == len(names) == 32
    for server in range(2):
        own = [name for name in names if name.startswith(f"{server}-")]
        assert own == [f"{server}-{number}" for number in range(8)]


async def test_an_item_twice_is_refused_and_nothing_of_the_rest_is_kept(
    database: Database,
) -> None:
    talks = SqlConversations(database)
    await talks.begin(TALK, items("a", "b"))
    with pytest.raises(RequestInvalid):
        await talks.add("conv_1", items("c", "a"))
    page = await talks.page("conv_1", Slice("b", 5, "desc"))
    assert [each.id for each in page.items] == ["a"]
    assert (await talks.remove("conv_1", "a")) == TALK
    assert (await talks.relabel("conv_1", {})).metadata == {}
    await talks.delete("conv_1")
    with pytest.raises(NotFound):
        await talks.item("conv_1", "b")


async def test_voices_and_consents_are_rows_of_the_database(
    database: Database, tmp_path: Path
) -> None:
    store = SqlCustomVoices(database, tmp_path)
    (tmp_path / "sound").write_bytes(b"sound")
    for number in range(3):
        await store.keep_voice(CustomVoice(f"voice_{number}", "Anna", "nova+echo", 1))
        await store.keep_consent(Consent(f"cons_{number}", "Anna", "en-US", 1), "/dev/null")
    assert [each.id for each in await store.voices()] == ["voice_0", "voice_1", "voice_2"]
    page = await store.consents("cons_0", 1)
    assert ([each.id for each in page.consents], page.has_more) == (["cons_1"], True)
    assert (await store.rename_consent("cons_1", "Bea")).name == "Bea"
    await store.delete_consent("cons_1")
    await store.delete_voice("voice_1")
    assert [each.id for each in (await store.consents(None, 9)).consents] == ["cons_0", "cons_2"]


async def test_what_a_key_keeps_is_handed_over_and_forgotten(
    database: Database, tmp_path: Path
) -> None:
    talks, answers = SqlConversations(database), SqlResponses(database)
    own = SqlCustomVoices(database, tmp_path)
    for owner, name in ((ALICE, "a"), (BOB, "b")):
        with calling(owner):
            await SqlCompletions(database).keep(completion(name, label="\x00 한국어"))
            await answers.keep(StoredResponse(name, 1, None, "[]", '{"output": []}', "[]"), ["x"])
            await talks.begin(StoredConversation(name, 1, {}), items("x", "y"))
            await own.keep_voice(CustomVoice(name, "Anna", "nova", 1))
            await own.keep_consent(Consent(name, "Anna", "en-US", 1), "/dev/null")
    recordings = tmp_path / "recordings"
    holdings = Holdings(database, database, recordings)
    out = io.StringIO()
    assert await holdings.export("key:alice", out) == 5
    lines = {row["kind"]: row for row in map(json.loads, out.getvalue().splitlines())}
    assert lines["completion"]["metadata"] == {"label": "\x00 한국어"}
    assert [each["id"] for each in lines["conversation"]["items"]] == ["x", "y"]
    assert lines["response"].keys() == {"kind", "id", "created", "previous", "items", "response"}
    (recording,) = [each for each in recordings.iterdir() if each.name == "a"]
    assert lines["consent"]["recording"] == str(recording)
    await holdings.forget("key:alice")
    assert set((await holdings.count("key:alice")).values()) == {0}
    assert set((await holdings.count("key:bob")).values()) == {1}
    assert [each.name for each in recordings.iterdir()] == ["b"]
    with calling(BOB):
        assert [each.id for each in await talks.items("b", 0)] == ["x", "y"]
        assert (await answers.with_item("x")).id == "b"


async def test_the_revisions_make_the_tables_that_the_code_describes(database: Database) -> None:
    def differences(transaction: Transaction) -> list[str]:
        there = inspect(transaction.connection)
        return [
            f"{table.name}.{column.name}"
            for table in tables.schema.tables.values()
            for column in table.columns
            if column.name not in {each["name"] for each in there.get_columns(table.name)}
            or column.nullable
            != next(
                each["nullable"]
                for each in there.get_columns(table.name)
                if each["name"] == column.name
            )
        ]

    assert await database.read(differences) == []


async def test_a_database_of_a_newer_server_is_left_alone(database: Database) -> None:
    await database.read(lambda _: None)
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await database.write(lambda each: each.connection.execute(newer))
    again = Database(type(database.place)(database.place.url))
    with pytest.raises(StorageFailed, match="newer Dragoman"):
        await again.read(lambda _: None)


async def test_a_file_from_before_revisions_keeps_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    with sqlite3.connect(file) as before:
        before.execute(
            "CREATE TABLE completions (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL "
            "UNIQUE, model TEXT NOT NULL, completion TEXT NOT NULL, messages TEXT NOT NULL, "
            "metadata TEXT NOT NULL)"
        )
        before.execute(
            "INSERT INTO completions VALUES (7, 'old', 'm', '{}', '[]', '{\"a\": \"b\"}')"
        )
    store = SqlCompletions(Database.in_file(file))
    assert (await store.get("old")).metadata == {"a": "b"}
    await store.keep(completion("new"))
    with calling(ALICE), pytest.raises(NotFound):
        await store.get("old")


async def test_an_error_names_neither_what_was_kept_nor_the_password(database: Database) -> None:
    row = {"id": "a", "model": "m", "completion": "canary", "messages": "[]", "metadata": "{}"}
    twice = insert(tables.completions).values(**row)
    await database.write(lambda each: each.connection.execute(twice))
    with pytest.raises(StorageFailed) as caught:
        await database.write(lambda each: each.connection.execute(twice))
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


async def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    store = SqlCompletions(Database.at(f"postgresql://dragoman:canary@/x?host={tmp_path}"))
    with pytest.raises(StorageFailed, match="store of completions") as caught:
        await store.get("a")
    assert isinstance(caught.value.__cause__, Exception)
    assert "canary" not in str(caught.value.__cause__)


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def half(transaction: Transaction) -> None:
        row = {"id": "a", "model": "m", "completion": "", "messages": "", "metadata": "{}"}
        transaction.connection.execute(insert(tables.completions).values(**row))
        transaction.connection.execute(update(tables.completions).values(model="n"))
        raise NotFound("half")

    with pytest.raises(NotFound, match="half"):
        await database.write(half)
    with pytest.raises(NotFound, match="Completion"):
        await SqlCompletions(database).get("a")
