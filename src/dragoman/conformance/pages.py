"""A matrix for people: Markdown for docs, one HTML file that loads nothing."""

import html
import re
from collections.abc import Iterator

from dragoman.conformance.matrix import Group, Matrix, Remark, Row
from dragoman.conformance.report import VERDICTS, WORDS, Report, Result, one_line

_MARKUP = re.compile(r"([\\`*_\[\]<>|])")
_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.4 }
body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left;
  vertical-align: top }
td small { display: block }
td:first-child { font-family: monospace; white-space: nowrap }
.honoured { color: light-dark(#075e2b, #7fdba0) }
.differs { color: light-dark(#a11212, #ff9a9a); font-weight: 600 }
.refused { color: light-dark(#7a4b00, #f0c060) }
"""


def markdown(matrix: Matrix) -> str:
    """Return a matrix as a page of tables, with the reasons below each."""
    parts = ["\n".join(_markdown_summary(matrix))]
    for group in matrix.groups:
        lines = [f"## `{group.endpoint}`", ""]
        names = [_plain(report.name) for report in matrix.reports]
        lines.append(f"| check | what OpenAI does | {' | '.join(names)} |")
        lines.append(f"|---|---|{'---|' * len(names)}")
        for row in group.rows:
            cells = [_markdown_cell(result) for result in row.results]
            lines.append(f"| `{row.id}` | {_plain(row.rule)} | {' | '.join(cells)} |")
        remarks = [_markdown_remark(remark) for remark in matrix.remarks(group)]
        parts.append("\n".join([*lines, *([""] if remarks else []), *remarks]))
    return "\n\n".join(parts) + "\n"


def _markdown_summary(matrix: Matrix) -> Iterator[str]:
    yield "| server | date | models | " + " | ".join(WORDS.values()) + " | requests | seconds |"
    yield "|---|---|---|" + "---|" * (len(WORDS) + 2)
    for report in matrix.reports:
        models = ", ".join(_plain(name) for name in report.models.values())
        counts = " | ".join(str(report.count(verdict)) for verdict in VERDICTS)
        yield (
            f"| {_plain(report.name)} | {_plain(report.date)} | {models} | {counts} "
            f"| {report.requests} | {report.seconds:.0f} |"
        )


def _markdown_remark(remark: Remark) -> str:
    checks = "".join(f", `{name}`" for name in remark.checks)
    return f"- {_plain(remark.server)}{checks}: {_plain(remark.reason)}"


def _markdown_cell(result: Result | None) -> str:
    if result is None:
        return ""
    word = WORDS[result.verdict]
    return f"**{word}**" if result.verdict == "differs" else word


def _plain(words: str) -> str:
    """Escape what Markdown reads as more than text."""
    return _MARKUP.sub(r"\\\1", one_line(words))


def page(matrix: Matrix) -> str:
    """Return a matrix as one HTML file, without scripts."""
    title = "Conformance with OpenAI's API"
    names = ", ".join(_escaped(report.name) for report in matrix.reports)
    body = [
        f"<h1>{title}</h1>",
        f"<p>{names}</p>",
        _html_table(["server", "date", "checks of", "models", "recording", *WORDS.values()]),
        *map(_html_report, matrix.reports),
        "</tbody></table></div>",
    ]
    for group in matrix.groups:
        body += _html_group(matrix, group)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _html_table(heads: list[str]) -> str:
    cells = "".join(f'<th scope="col">{_escaped(head)}</th>' for head in heads)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>'


def _html_report(report: Report) -> str:
    models = ", ".join(report.models.values())
    columns = (report.name, report.date, f"Dragoman {report.version}", models, report.recording)
    counts = [str(report.count(verdict)) for verdict in VERDICTS]
    cells = "".join(f"<td>{_escaped(cell)}</td>" for cell in (*columns, *counts))
    return f"<tr>{cells}</tr>"


def _html_group(matrix: Matrix, group: Group) -> Iterator[str]:
    yield f"<h2>{_escaped(group.endpoint)}</h2>"
    yield _html_table(["check", "what OpenAI does", *(each.name for each in matrix.reports)])
    yield from map(_html_row, group.rows)
    yield "</tbody></table></div>"


def _html_row(row: Row) -> str:
    cells = "".join(map(_html_cell, row.results))
    return f"<tr><td>{_escaped(row.id)}</td><td>{_escaped(row.rule)}</td>{cells}</tr>"


def _html_cell(result: Result | None) -> str:
    if result is None:
        return "<td></td>"
    reason = f"<small>{_escaped(result.reason)}</small>" if result.reason else ""
    return f'<td class="{result.verdict}">{WORDS[result.verdict]}{reason}</td>'


def _escaped(words: str) -> str:
    return html.escape(one_line(words, 400))
