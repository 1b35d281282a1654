"""Pages that name tests name those that there are."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_test_that_a_table_of_cases_names_is_there():
    page = (ROOT / "docs/measurements/sound_cases.md").read_text()
    named = set(re.findall(r"`([\w/]+\.py)::(\w+)`", page))
    missing = {f"{file}::{name}" for file, name in named if name not in _tests(file)}
    assert missing == set()
    assert len(named) > 30


def test_each_failure_of_the_page_has_a_test_that_is_there_or_says_why_not():
    page = (ROOT / "docs/reliability_failures.md").read_text()
    rows = [line for line in page.splitlines() if re.match(r"\| [0-9]+ \|", line)]
    named = [re.findall(r"`tests/([\w/]+\.py)::(\w+)`", row) for row in rows]
    missing = {f"{file}::{name}" for row in named for file, name in row if name not in _tests(file)}
    assert missing == set()
    assert [int(row.split(" | ")[0].strip("| ")) for row in rows] == list(range(1, 36))
    untested = [row for row, tests in zip(rows, named, strict=True) if not tests]
    assert all(row.split(" | ")[2].startswith("none") for row in untested)
    assert len(untested) <= 2


def _tests(file: str) -> set[str]:
    path = ROOT / "tests" / file
    if not path.exists():
        return set()
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
