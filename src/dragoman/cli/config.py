"""`dragoman config`: the settings that hold here, and where each comes from."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from dragoman.cli.connection import Failed

EXAMPLES = """\b
Examples:
  dragoman config
  dragoman config --set                     those that somebody set
  dragoman config --json | jq -r '.[] | select(.name == "models").value'

Options of `dragoman serve` come before the environment: --port 9000. What is
secret is never shown."""

DEFAULT, ENVIRONMENT = "default", "environment"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    name: str
    value: Any
    """None where it is secret, or where there is none."""
    origin: str
    """`default` or `environment`."""
    variable: str
    """The variable that sets it."""
    secret: bool

    @property
    def shown(self) -> str:
        """The value, as people read it."""
        if self.secret:
            return "(not shown)" if self.origin == ENVIRONMENT else "-"
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
def config(*, as_json: bool, only_set: bool) -> int:
    """Show every setting with its value, and whether the environment says so or nobody does."""
    kept = [row for row in rows(os.environ) if not only_set or row.origin != DEFAULT]
    if as_json:
        click.echo(json.dumps([asdict(row) for row in kept], ensure_ascii=False))
        return 0
    names = max((len(row.name) for row in kept), default=0)
    values = max((len(row.shown) for row in kept), default=0)
    for row in kept:
        origin = row.variable if row.origin == ENVIRONMENT else DEFAULT
        click.echo(f"{row.name:<{names}}  {row.shown:<{values}}  {origin}")
    return 0


def rows(environment: Mapping[str, str]) -> Sequence[Row]:
    """Build a row for each setting, in the order of the page.

    Raises:
        Failed: a setting is wrong, or is none.
    """
    from dragoman.cli.settings import SECRET, SettingsWrong, settings_of

    try:
        settings = settings_of({})
    except SettingsWrong as error:
        raise Failed(str(error)) from error
    values = settings.model_dump(mode="json")
    names = {name.upper(): name for name in environment}  # they are read in any case
    built: list[Row] = []
    for name in type(settings).model_fields:
        usual = f"DRAGOMAN_{name.upper()}"
        variable = names.get(usual)
        secret = name in SECRET
        built.append(
            Row(
                name,
                None if secret else values[name],
                DEFAULT if variable is None else ENVIRONMENT,
                variable or usual,
                secret,
            )
        )
    return built
