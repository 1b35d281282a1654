"""`dragoman ps`: what a running server has loaded and is doing."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import click

from dragoman.cli.connection import Connection, Failed, Wish, running

SERIES: Mapping[str, str] = {
    "engine_up": "loaded",
    "num_requests_running": "running",
    "num_requests_waiting": "waiting",
    "requests_total": "requests",
    "generation_tokens_total": "tokens",
    "audio_seconds_total": "audio_seconds",
}
"""Series of `/metrics` → columns; those of one model are added up."""
LINE = re.compile(r"dragoman:(?P<series>\w+)\{(?P<labels>[^}]*)\} (?P<value>\S+)")
MODEL = re.compile(r'model_name="((?:[^"\\]|\\.)*)"')

EXAMPLES = """\b
Examples:
  dragoman ps
  watch dragoman ps
  dragoman ps --json | jq '.[] | select(.waiting > 0)'"""


@click.command(short_help="What a running server is doing.", epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--all", "everything", is_flag=True, help="Models that are not loaded, too.")
@click.option("--url", help="The server to look at, http://HOST:PORT/v1.")
def ps(*, as_json: bool, everything: bool, url: str | None) -> int:
    """Show the models that a running server has loaded, and the requests at work with each."""
    with running(Wish(url)) as connection:
        rows = [row for row in _rows(_metrics(connection)) if everything or row["loaded"]]
        if as_json:
            click.echo(json.dumps(rows, ensure_ascii=False))
            return 0
        click.echo(connection.place)
    width = max((len(row["model"]) for row in rows), default=5)
    click.echo(f"{'MODEL':<{width}}  RUNNING  WAITING  REQUESTS    TOKENS   AUDIO")
    for row in rows:
        figures = f"{row['running']:>7}  {row['waiting']:>7}  {row['requests']:>8}"
        click.echo(
            f"{row['model']:<{width}}  {figures}  {row['tokens']:>8}  {row['audio_seconds']:>5} s"
        )
    return 0


def _metrics(connection: Connection) -> Iterable[str]:
    """The lines of `/metrics`.

    Raises:
        Failed: they are switched off, or are for operators.
    """
    answer = connection.client.get("../metrics")
    if answer.status_code == 404:
        raise Failed(f"{connection.place} tells no metrics (DRAGOMAN_METRICS).")
    if answer.status_code in {401, 403}:
        raise Failed(f"{connection.place} tells metrics to operators: OPENAI_API_KEY.")
    if answer.status_code != 200:
        raise Failed(f"{connection.place} answers {answer.status_code} for its metrics.")
    return answer.text.splitlines()


def _rows(lines: Iterable[str]) -> list[dict[str, Any]]:
    """A row a model, by name; whole numbers."""
    sums: defaultdict[str, dict[str, float]] = defaultdict(
        lambda: dict.fromkeys(SERIES.values(), 0)
    )
    for line in lines:
        found = LINE.match(line)
        model = MODEL.search(found["labels"]) if found else None
        # Requests for no model of ours have an empty name.
        if found and model and model[1] and found["series"] in SERIES:
            sums[model[1]][SERIES[found["series"]]] += float(found["value"])
    return [
        {"model": model, **{name: round(value) for name, value in columns.items()}}
        | {"loaded": columns["loaded"] > 0}
        for model, columns in sorted(sums.items())
    ]
