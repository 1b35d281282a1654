"""`dragoman conformance`: what any server does of OpenAI's API, check by check."""

import shutil
import sys
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dragoman import __version__
from dragoman.cli.connection import Failed

if TYPE_CHECKING:
    from dragoman.conformance.check import Check
    from dragoman.conformance.report import Report, Result
    from dragoman.conformance.run import Plan

EXAMPLES = """\b
Examples:
  dragoman conformance --base-url http://localhost:8000/v1
  dragoman conformance --base-url http://localhost:8080/v1 --only 'stream.*'
  dragoman conformance --base-url … --format json --name "llama.cpp" > a.json
  dragoman conformance --join a.json b.json --format html > matrix.html"""

FORMATS = ("text", "json", "html", "markdown")
MOST_REPORTS = 12


@click.command(short_help="What any server does of OpenAI's API.", epilog=EXAMPLES)
@click.argument("reports", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--base-url", help="The server, http://HOST:PORT/v1.")
@click.option("--join", "joins", is_flag=True, help="Make one matrix of REPORTS in JSON.")
@click.option("--only", multiple=True, metavar="PATTERN", help="Checks by id: 'chat.*'.")
@click.option("--model", help="For chat (the first that the server lists).")
@click.option("--speech-model", help="For speech.")
@click.option("--transcription-model", help="For transcription and translation.")
@click.option("--voice", help="For speech (alloy).")
@click.option(
    "--recording",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A WAV with speech (the server's own speech, else a tone).",
)
@click.option("--name", help="What the server is called in the matrix.")
@click.option("--api-key", envvar="OPENAI_API_KEY", help="The key ($OPENAI_API_KEY).")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="What is printed (text)."
)
@click.option("--strict", is_flag=True, help="Exit with 1 where anything differs or is refused.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=120.0, show_default=True)
@click.option("--limit", type=click.FloatRange(0.1, 86400), default=3600.0, show_default=True)
def conformance(  # noqa: PLR0913 - one parameter an option
    *,
    reports: Sequence[Path],
    base_url: str | None,
    joins: bool,
    only: Sequence[str],
    model: str | None,
    speech_model: str | None,
    transcription_model: str | None,
    voice: str | None,
    recording: Path | None,
    name: str | None,
    api_key: str | None,
    form: str,
    strict: bool,
    timeout: float,
    limit: float,
) -> int:
    """Check by requests how far a server behaves as OpenAI's API does.

    Any server will do. Nothing but the base URL is called: no redirect is followed. --timeout is
    for each check, --limit for all of them, in seconds.
    """
    from dragoman.conformance.choice import Wishes
    from dragoman.conformance.run import Plan

    if joins == (base_url is not None) or joins != bool(reports):
        raise click.UsageError("Either --base-url URL, or --join and reports in JSON.")
    if joins:
        done = _read(reports)
        _print(done, form)
        return 1 if strict and not all(report.is_strict for report in done) else 0
    if api_key and not (api_key.isascii() and api_key.isprintable() and " " not in api_key):
        raise click.UsageError("A key is of printable ASCII, without spaces.")
    plan = Plan(
        _place(base_url or ""),
        _chosen(only),
        __version__,
        Wishes(model, speech_model, transcription_model, voice),
        api_key or None,
        name,
        _sound(recording) if recording else None,
        timeout,
        limit,
    )
    report = _made(plan, form)
    return 1 if strict and not report.is_strict else 0


def _place(base_url: str) -> str:
    """Return a base URL that is one.

    Raises:
        UsageError: it is none, or has a name, a password or a query in it.
    """
    import httpx2

    try:
        url = httpx2.URL(base_url if "://" in base_url else f"http://{base_url}")
        if url.path == "/":  # others may have their API elsewhere
            url = url.copy_with(path="/v1")
    except httpx2.InvalidURL as error:
        raise click.UsageError(f"--base-url: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise click.UsageError("--base-url begins with http:// or https://.")
    if url.port is not None and url.port > 65_535:
        raise click.UsageError("--base-url: a port is at most 65535.")
    if url.userinfo or url.query or url.fragment:
        raise click.UsageError("--base-url is a place alone; a key goes into OPENAI_API_KEY.")
    return str(url).rstrip("/")


def _chosen(only: Sequence[str]) -> "Sequence[Check]":
    """Return the checks that are meant.

    Raises:
        UsageError: none is.
    """
    from dragoman.conformance.checks import CHECKS

    patterns = only or ("*",)
    chosen = [each for each in CHECKS if any(fnmatchcase(each.id, one) for one in patterns)]
    if not chosen:
        parts = dict.fromkeys(f"'{each.id.partition('.')[0]}.*'" for each in CHECKS)
        raise click.UsageError(f"No check is meant by {', '.join(only)}: try {', '.join(parts)}.")
    return chosen


def _sound(path: Path) -> bytes:
    from dragoman.conformance.recording import LARGEST_RECORDING

    if path.stat().st_size > LARGEST_RECORDING:
        raise Failed(f"{path} has more than {LARGEST_RECORDING // 1024**2} MiB.")
    return path.read_bytes()


def _made(plan: "Plan", form: str) -> "Report":
    """Make the checks and print what they show.

    Raises:
        Failed: nothing can be learned of the server.
    """
    import anyio

    from dragoman.conformance.choice import Unusable
    from dragoman.conformance.run import run

    try:
        report = anyio.run(run, plan, _teller(form, len(plan.checks)))
    except Unusable as error:
        from dragoman.conformance.report import one_line

        raise Failed(one_line(f"{plan.base_url}: {error}")) from error
    if form == "text":
        click.echo("\n" + summary(report))
    else:
        _print([report], form)
    return report


def _teller(form: str, count: int) -> "Callable[[Result], None]":
    """Return what shows each result as it comes: text at once, else how far the run is."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    shown: list[str] = []

    def tell(result: "Result") -> None:
        shown.append(result.id)
        if form == "text":
            click.echo(line(result, width))
        elif sys.stderr.isatty():
            click.echo(f"\r{len(shown)} of {count} ", nl=False, err=True)

    return tell


def line(result: "Result", width: int) -> str:
    """Return a result as one line of text; `width` 0: as long as it is."""
    from dragoman.conformance.report import WORDS, one_line

    why = f"  {one_line(result.reason)}" if result.reason else ""
    whole = f"{WORDS[result.verdict]:9}  {one_line(result.id):28}{why}".rstrip()
    return whole[:width] if width else whole


def summary(report: "Report") -> str:
    """Return the counts of a report as one line of text."""
    from dragoman.conformance.report import VERDICTS, WORDS, one_line

    counts = ", ".join(
        f"{report.count(verdict)} {WORDS[verdict]}" for verdict in VERDICTS if report.count(verdict)
    )
    models = ", ".join(f"{kind} {name}" for kind, name in report.models.items())
    return one_line(
        f"{report.name}: {counts}; {report.requests} requests in {report.seconds:.0f} s"
        f"{f'; {models}' if models else ''}.",
        400,
    )


def _read(paths: Sequence[Path]) -> "Sequence[Report]":
    """Read reports.

    Raises:
        Failed: one of them is none.
    """
    from dragoman.conformance.report import LARGEST_REPORT, ReportWrong, parse

    if len(paths) > MOST_REPORTS:
        raise click.UsageError(f"At most {MOST_REPORTS} reports.")
    done: list[Report] = []
    for path in paths:
        try:
            with path.open("rb") as file:
                done.append(parse(file.read(LARGEST_REPORT + 1)))
        except (OSError, ReportWrong) as error:
            raise Failed(f"{path} is no report of conformance: {error}") from error
    return done


def _print(reports: "Sequence[Report]", form: str) -> None:
    from dragoman.conformance.matrix import join
    from dragoman.conformance.pages import markdown, page

    if form == "json":
        texts = [report.to_json() for report in reports]
        click.echo(texts[0] if len(texts) == 1 else f"[{','.join(texts)}]")
    elif form == "html":
        click.echo(page(join(reports)), nl=False)
    elif form == "markdown":
        click.echo(markdown(join(reports)), nl=False)
    else:
        for report in reports:
            for result in report.results:
                click.echo(line(result, 0))
            click.echo(f"\n{summary(report)}\n")
