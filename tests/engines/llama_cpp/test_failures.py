"""Which results say that a call failed."""

import json

import pytest

from dragoman.engines.llama_cpp.prompt.failures import failed


@pytest.mark.parametrize(
    "result",
    [
        {"error": "service timed out"},
        {"error": {"code": 502, "message": "Bad gateway"}},
        {"errors": ["no such id"]},
        {"ok": False, "reason": "fully booked"},
        {"success": False},
        {"status": "offline", "value": None},
        {"message": "Not found"},
        {"error": "시간표 서버에 연결할 수 없습니다"},
        "Error: 503 upstream unavailable",
        "PermissionError: [Errno 13] Permission denied: 'notes.txt'",
        "Traceback (most recent call last):\nConnectionResetError: peer",
        "bash: npm: command not found",
        "The file does not exist.",
        "해당 고객이 없습니다.",
        '"no such table"',
        "Error: " + "x" * 30_000,
    ],
)
def test_a_result_that_says_so_failed(result: object) -> None:
    assert failed(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False))


@pytest.mark.parametrize(
    "result",
    [
        "",
        {},
        [],
        "null",
        "17",
        {"error": None, "balance": 5.2},
        {"errors": 17},
        {"error": ""},
        {"success": True, "status": "shipped"},
        {"open": False},
        {"status": "dispatched", "invalid_address": False},
        [{"error": "of one among several"}, {"name": "x"}],
        "def read(path):\n    if not path:\n        raise ValueError('invalid path')\n"
        + "x = 1\n" * 20,
        "[2026-01-01] server started\n[2026-01-01] ERROR: disk full\n" + "[2026] ok\n" * 10,
        "The parcel is in Lyon.",
        "x" * 30_000,
        "[" * 5_000,
    ],
)
def test_other_results_did_not_fail(result: object) -> None:
    assert not failed(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False))
