"""`dragoman voices`: which voices there are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from dragoman.cli.connection import Failed, Wish, connected, where

EXAMPLES = """\b
Examples:
  dragoman voices
  dragoman voices --json"""


@click.command(short_help="List the voices.", epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@where
def voices(*, as_json: bool, url: str | None, here: bool) -> int:
    """List the voices that `dragoman speak -v NAME` knows."""
    with connected(Wish(url, here), ["speech"]) as connection:
        answer = connection.client.get("audio/voices")
        if answer.status_code != 200:
            raise Failed(f"{connection.place} has no list of voices.")
        listed: Sequence[Mapping[str, Any]] = answer.json()["data"]
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False))
        return 0
    width = max((len(str(voice["id"])) for voice in listed), default=0)
    for voice in listed:
        click.echo(f"{voice['id']:<{width}}  {_about(voice)}".rstrip())
    return 0


def _about(voice: Mapping[str, Any]) -> str:
    """A voice's description in one line, without its id."""
    name = "" if voice.get("name") == voice["id"] else voice.get("name")
    same = f"the same as {voice['same_as']}" if voice.get("same_as") else ""
    return "; ".join(str(part) for part in (name, voice.get("description"), same) if part)
