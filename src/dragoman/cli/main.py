"""`dragoman`: the command line."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from dragoman import __version__
from dragoman.cli import models, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="dragoman",
        description="OpenAI's Audio and Chat endpoints on your own machine, with open models.",
    )
    parser.add_argument("--version", action="version", version=f"dragoman {__version__}")
    parser.set_defaults(run=partial(models.show_help, parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    serve.add_parser(commands)
    models.add_parser(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
