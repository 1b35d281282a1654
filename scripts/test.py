"""All that CI runs, in the order in which it fails fastest: `make test`.

--checks-only: no tests. Whatever follows `--` goes to pytest.
"""

import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import reached
import rooms

ROOT = Path(__file__).resolve().parent.parent
MEASURED = tuple(
    f"tests/{room}" for room in ("domain", "wire", "api", "serving", "audio", "images", "contract")
)
"""Tests whose branch coverage is measured: nearly all of them run without weights."""
TWO = ("-n", "2", "--dist", "loadfile")
"""Two files of tests at a time, where no model computes with all cores."""
LOCKS = tuple(
    f"requirements{part}.txt"
    for part in ("", "-dev", "-clients", "-fast", "-cuda", "-traces", "-postgres")
)


def tool(name: str, *arguments: str) -> None:
    """Run a tool of this environment; leave with its exit status when it fails."""
    shown = " ".join((name, *arguments))
    began = time.monotonic()
    command = [str(Path(sysconfig.get_path("scripts")) / name), *arguments]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"== {shown}: {'ok' if status == 0 else 'FAILED'}, {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()
    if status:
        sys.exit(status)


def check_locks() -> None:
    """Every requirement is pinned with hashes, and no index is named."""
    for name in LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        if re.search(r"https?://|--(extra-)?index-url|--find-links", text):
            sys.exit(f"== {name} names an index")
        for line in re.findall(r"^\S.*$", text, re.MULTILINE):
            if not re.match(r"[\w.\[\]-]+==\S+.*\\$", line):
                sys.exit(f"== {name}: not pinned with a hash: {line}")
    print(f"== {', '.join(LOCKS)}: pinned, hashed, no index named\n")


def measured_tests() -> None:
    """Run the tests of `MEASURED`, and say which branches of their rooms they do not reach.

    A file that is not reached whole needs a reason in `coverage.toml`.
    """
    shutil.rmtree(ROOT / ".coverage", ignore_errors=True)
    (ROOT / ".coverage").mkdir()
    tool("coverage", "run", "-m", "pytest", *TWO, "-m", "not slow", "--durations=10", *MEASURED)
    tool("coverage", "combine", "--quiet")
    tool("coverage", "report")
    report = ROOT / ".coverage" / "report.json"
    tool("coverage", "json", "--quiet", "-o", str(report.relative_to(ROOT)))
    reached.check(report)


def main() -> None:
    """Checks, then tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks-only", action="store_true")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest")
    options = parser.parse_args()
    rooms.check()
    check_locks()
    tool("ruff", "format", "--check", "--quiet", ".")
    tool("ruff", "check", ".")
    tool("lint-imports", "--no-cache")
    tool("basedpyright")
    if options.checks_only:
        return
    if options.pytest:
        tool("pytest", *options.pytest)
        return
    measured_tests()
    rest = [f"--ignore={folder}" for folder in (*MEASURED, "tests/live")]
    tool("pytest", *TWO, "-m", "not slow and not model", "--durations=10", *rest)
    tool("pytest", "-m", "not slow and model", "--durations=10", *rest)
    tool("pytest", "-m", "not slow", "--durations=25", "tests/live")


if __name__ == "__main__":
    main()
