"""`dragoman replay`: recorded answers, without the server that gave them."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dragoman.cli.connection import Failed

EXAMPLES = """\b
Examples:
  dragoman replay recordings/
  dragoman replay recordings/ --strict --port 0
  dragoman replay recordings/ --ignore user --ignore metadata"""


@click.command(short_help="Give recorded answers.", epilog=EXAMPLES)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option(
    "--strict",
    is_flag=True,
    help="Give each recording once; exit with 1 if a request had none.",
)
@click.option("--pace", is_flag=True, help="As slowly as the answers came.")
@click.option(
    "--ignore", "ignored", multiple=True, metavar="FIELD", help="A field that may differ."
)
def replay(*, folder: Path, port: int, strict: bool, pace: bool, ignored: Sequence[str]) -> int:
    """Answer requests that were recorded with `dragoman record`, and no others.

    Several recordings of one request are given in turn.
    """
    from dragoman.migration.exchange import RecordingWrong
    from dragoman.migration.folder import Folder
    from dragoman.migration.listening import PortTaken, base_url, listen, serve
    from dragoman.migration.replay import Manner, Replay

    try:
        app = Replay(
            Folder(folder),
            Manner(strict, pace, frozenset(ignored)),
            lambda line: print(line, file=sys.stderr),
        )
        listener = listen(port)
    except (RecordingWrong, PortTaken) as error:
        raise Failed(str(error)) from error
    print(f"{app.size} recordings of {folder}/.")
    print(f"Point programs here: export OPENAI_BASE_URL={base_url(listener)}", flush=True)
    serve(app, listener)
    if strict and app.unused:
        print(f"Never requested: {', '.join(app.unused)}", file=sys.stderr)
    return 1 if strict and app.unknown else 0
