"""`dragoman config`: the settings that hold here, and where each comes from."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dragoman.cli.connection import Failed
from dragoman.cli.settings import CONFIG, remarks

if TYPE_CHECKING:
    from dragoman.serving.sources import Sources

EXAMPLES = """\b
Examples:
  dragoman config
  dragoman config --set                     those that somebody set
  dragoman config --json | jq -r '.[] | select(.name == "models").value'
  dragoman config --toml > dragoman.toml    a file of all, to be edited

Options of `dragoman serve` (--port 9000) come before the environment, and that
before a file. What is secret is never shown."""

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    name: str
    value: Any
    """None where it is secret, or where there is none."""
    origin: str
    """`default`, `environment` or `file`."""
    variable: str
    """The variable that sets it."""
    file: str | None
    """The file that sets it, with the line."""
    secret: bool

    @property
    def shown(self) -> str:
        """The value, as people read it."""
        if self.secret:
            return "-" if self.origin == DEFAULT else "(not shown)"
        match self.value:
            case None | "" | [] | {}:
                return "-"
            case bool(value):
                return "on" if value else "off"
            case str(value):
                return value
            case value:
                return json.dumps(value, ensure_ascii=False)


@click.command(short_help="Show the settings, and where each comes from.", epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--set", "only_set", is_flag=True, help="Leave out what is as it comes.")
@click.option("--toml", is_flag=True, help="Print a dragoman.toml of all, with their defaults.")
@CONFIG
def config(*, as_json: bool, only_set: bool, toml: bool, config: Path | None) -> int:
    """Show every setting with its value, and which variable or file says so, if any does."""
    if toml and (as_json or only_set or config):
        raise click.UsageError("--toml prints the defaults, and takes no other option.")
    if toml:
        from dragoman.cli.settings_template import template

        click.echo(template(), nl=False)
        return 0
    kept = [row for row in rows(_sources(config)) if not only_set or row.origin != DEFAULT]
    if as_json:
        click.echo(json.dumps([asdict(row) for row in kept], ensure_ascii=False))
        return 0
    names = max((len(row.name) for row in kept), default=0)
    values = max((len(row.shown) for row in kept), default=0)
    for row in kept:
        origin = row.file or (DEFAULT if row.origin == DEFAULT else row.variable)
        click.echo(f"{row.name:<{names}}  {row.shown:<{values}}  {origin}")
    return 0


def _sources(config: Path | None) -> "Sources":
    """The settings, with what is to be said of their file on standard error.

    Raises:
        Failed: a setting is wrong, or is none.
    """
    from dragoman.serving.settings import SettingsWrong
    from dragoman.serving.sources import Sources

    try:
        sources = Sources.read({}, config)
    except SettingsWrong as error:
        raise Failed(str(error)) from error
    for remark in remarks(sources):
        click.echo(remark, err=True)
    return sources


def rows(sources: "Sources") -> Sequence[Row]:
    """Build a row for each setting, in the order of the page."""
    from dragoman.serving.settings import SECRET

    values = sources.settings.model_dump(mode="json")
    built: list[Row] = []
    for name in type(sources.settings).model_fields:
        origin = sources.origins.get(name)
        kind = DEFAULT if origin is None else origin.kind
        place = None if origin is None else origin.place
        usual = f"DRAGOMAN_{name.upper()}"
        built.append(
            Row(
                name,
                None if name in SECRET else values[name],
                kind,
                place if place and kind == "environment" else usual,
                place if kind == "file" else None,
                name in SECRET,
            )
        )
    return built
