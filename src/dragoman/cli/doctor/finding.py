"""What a check found: one line for people, the same as data for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

Status: TypeAlias = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    """The name of what was looked at, in one or two words."""
    status: Status
    text: str
    """What it is like, in plain words."""
    advice: str = ""
    """What to do; empty where nothing has to be done."""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The figures behind it, for programs."""

    def as_json(self, area: str) -> Mapping[str, Any]:
        """Build what a program reads of it."""
        return {"area": area, **asdict(self), "advice": self.advice or None}


@dataclass(frozen=True, slots=True)
class Area:
    """The findings of one part of the machine or of the installation."""

    title: str
    findings: Sequence[Finding]


def ok(check: str, text: str, **facts: Any) -> Finding:
    """Build a finding that is as it should be."""
    return Finding(check, "ok", text, facts=facts)


def warning(check: str, text: str, advice: str, **facts: Any) -> Finding:
    """Build a finding with which Dragoman works, less well than it could."""
    return Finding(check, "warning", text, advice, facts)


def problem(check: str, text: str, advice: str, **facts: Any) -> Finding:
    """Build a finding with which something does not work."""
    return Finding(check, "problem", text, advice, facts)


def count(areas: Sequence[Area], status: Status) -> int:
    """The number of findings of that status."""
    return sum(each.status == status for area in areas for each in area.findings)
