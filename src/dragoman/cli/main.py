"""`dragoman`: the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial

from dragoman import __version__
from dragoman.cli import models, serve

_CUT_OFF = 141
"""As shells report the end of a program whose reader has left: 128 and the signal's number."""


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
        status = options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `| head` has read enough. What is left goes nowhere, or Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CUT_OFF
    return status


if __name__ == "__main__":
    sys.exit(main())
