"""Reports of several servers side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dragoman.conformance.report import Report, Result


@dataclass(frozen=True, slots=True)
class Row:
    """One check, and what each server showed; None: it was not part of that run."""

    id: str
    rule: str
    results: Sequence[Result | None]


@dataclass(frozen=True, slots=True)
class Group:
    """The checks of one endpoint."""

    endpoint: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a server does not do what OpenAI does."""

    server: str
    checks: Sequence[str]
    """Their ids; none: all of the endpoint."""
    reason: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Servers and checks, as pages show them."""

    reports: Sequence[Report]
    groups: Sequence[Group]

    def remarks(self, group: Group) -> Iterator[Remark]:
        """Yield why servers do not do what OpenAI does, each reason of each server once."""
        for place, report in enumerate(self.reports):
            checks: dict[str, list[str]] = {}
            for row in group.rows:
                result = row.results[place]
                if result is not None and result.verdict != "honoured" and result.reason:
                    checks.setdefault(result.reason, []).append(row.id)
            for reason, ids in checks.items():
                yield Remark(report.name, [] if len(ids) == len(group.rows) else ids, reason)


def join(reports: Sequence[Report]) -> Matrix:
    """Put reports side by side: checks in the order of the first that has them."""
    by_id: list[dict[str, Result]] = [
        {result.id: result for result in report.results} for report in reports
    ]
    every: dict[str, Result] = {}
    for results in by_id:
        for name, result in results.items():
            every.setdefault(name, result)
    groups: dict[str, list[Row]] = {}
    for name, first in every.items():
        row = Row(name, first.rule, [results.get(name) for results in by_id])
        groups.setdefault(first.endpoint, []).append(row)
    return Matrix(reports, [Group(endpoint, rows) for endpoint, rows in groups.items()])
