"""What is said beside a list."""

import json

import pytest

from dragoman.engines.llama_cpp.tools.decision.remarks import remark

TASKS = [{"id": 1, "title": "a"}, {"id": 2, "title": "b"}, {"id": 3, "title": "c"}]
TIMES = {"cinema": "Roma", "times": ["11:20", "15:05", "21:45"]}
ROOMS = [{"room": "hall", "celsius": 17.5}, {"room": "nursery", "celsius": 24}]


@pytest.mark.parametrize(
    ("request_", "result", "says"),
    [
        ("How many tasks does she have?", TASKS, " (3 in all)"),
        ("할 일이 몇 개야?", TASKS, " (3 in all)"),
        ("When is the last one shown today?", TIMES, ' (the last: "21:45")'),
        ("오늘 마지막 상영이 몇 시야?", TIMES, ' (the 마지막: "21:45")'),
        ("Which is the warmest room?", ROOMS, ' (the warmest: "nursery", 24)'),
        ("What did I do last week?", TIMES, ""),
        ("What are her tasks?", TASKS, ""),
        ("How many are there?", {"count": 3}, ""),
        ("How many open tasks are there?", [[1, 2], [3, 4]], " (2 in all)"),
        ("How many sacks are in Brackwater?", TASKS, ""),
        ("Who is in the warmest heated room?", ROOMS, ' (the warmest: "nursery", 24)'),
        ("How many are there?", {"a": [1, 2], "b": [3, 4]}, ""),
    ],
)
def test_counts_and_extremes_stand_beside_it(request_: str, result: object, says: str) -> None:
    assert remark(request_, "list_rooms_or_tasks", json.dumps(result)) == says
