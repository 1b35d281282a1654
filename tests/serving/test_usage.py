"""What keys have used of the day outlives the server."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dragoman.api.rates import Rates
from dragoman.domain.keys import Allowance, Key
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.usage import SqlUsage

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ALICE = Key("alice", "", allowance=Allowance(requests_per_day=2))


def rates(day: datetime = NOON) -> Rates:
    return Rates(today=lambda: day)


async def test_a_restart_begins_no_new_day(database: Database) -> None:
    before = rates()
    async with SqlUsage(database, before).kept():
        assert before.refusal(ALICE, "/v1/chat/completions") is None
        assert before.refusal(ALICE, "/v1/chat/completions") is None
    after = rates()
    async with SqlUsage(database, after).kept():
        assert after.refusal(ALICE, "/v1/chat/completions") is not None


async def test_what_was_used_yesterday_is_over(database: Database) -> None:
    before = rates()
    async with SqlUsage(database, before).kept():
        before.refusal(ALICE, "/v1/chat/completions")
        before.refusal(ALICE, "/v1/chat/completions")
    tomorrow = rates(NOON.replace(month=12, day=1))
    async with SqlUsage(database, tomorrow).kept():
        assert tomorrow.refusal(ALICE, "/v1/chat/completions") is None


async def test_two_servers_on_one_file_count_together(database: Database) -> None:
    one, other = rates(), rates()
    first, second = SqlUsage(database, one), SqlUsage(database, other)
    async with first.kept(), second.kept():
        one.refusal(ALICE, "/v1/chat/completions")
        other.refusal(ALICE, "/v1/chat/completions")
        await first.write()
        await second.write()
        await first.write()
        for each in (one, other):
            assert each.spent()["alice"][1]["requests"] == 2
            assert each.refusal(ALICE, "/v1/chat/completions") is not None


async def test_a_program_that_uses_no_keys_leaves_what_the_server_counted(
    database: Database,
) -> None:
    before = rates()
    async with SqlUsage(database, before).kept():
        before.refusal(ALICE, "/v1/chat/completions")
    async with SqlUsage(database, rates()).kept():
        server = rates()
        async with SqlUsage(database, server).kept():
            server.refusal(ALICE, "/v1/chat/completions")
    after = rates()
    async with SqlUsage(database, after).kept():
        assert after.spent()["alice"][1]["requests"] == 2


async def test_a_server_in_which_the_day_has_ended_is_not_set_back_by_one_in_which_it_has_not(
    database: Database,
) -> None:
    late, early = rates(NOON.replace(month=12, day=1)), rates()
    first, second = SqlUsage(database, late), SqlUsage(database, early)
    async with first.kept(), second.kept():
        early.refusal(ALICE, "/v1/chat/completions")
        await second.write()
        late.refusal(ALICE, "/v1/chat/completions")
        await first.write()
        early.refusal(ALICE, "/v1/chat/completions")
        await second.write()
        await first.write()
        assert late.spent()["alice"] == (
            "2026-12-01",
            {"requests": 1, "tokens": 0, "audio_seconds": 0},
        )


async def test_a_disk_that_is_broken_keeps_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    broken = rates()
    with caplog.at_level(logging.WARNING):
        async with SqlUsage(Database.in_file(tmp_path / "file" / "kept"), broken).kept():
            assert broken.refusal(ALICE, "/v1/chat/completions") is None
    assert [record.getMessage()[:28] for record in caplog.records] == [
        "what keys have used of the d"
    ] * 2
