"""`dragoman serve`: have the models, start the server, say how to reach it."""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dragoman.cli.settings import CONFIG, remarks

if TYPE_CHECKING:
    import socket

    from dragoman.serving.settings import Settings

_PATH = click.Path(path_type=Path, resolve_path=True)

BEYOND_LOOPBACK = (
    "Refused: {host} can be reached from other machines, and no API key is set. Set "
    "DRAGOMAN_API_KEYS=a-secret, make one with `dragoman keys create NAME`, or listen on 127.0.0.1."
)


@click.command(
    short_help="Run the server.",
    epilog="\b\nExamples:\n  dragoman serve\n  dragoman serve --port 8001\n"
    "  dragoman serve --config dragoman.toml\n  dragoman serve --demo",
)
@CONFIG
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (8000); 0: any free one.")
@click.option("--uds", type=_PATH, help="A socket's file to listen on in place of a port.")
@click.option("--ssl-certfile", type=_PATH, help="A certificate: speak TLS.")
@click.option("--ssl-keyfile", type=_PATH, help="Its private key, if it is in another file.")
@click.option("--root-path", help="The path under which a proxy has the server: /dragoman.")
@click.option(
    "--context",
    type=int,
    help="Tokens that a prompt and its answer may have together (as many as the model knows).",
)
@click.option("--offline", is_flag=True, default=None, help="Never fetch anything.")
@click.option("--console/--no-console", default=None, help="The console for a browser at / (on).")
@click.option("--traces", help="A collector to send traces to: http://127.0.0.1:4318.")
@click.option("--demo", is_flag=True, help="Start at once with fake models that know nothing.")
def serve(*, demo: bool, config: Path | None, **options: str | int | Path | None) -> int:
    """Run the server.

    On the first start the starter models are fetched (about 1.4 GB); after that no network is
    needed. Options are settings, which may also stand in the environment (DRAGOMAN_PORT=9000) and
    in a dragoman.toml (port = 9000): `dragoman config --toml` prints one of all.
    """
    from dragoman.models.errors import StoreError
    from dragoman.serving.certificate import Certificate, CertificateWrong
    from dragoman.serving.key_file import KeyFileWrong
    from dragoman.serving.listener import PortTaken
    from dragoman.serving.run import end_in_order, start_log
    from dragoman.serving.scratch import scratch
    from dragoman.serving.settings import SettingsWrong
    from dragoman.serving.sources import Sources
    from dragoman.serving.traces import TracesWrong, check

    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # an engine that ends is our news, not gRPC's
    try:
        overrides = {name: value for name, value in options.items() if value is not None}
        sources = Sources.read(overrides, config)
        settings = sources.settings
        start_log(settings)
        for remark in remarks(sources):
            logging.getLogger("dragoman.settings").warning(remark)
        end_in_order()
        _check_reach(settings)
        if certificate := Certificate.of(settings):
            certificate.check()
        check(settings.traces)
        with scratch():
            return _serve_demo(settings) if demo else _serve(settings)
    except (
        SettingsWrong,
        StoreError,
        PortTaken,
        KeyFileWrong,
        CertificateWrong,
        TracesWrong,
    ) as error:
        print(error, file=sys.stderr)
    return 1


def _check_reach(settings: "Settings") -> None:
    if settings.uds is None and not is_loopback(settings.host) and not settings.locked:
        sys.exit(BEYOND_LOOPBACK.format(host=settings.host))


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches `host`; a name like 127.example is not such a host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _port(listener: "socket.socket") -> int:
    """The port that was chosen, where the settings leave it open; 0: it is a file."""
    place = listener.getsockname()
    return 0 if isinstance(place, str) else place[1]


def _serve(settings: "Settings") -> int:
    from dragoman.api.draining import Draining
    from dragoman.models import progress
    from dragoman.serving.listener import listen
    from dragoman.serving.machine import Machine
    from dragoman.serving.ready import ready_lines
    from dragoman.serving.run import run_server

    machine = Machine.of(settings)
    # First: who has to choose another port should not learn it after the models have come.
    listener = listen(settings)
    machine.pull_starter(progress.on())
    port = _port(listener)

    def announce(engines: Mapping[str, str | None]) -> None:
        with suppress(BrokenPipeError):  # nobody reads along any more; requests may come still
            print(ready_lines(settings, port, machine.answering(engines), engines), flush=True)

    draining = Draining()
    app = machine.app(announce, draining)
    return run_server(app, listener, draining, settings)


def _serve_demo(settings: "Settings") -> int:
    from dragoman.api.draining import Draining
    from dragoman.serving.demo import demo_app
    from dragoman.serving.listener import listen
    from dragoman.serving.ready import ready_lines
    from dragoman.serving.run import run_server

    listener = listen(settings)
    print("Demo: fake models answer; every answer says so in its x-dragoman-demo header.")
    print(ready_lines(settings, _port(listener)), flush=True)
    draining = Draining()
    app = demo_app(settings, draining)
    return run_server(app, listener, draining, settings)
