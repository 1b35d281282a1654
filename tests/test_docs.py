"""The docs name all that there is."""

import re
from pathlib import Path
from typing import cast

import pytest

import dragoman
from dragoman.domain.engine import EngineSpec
from dragoman.domain.kinds import KINDS
from dragoman.engines import ENGINES, fault
from dragoman.serving.settings import Settings
from dragoman.serving.sources import settings_of
from pages import blocks

ROOT = Path(__file__).parents[1]


def setting_rows() -> dict[str, str]:
    """Of the first table of docs/settings.md: the name of each setting, and its default there."""
    table = (ROOT / "docs/settings.md").read_text().split("|---|---|---|\n")[1].split("\n\n")[0]
    cells = [line.split(" | ") for line in table.splitlines()]
    return {
        name.lower(): default
        for first, default, *_ in cells
        for name in re.findall(r"`DRAGOMAN_([A-Z_]+)`", first)
    }


def test_the_page_has_every_setting_and_no_other_in_the_order_of_the_schema():
    assert list(setting_rows()) == list(Settings.model_fields)


def test_the_page_has_the_defaults_of_the_schema():
    rows = setting_rows()
    wrong = {
        name: rows[name]
        for name, field in Settings.model_fields.items()
        if field.default_factory is None
        and field.default is not None
        and rows[name] != as_typed(field.default)
    }
    assert wrong == {}


def as_typed(default: object) -> str:
    """A default as somebody would type it into the environment."""
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case int() | float():
            return f"`{default:g}`" if default < 10**6 else f"`{default}`"
        case tuple():
            words = cast("tuple[str, ...]", default)
            return f"`{','.join(words)}`" if words else "none"
        case _:
            return f"`{default}`" if default else "none"


def test_the_file_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DRAGOMAN_PORT", raising=False)
    (text,) = (
        block.text
        for block in blocks()
        if block.page == "docs/settings.md" and block.language == "toml"
    )
    path = tmp_path / "dragoman.toml"
    path.write_text(text)
    settings = settings_of({}, path)
    assert (settings.port, settings.preload) == (9000, False)


def test_every_package_of_the_rooms_is_in_the_architecture():
    page = (ROOT / "docs/architecture.md").read_text()
    rooms = {path.parent.name for path in (ROOT / "src/dragoman").glob("*/__init__.py")}
    assert {room for room in rooms if room not in page} == set()


def test_every_kind_is_in_the_glossary():
    page = (ROOT / "docs/glossary.md").read_text()
    assert [kind for kind in KINDS if f"`{kind}`" not in page] == []


def test_the_options_of_the_glossary_are_those_of_the_engines():
    _, table = (ROOT / "docs/glossary.md").read_text().split("## Options of engines")
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")]
    shown = {name for row in rows[1:] for name in re.findall(r"`([^`]+)`", row[1])}
    engines = [name for name, entry in ENGINES.items() if entry.settings]
    assert shown == {name for engine in engines for name in _options(engine)}


def _options(engine: str) -> list[str]:
    """The names that an engine lists when it refuses one."""
    refusal = fault(EngineSpec(engine, "directory", 1, {"no_such_option": 1})) or ""
    return refusal.partition("no option 'no_such_option': ")[2].split(", ")


def test_every_path_of_the_glossary_exists():
    terms, _ = (ROOT / "docs/glossary.md").read_text().split("## Options of engines")
    rows = [line.split(" | ") for line in terms.splitlines() if line.startswith("| ")]
    paths = {path for *_, where in rows for path in re.findall(r"`([^`]+)`", where)}
    below = (ROOT / "src/dragoman", ROOT)
    assert [path for path in paths if not any((root / path).exists() for root in below)] == []
    assert len(rows) >= 40


def test_the_changelog_has_this_version():
    assert f"## {dragoman.__version__} " in (ROOT / "CHANGELOG.md").read_text()


def test_local_links_of_the_docs_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in _links(page)
        if not (page.parent / target).exists()
    ]
    assert broken == []


def _links(page: Path) -> list[str]:
    prose = re.sub(r"`[^`]*`", "", page.read_text())
    parts = prose.split("](")[1:]
    targets = (part.split(")")[0].split("#")[0] for part in parts)
    return [target for target in targets if target and "://" not in target]
