"""The pages of measurements name tests that there are."""

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


def _tests(file: str) -> set[str]:
    path = ROOT / "tests" / file
    if not path.exists():
        return set()
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
