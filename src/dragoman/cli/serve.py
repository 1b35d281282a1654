"""`dragoman serve`: have the models, start the server, say how to reach it."""

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from dragoman.cli.models import Subparsers

if TYPE_CHECKING:
    from dragoman.serving.settings import Settings

BEYOND_LOOPBACK = (
    "Refused: {host} can be reached from other machines, and no API key is set. Set "
    "DRAGOMAN_API_KEYS=a-secret, make one with `dragoman keys create NAME`, or listen on 127.0.0.1."
)


def add_parser(commands: Subparsers) -> None:
    """Add the command `serve` to `dragoman`."""
    parser = commands.add_parser(
        "serve",
        help="run the server",
        description="Run the server. On the first start the starter models are fetched (about "
        "1.4 GB); after that no network is needed. All but --demo are also settings of the "
        "environment: DRAGOMAN_PORT=9000.",
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8000)")
    parser.add_argument(
        "--context",
        type=int,
        help="tokens that a prompt and its answer may have together (as many as the model knows)",
    )
    parser.add_argument("--offline", action="store_true", default=None, help="never fetch anything")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="start at once with fake models that know nothing, to try a client",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """See `add_parser`."""
    from dragoman.cli.settings import SettingsWrong
    from dragoman.models.errors import StoreError
    from dragoman.serving.key_file import KeyFileWrong
    from dragoman.serving.run import PortTaken, end_in_order, start_log

    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # an engine that ends is our news, not gRPC's
    try:
        settings = _settings(options)
        start_log(settings)
        end_in_order()
        _check_reach(settings)
        if options.demo:
            return _serve_demo(settings)
        return _serve(settings)
    except (SettingsWrong, StoreError, PortTaken, KeyFileWrong) as error:
        print(error, file=sys.stderr)
    return 1


def _settings(options: argparse.Namespace) -> "Settings":
    from dragoman.cli.settings import settings_of

    overrides: dict[str, Any] = {
        name: getattr(options, name)
        for name in ("host", "port", "context", "offline")
        if getattr(options, name) is not None
    }
    return settings_of(overrides)


def _check_reach(settings: "Settings") -> None:
    if not _is_loopback(settings.host) and not settings.locked:
        sys.exit(BEYOND_LOOPBACK.format(host=settings.host))


def _is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches `host`; a name like 127.example is not such a host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _serve(settings: "Settings") -> int:
    from dragoman.api.draining import Draining
    from dragoman.models import progress
    from dragoman.serving.machine import Machine
    from dragoman.serving.ready import ready_lines
    from dragoman.serving.run import listen, run_server

    machine = Machine.of(settings)
    # First: who has to choose another port should not learn it after the models have come.
    listener = listen(settings)
    machine.pull_starter(progress.on())
    port = listener.getsockname()[1]

    def announce(engines: Mapping[str, str | None]) -> None:
        with suppress(BrokenPipeError):  # nobody reads along any more; requests may come still
            print(ready_lines(settings, port, machine.answering(engines), engines), flush=True)

    draining = Draining()
    app = machine.app(announce, draining)
    return run_server(app, listener, draining, settings)


def _serve_demo(settings: "Settings") -> int:
    from dragoman.api.draining import Draining
    from dragoman.serving.demo import demo_app
    from dragoman.serving.ready import ready_lines
    from dragoman.serving.run import listen, run_server

    listener = listen(settings)
    print("Demo: fake models answer; every answer says so in its x-dragoman-demo header.")
    print(ready_lines(settings, listener.getsockname()[1]), flush=True)
    draining = Draining()
    app = demo_app(settings, draining)
    return run_server(app, listener, draining, settings)
