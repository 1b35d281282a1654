"""The reasons for what the tests without weights do not reach."""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/reached.py"
WHOLE: dict[str, Any] = {"missing_lines": [], "missing_branches": []}
REPORT: dict[str, Any] = {
    "files": {
        "src/dragoman/wire/whole.py": WHOLE,
        "src/dragoman/wire/line.py": {"missing_lines": [7], "missing_branches": []},
        "src/dragoman/wire/branch.py": {"missing_lines": [], "missing_branches": [[3, -1]]},
        "src/dragoman/api/after.py": {"missing_lines": [9], "missing_branches": []},
    }
}
UNREACHED = {"wire/line.py": "a server of its own", "wire/branch.py": "only types need it"}
UNTRACED = {"api/after.py": "after an await that was cancelled"}


@pytest.fixture(scope="module")
def reached() -> ModuleType:
    spec = spec_from_file_location("reached", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["reached"] = module
    spec.loader.exec_module(module)
    return module


def test_a_line_and_a_branch_that_are_not_reached_need_a_reason(reached: ModuleType):
    assert reached.faults(REPORT, {}) == [
        f"{name}: not reached whole, and has no reason"
        for name in ("api/after.py", "wire/branch.py", "wire/line.py")
    ]
    assert reached.faults(REPORT, {"unreached": UNREACHED, "untraced": UNTRACED}) == []


def test_a_reason_that_nothing_needs_is_a_fault(reached: ModuleType):
    odd = {"wire/whole.py": "was hard", "wire/gone.py": "a server", "wire/line.py": " "}
    assert reached.faults(
        REPORT, {"unreached": {**UNREACHED, **odd}, "untraced": UNTRACED, "odd": {}}
    ) == [
        "[odd] is no table of these",
        "[unreached] wire/line.py: the reason is empty",
        "[unreached] wire/whole.py: needs no reason any more",
        "[unreached] wire/gone.py: there is no such file",
    ]


def test_what_one_python_does_not_trace_may_be_whole_on_another(reached: ModuleType):
    newer = {"files": {**REPORT["files"], "src/dragoman/api/after.py": WHOLE}}
    assert reached.faults(newer, {"unreached": UNREACHED, "untraced": UNTRACED}) == []
    both = {"unreached": {**UNREACHED, **UNTRACED}, "untraced": UNTRACED}
    assert reached.faults(REPORT, both) == ["api/after.py: stands in both tables"]
    gone = {"unreached": UNREACHED, "untraced": {**UNTRACED, "api/gone.py": "x"}}
    assert reached.faults(REPORT, gone) == ["[untraced] api/gone.py: there is no such file"]


def test_the_check_reads_what_coverage_writes_and_reminds_of_its_faults(
    reached: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    report, reasons = tmp_path / "report.json", tmp_path / "coverage.toml"
    report.write_text(json.dumps(REPORT))
    monkeypatch.setattr(reached, "REASONS", reasons)
    reasons.write_text('[unreached]\n"wire/line.py" = "a"\n"wire/branch.py" = "b"\n')
    reached.check(report)
    assert "api/after.py: not reached whole, and has no reason" in capsys.readouterr().out
    with reasons.open("a") as end:
        end.write('[untraced]\n"api/after.py" = "c"\n')
    reached.check(report)
    assert "3 files are not whole; reasons: 2 unreached, 1 untraced" in capsys.readouterr().out
