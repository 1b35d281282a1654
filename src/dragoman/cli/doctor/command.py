"""The command: what is typed, and how findings are printed."""

import json
import platform
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from dragoman import __version__
from dragoman.cli.doctor.finding import Area, Status, count
from dragoman.cli.settings import CONFIG

EXAMPLES = """\b
Examples:
  dragoman doctor
  dragoman doctor --no-sums                  the quick form
  dragoman doctor --measure                  with speeds, measured here
  dragoman doctor --json | jq '.findings[] | select(.status != "ok")'

It needs no server, no network and no models. The exit status is 1 where there
is a problem; warnings do not count."""

COLOURS: dict[Status, str] = {"ok": "green", "warning": "yellow", "problem": "red"}
_WIDEST = 100
_NARROWEST = 30
_STATUS = len("problem")
_SHORTEST = len("directories")


@click.command(short_help="See whether this machine can do it.", epilog=EXAMPLES)
@click.option("--no-sums", is_flag=True, help="Do not read the models' files (seconds).")
@click.option("--measure", is_flag=True, help="Load the models and measure them (minutes).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to look at (8000).")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(
    *, no_sums: bool, measure: bool, port: int | None, config: Path | None, as_json: bool
) -> int:
    """Look at processor, memory, disk, port, libraries, settings, keys and models.

    Each line is ok, a warning (it works, less well than it could) or a problem, and then says
    what to do.
    """
    from dragoman.cli.doctor.examination import Order, examine

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    shown = sys.stderr.isatty() and not as_json
    order = Order(port, config, sums=not no_sums, measure=measure, shown=shown)
    areas: list[Area] = []
    if not as_json:
        system = f"{platform.system()} {platform.release()}, {platform.machine()}"
        click.echo(f"Dragoman {__version__} on {system}, at {sys.prefix}")
    for area in examine(order):
        areas.append(area)
        if not as_json:
            click.echo("\n".join(lines(area, width)))
    click.echo(_data(areas) if as_json else _summary(areas))
    return 1 if count(areas, "problem") else 0


def lines(area: Area, width: int) -> Iterator[str]:
    """The lines of an area, for people, of at most `width` columns."""
    yield f"\n{area.title}"
    names = max((len(each.check) for each in area.findings), default=0)
    for finding in area.findings:
        status = click.style(f"{finding.status:<{_STATUS}}", fg=COLOURS[finding.status])
        indent = 2 + _STATUS + 2 + max(names, _SHORTEST) + 2
        first, *rest = _wrapped(finding.text, width - indent) or [""]
        yield f"  {status}  {finding.check:<{max(names, _SHORTEST)}}  {first}"
        advice = _wrapped(finding.advice, width - indent - 2)
        marked = (f"{'  ' if number else '→ '}{line}" for number, line in enumerate(advice))
        yield from (f"{'':<{indent}}{line}" for line in (*rest, *marked))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, max(width, _NARROWEST), break_long_words=False, break_on_hyphens=False
    )


def _data(areas: list[Area]) -> str:
    findings = [each.as_json(area.title.lower()) for area in areas for each in area.findings]
    about = {
        "version": __version__,
        "system": f"{platform.system()} {platform.release()}",
        "problems": count(areas, "problem"),
        "warnings": count(areas, "warning"),
        "findings": findings,
    }
    return json.dumps(about, ensure_ascii=False)


def _summary(areas: list[Area]) -> str:
    problems, warnings = count(areas, "problem"), count(areas, "warning")
    if not problems and not warnings:
        return "\nAll is well."
    many = (_many(problems, "problem"), _many(warnings, "warning"))
    return f"\n{' and '.join(each for each in many if each)}: each line after → says what to do."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
