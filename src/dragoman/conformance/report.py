"""What a run showed, in words that are safe to print, and as JSON that can be read again."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dragoman.conformance.check import Verdict

LONGEST_LINE = 160
MOST_RESULTS = 1000
LARGEST_REPORT = 4 * 1024**2
VERDICTS: Sequence[Verdict] = get_args(Verdict)
WORDS: Mapping[Verdict, str] = {
    "honoured": "honoured",
    "differs": "differs",
    "refused": "refused",
    "not_there": "not there",
    "not_tried": "not tried",
}
"""The verdicts, as people read them."""


class ReportWrong(Exception):
    """A file is no report; the message says why."""


class Result(BaseModel):
    """What one check showed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    id: str = Field(pattern=r"^[a-z0-9_.]{1,80}$")
    endpoint: str = Field(pattern=r"^/[a-z0-9_/]{1,80}$")
    rule: str = Field(max_length=200)
    verdict: Verdict
    reason: str = Field(default="", max_length=400)
    """Why it is no better, or a remark; one line."""
    seconds: float = 0.0


class Report(BaseModel):
    """One run against one server."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    object: Literal["x_conformance"] = "x_conformance"
    version: str = Field(max_length=40)
    """The Dragoman whose checks they are."""
    name: str = Field(max_length=LONGEST_LINE)
    """What the server is called in the matrix."""
    base_url: str = Field(max_length=400)
    date: str = Field(max_length=40)
    """The day, as 2026-11-30."""
    models: Mapping[str, str] = Field(max_length=10)
    recording: str = Field(max_length=80)
    """What was sent to be written down."""
    requests: int
    seconds: float
    results: Sequence[Result] = Field(max_length=MOST_RESULTS)

    def count(self, verdict: Verdict) -> int:
        """Count the checks with a verdict."""
        return sum(result.verdict == verdict for result in self.results)

    @property
    def is_strict(self) -> bool:
        """Whether nothing differs and nothing of OpenAI's is refused."""
        return not self.count("differs") and not self.count("refused")

    def to_json(self) -> str:
        """Return the report for programs, and to be joined with others."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, indent=2)


def parse(data: bytes) -> Report:
    """Read a report.

    Raises:
        ReportWrong: it is none.
    """
    if len(data) > LARGEST_REPORT:
        raise ReportWrong(f"it has more than {LARGEST_REPORT // 1024**2} MiB")
    try:
        return Report.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ReportWrong(
            one_line(f"{place}: {first['msg']}" if place else first["msg"])
        ) from error


def one_line(words: str, most: int = LONGEST_LINE) -> str:
    """Return words as one line without anything that a terminal obeys or that turns text around."""
    shown = "".join(_shown(sign) for sign in words[: 4 * most])
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Zl", "Zp") or sign in "\t\r\n":
        return " "
    return f"<{ord(sign):04X}>" if category.startswith("C") else sign
