"""`dragoman record`: a proxy that keeps what another server answers."""

import os
import sys
from pathlib import Path

import click

from dragoman.cli.connection import Failed

EXAMPLES = """\b
Examples:
  dragoman record --to recordings/
  dragoman record --upstream http://127.0.0.1:11434/v1 --to recordings/
then, for the program whose answers are to be kept:
  export OPENAI_BASE_URL=http://127.0.0.1:8001/v1"""

OPENAI = "https://api.openai.com/v1"


@click.command(short_help="Keep what another server answers.", epilog=EXAMPLES)
@click.option("--upstream", default=OPENAI, show_default=True, help="The server to pass on to.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder of the recordings.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option(
    "--largest",
    type=click.IntRange(1, 256),
    default=32,
    show_default=True,
    help="MiB of a request or an answer that are recorded; all are passed on.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=600.0,
    show_default=True,
    help="Seconds of silence after which the upstream is given up.",
)
def record(*, upstream: str, folder: Path, port: int, largest: int, timeout: float) -> int:
    """Pass requests on to another server, and keep them with their answers.

    The key is that of OPENAI_API_KEY, else what each program sends. Keys, organisations and
    cookies are written nowhere; prompts and answers are, as they are.
    """
    import httpx2

    from dragoman.migration.folder import Folder
    from dragoman.migration.keeping import MIB, Keeper
    from dragoman.migration.listening import PortTaken, base_url, listen, serve
    from dragoman.migration.proxy import Proxy, Upstream

    key = os.environ.get("OPENAI_API_KEY") or None
    try:
        url = httpx2.URL(upstream)
    except httpx2.InvalidURL as error:
        raise click.BadParameter(str(error), param_hint="--upstream") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise click.BadParameter("it begins with http:// or https://", param_hint="--upstream")
    keeper = Keeper(Folder(folder), largest * MIB, lambda line: print(line, file=sys.stderr))
    app = Proxy(Upstream(url, key, timeout), keeper)

    try:
        listener = listen(port)
    except PortTaken as error:
        raise Failed(str(error)) from error
    whose = "of OPENAI_API_KEY here" if key else "that each program sends"
    print(f"Passing on to {url.scheme}://{url.host}, with the key {whose}; into {folder}/.")
    print(f"Point programs here: export OPENAI_BASE_URL={base_url(listener)}", flush=True)
    serve(app, listener)
    return 0
