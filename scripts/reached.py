"""The files that the tests without weights do not reach whole: each needs a reason.

`test.py` calls this after `coverage json`. The reasons stand in `coverage.toml`, beside this file:
one for each file below `src/dragoman` that has lines or branches which no test of `MEASURED` runs.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

REASONS = Path(__file__).resolve().parent / "coverage.toml"
SOURCE = "src/dragoman/"
TABLES = ("unreached", "untraced")
"""Files with lines that no test runs; files whose lines run unseen under Python 3.11, and keep
their reason where another Python sees them."""


class File(TypedDict):
    """What `coverage json` says of one file."""

    missing_lines: Sequence[int]
    missing_branches: Sequence[Sequence[int]]


class Report(TypedDict):
    """The file that `coverage json` writes."""

    files: Mapping[str, File]


def gaps(report: Report) -> set[str]:
    """Return the files with lines or branches that were not reached, below `src/dragoman`."""
    return {
        path.replace("\\", "/").removeprefix(SOURCE)
        for path, file in report["files"].items()
        if file["missing_lines"] or file.get("missing_branches")
    }


def faults(report: Report, reasons: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Say what has no reason, and which reasons nothing needs."""
    needed = gaps(report)
    measured = {path.replace("\\", "/").removeprefix(SOURCE) for path in report["files"]}
    found = [f"[{table}] is no table of these" for table in reasons if table not in TABLES]
    named = {name for table in TABLES for name in reasons.get(table, {})}
    found += [f"{name}: not reached whole, and has no reason" for name in sorted(needed - named)]
    for table in TABLES:
        may_be_whole = measured if table == "untraced" else needed
        for name, reason in reasons.get(table, {}).items():
            if name not in measured:
                found.append(f"[{table}] {name}: there is no such file")
            elif name not in may_be_whole:
                found.append(f"[{table}] {name}: needs no reason any more")
            if not reason.strip():
                found.append(f"[{table}] {name}: the reason is empty")
    twice = set(reasons.get("unreached", {})) & set(reasons.get("untraced", {}))
    return [*found, *(f"{name}: stands in both tables" for name in sorted(twice))]


def check(report: Path) -> None:
    """Read what `coverage json` wrote, and print where a reason is missing or left over.

    It is a reminder and no gate: what waits for a process or a clock is reached in one run and not
    in the next.
    """
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    written: Report = json.loads(report.read_text(encoding="utf-8"))
    if wrong := faults(written, reasons):
        print("\n".join(["== scripts/coverage.toml (a reminder):", *wrong]))
    counts = ", ".join(f"{len(reasons.get(table, {}))} {table}" for table in TABLES)
    print(
        f"== scripts/coverage.toml: {len(gaps(written))} files are not whole; reasons: {counts}\n"
    )
