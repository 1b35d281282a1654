"""The docs name all that there is."""

import re
from pathlib import Path

import dragoman
from dragoman.domain.engine import EngineSpec
from dragoman.domain.kinds import KINDS
from dragoman.engines import ENGINES, fault
from dragoman.serving.settings import Settings

ROOT = Path(__file__).parents[1]


def test_every_setting_is_in_the_docs():
    page = (ROOT / "docs/settings.md").read_text()
    missing = [name for name in Settings.model_fields if f"`DRAGOMAN_{name.upper()}`" not in page]
    assert missing == []


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
