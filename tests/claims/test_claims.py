"""The ledger: whatever the pages promise is shown by a live test, on real weights over HTTP."""

import ast
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from pages import ROOT, Block, blocks, bullets, paragraphs, plain, read_list, rows

Function = ast.FunctionDef | ast.AsyncFunctionDef

LIVE = ROOT / "tests/live"
CLAIMS = read_list("claims.toml", "claim")
NOT_CLAIMS = read_list("not_claims.toml", "not_claim")
STARTED = read_list("engines.toml", "started")
BY_HTTP = {"serving"}
"""What starts a `dragoman serve` in a process of its own (tests/live_server.py)."""
TYPED = ("python", "bash", "javascript", "toml")
SHOWN = ("text", "json")


def live_tests() -> dict[str, Function]:
    """Every test of tests/live by its node id."""
    return {
        f"{path.relative_to(ROOT).as_posix()}::{node.name}": node
        for path in sorted(LIVE.glob("test_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, Function) and node.name.startswith("test_")
    }


def text_of(page: str) -> str:
    """A page; of the changes only those of the unreleased version."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return text.split("\n## ")[1] if page == "CHANGELOG.md" else text


def units(page: str) -> list[str]:
    """What of a page has to be covered."""
    text = text_of(page)
    if page == "CHANGELOG.md":
        return bullets(text)
    if page == "README.md":
        return rows(text) + bullets(text) + paragraphs(text)
    return rows(text)


COVERED = (
    "README.md",
    "CHANGELOG.md",
    *(path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("docs/endpoints/*.md"))),
)


def quotes(page: str) -> list[str]:
    """The words of a page that the ledger has, as claims or as none."""
    claims = (words for claim in CLAIMS for where, words in claim["says"] if where == page)
    others = (words for entry in NOT_CLAIMS if entry["page"] == page for words in entry["says"])
    return [plain(words) for words in (*claims, *others)]


def test_each_claim_has_one_name_and_words():
    ids = [claim["id"] for claim in CLAIMS]
    assert len(ids) == len(set(ids))
    assert [claim["id"] for claim in CLAIMS if not claim["says"]] == []
    assert [entry for entry in NOT_CLAIMS if not entry["reason"]] == []


@pytest.mark.parametrize("page", COVERED)
def test_the_words_of_each_claim_are_on_its_page(page: str):
    text = plain(text_of(page))
    assert [words for words in quotes(page) if words not in text] == []


@pytest.mark.parametrize("page", COVERED)
def test_each_row_bullet_and_paragraph_is_in_the_ledger(page: str):
    known = quotes(page)
    assert [unit for unit in units(page) if not any(words in unit for words in known)] == []


def test_the_test_of_each_claim_is_live_and_speaks_to_a_server():
    tests = live_tests()
    assert [claim["id"] for claim in CLAIMS if claim["test"] not in tests] == []
    apart = {
        "test_catalogues_of_the_pages_are_read",  # reads what an operator writes
        "test_a_project_of_others_is_tested_with_scripts_and_with_weights",  # has no server
    }
    quiet = [
        name
        for name in {claim["test"] for claim in CLAIMS}
        if not BY_HTTP & fixtures(name) and tests[name].name not in apart
    ]
    assert quiet == []


def test_each_live_test_is_named_by_a_claim():
    named = {claim["test"] for claim in CLAIMS}
    assert sorted(live_tests().keys() - named) == []


def test_each_kind_of_engine_is_started_by_a_live_test():
    tests = live_tests()
    assert [entry["kind"] for entry in STARTED if entry["test"] not in tests] == []
    kinds = {model.kind for model in load(engines=kinds_by_engine()).model}
    assert kinds - {entry["kind"] for entry in STARTED} == set()


def test_each_block_of_code_is_run_or_has_a_reason_why_not():
    reasons = read_list("blocks.toml", "not_run")
    unknown = [
        (block.page, block.first)
        for block in blocks()
        if block.language not in (*TYPED, *SHOWN) and not any(map(partial(is_of, block), reasons))
    ]
    assert unknown == []
    stale = [entry for entry in reasons if not any(is_of(block, entry) for block in blocks())]
    assert stale == []


def is_of(block: Block, entry: dict[str, Any]) -> bool:
    """Whether an entry of blocks.toml is about this block."""
    return block.page == entry["page"] and block.text.startswith(entry["starts"])


def functions(path: Path) -> dict[str, Function]:
    return {
        node.name: node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function)
    }


def fixtures(test: str) -> set[str]:
    """All names that a test and its fixtures, and theirs, take or call."""
    path, _, name = test.partition("::")
    known = functions(LIVE / "conftest.py") | functions(ROOT / path)
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        function = known[waiting.pop()]
        calls = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        new = ({argument.arg for argument in function.args.args} | calls) - seen
        seen |= new
        waiting += [name for name in new if name in known]
    return seen


def test_the_index_of_the_docs_has_every_page():
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/**/*.md")}
    assert {page for page in pages - {"README.md"} if f"]({page})" not in index} == set()


def test_the_readme_starts_in_a_fixed_order():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    marks = (
        "## What answers", "make serve", "curl http", "pip install openai", "import OpenAI from",
        "- Stop:", "- Update:", "- Remove:", "make test",
    )  # fmt: skip
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_paths_of_the_ledger_are_files():
    files = {entry["page"] for entry in NOT_CLAIMS} | {w for c in CLAIMS for w, _ in c["says"]}
    assert [name for name in files if not (ROOT / Path(name)).is_file()] == []
