"""What keys have used of the day outlives the server."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dragoman.api.rates import Rates
from dragoman.domain.keys import Allowance, Key
from dragoman.serving.usage import SqliteUsage

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ALICE = Key("alice", "", allowance=Allowance(requests_per_day=2))


def rates(day: datetime = NOON) -> Rates:
    return Rates(today=lambda: day)


async def test_a_restart_begins_no_new_day(tmp_path: Path) -> None:
    before = rates()
    async with SqliteUsage(tmp_path / "kept", before).kept():
        assert before.refusal(ALICE, "/v1/chat/completions") is None
        assert before.refusal(ALICE, "/v1/chat/completions") is None
    after = rates()
    async with SqliteUsage(tmp_path / "kept", after).kept():
        assert after.refusal(ALICE, "/v1/chat/completions") is not None


async def test_what_was_used_yesterday_is_over(tmp_path: Path) -> None:
    before = rates()
    async with SqliteUsage(tmp_path / "kept", before).kept():
        before.refusal(ALICE, "/v1/chat/completions")
        before.refusal(ALICE, "/v1/chat/completions")
    tomorrow = rates(NOON.replace(month=12, day=1))
    async with SqliteUsage(tmp_path / "kept", tomorrow).kept():
        assert tomorrow.refusal(ALICE, "/v1/chat/completions") is None


async def test_a_disk_that_is_broken_keeps_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    broken = rates()
    with caplog.at_level(logging.WARNING):
        async with SqliteUsage(tmp_path / "file" / "kept", broken).kept():
            assert broken.refusal(ALICE, "/v1/chat/completions") is None
    assert [record.getMessage()[:28] for record in caplog.records] == [
        "what keys have used of the d"
    ] * 2
