"""`dragoman compare`: recorded requests sent to a server, and how its answers differ."""

import json
import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dragoman.cli.connection import Failed, whole_url

if TYPE_CHECKING:
    import httpx2

    from dragoman.migration.comparison import Comparison
    from dragoman.migration.folder import Folder

EXAMPLES = """\b
Examples:
  dragoman compare recordings/
  dragoman compare recordings/ --max-word-error-rate 0.15 --max-latency-ratio 3
  dragoman compare recordings/ --json > differences.jsonl"""

CONNECT_S = 30.0
ASPECTS = ("status", "shape", "fields", "finish", "schema", "tools", "arguments", "format")
GRAVE = "status,shape,schema,tools,format"


def _aspects(_: click.Context, __: click.Parameter, value: str) -> Sequence[str]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in ASPECTS:
            raise click.BadParameter(f"{name!r} is none of {', '.join(ASPECTS)}")
    return names


@click.command(short_help="Compare a server with recordings.", epilog=EXAMPLES)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--base-url", help="The server to compare (the Dragoman on this machine).")
@click.option("--json", "as_json", is_flag=True, help="For programs: a line a recording.")
@click.option(
    "--fail-on",
    "grave",
    default=GRAVE,
    show_default=True,
    callback=_aspects,
    metavar="ASPECTS",
    help="Differences that fail; also: fields, finish, arguments.",
)
@click.option("--max-word-error-rate", type=float, help="Of transcripts: 0.1 is one word in ten.")
@click.option("--max-latency-ratio", type=float, help="Of the whole answer's time to the recorded.")
@click.option("--max-first-ratio", type=float, help="Of the time to the first piece.")
@click.option("--max-length-deviation", type=float, help="Of sound: 0.2 is a fifth.")
@click.option("--max-failures", type=click.IntRange(0), default=0, show_default=True)
@click.option("--timeout", type=click.FloatRange(min=0.1), default=600.0, show_default=True)
def compare(  # noqa: PLR0913 - one parameter an option
    *,
    folder: Path,
    base_url: str | None,
    as_json: bool,
    grave: Sequence[Any],
    max_word_error_rate: float | None,
    max_latency_ratio: float | None,
    max_first_ratio: float | None,
    max_length_deviation: float | None,
    max_failures: int,
    timeout: float,
) -> int:
    """Send every recorded request to a server, and say how its answers differ.

    Exits with 1 where more answers than --max-failures are beyond the limits. The server of
    --base-url gets the key of OPENAI_API_KEY, a Dragoman here the first of DRAGOMAN_API_KEYS.
    """
    import httpx2

    from dragoman.migration.comparison import Limits
    from dragoman.migration.exchange import RecordingWrong
    from dragoman.migration.folder import Folder

    limits = Limits(
        grave, max_word_error_rate, max_latency_ratio, max_first_ratio, max_length_deviation
    )
    url, key = _place(base_url)
    client = httpx2.Client(
        base_url=f"{url}/",
        headers={"authorization": f"Bearer {key}"} if key else {},
        timeout=httpx2.Timeout(timeout, connect=CONNECT_S),
        trust_env=False,
    )
    done: list[Comparison] = []
    failed = 0
    try:
        with client:
            for comparison in _compared(Folder(folder), client):
                done.append(comparison)
                faults = limits.faults(comparison)
                failed += bool(faults)
                _show(comparison, faults, as_json=as_json)
    except RecordingWrong as error:
        raise Failed(str(error)) from error
    if not as_json:
        _sum_up(done, failed)
    return 1 if failed > max_failures else 0


def _place(base_url: str | None) -> tuple[str, str | None]:
    """The server and the key for it: no key of the environment goes to whatever listens here."""
    import httpx2

    from dragoman.serving.settings import SettingsWrong
    from dragoman.serving.sources import settings_of

    try:
        if base_url is not None:
            return str(httpx2.URL(whole_url(base_url))), os.environ.get("OPENAI_API_KEY")
        settings = settings_of({})
    except (SettingsWrong, httpx2.InvalidURL) as error:
        raise click.UsageError(str(error)) from error
    key = settings.api_keys[0] if settings.api_keys else None
    return f"http://127.0.0.1:{settings.port or 8000}/v1", key


def _compared(folder: "Folder", client: "httpx2.Client") -> "Iterator[Comparison]":
    """Compare all recordings, in the order in which they were made."""
    from dragoman.migration import comparison, sending, shape

    with_types = shape.client_is_here()
    if not with_types:
        click.echo("Without `pip install openai` shapes are not read with its types.", err=True)
    recordings = sorted(folder.recordings(), key=lambda each: each.exchange.recorded_at)
    for recording in recordings:
        request, answer = recording.exchange.request, recording.exchange.answer
        if request.method not in ("GET", "POST") or answer.end != "whole":
            click.echo(f"{recording.name}: not sent ({request.method}, {answer.end})", err=True)
            continue
        yield comparison.compare(
            recording.name,
            request,
            sending.recorded(answer, folder.fetch),
            sending.send(client, request, folder.fetch),
            with_types=with_types,
        )


def _show(comparison: "Comparison", faults: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        line = {**asdict(comparison), "faults": faults}
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    measures = ", ".join(f"{name} {value:g}" for name, value in comparison.measures.items())
    verdict = "FAILS" if faults else "differs" if comparison.differences else "same"
    click.echo(f"{verdict:7} {comparison.name}  {measures}")
    for difference in comparison.differences:
        click.echo(f"        {difference.aspect}: {difference.message}")
    for fault in faults:
        if " " in fault:  # a measure; aspects stand there already
            click.echo(f"        beyond the limit: {fault}")


def _sum_up(done: "Sequence[Comparison]", failed: int) -> None:
    """Print the counts, and the median of each measure."""
    differing = sum(bool(each.differences) for each in done)
    click.echo(f"{len(done)} compared, {differing} differ, {failed} beyond the limits.")
    names = list(dict.fromkeys(name for each in done for name in each.measures))
    for name in names:
        values = [each.measures[name] for each in done if name in each.measures]
        middle = statistics.median(values)
        click.echo(f"  {name}: median {middle:.3g}, worst {max(values):.3g}, of {len(values)}")
