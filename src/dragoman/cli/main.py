"""`dragoman`: the command line."""

import argparse
import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NoReturn

from typing_extensions import override

from dragoman import __version__
from dragoman.cli import keys, models, serve

_CUT_OFF = 141
"""As shells report the end of a program whose reader has left: 128 and the signal's number."""

_ASK = "start `dragoman serve`, which prints a request to begin with when it is ready"
_MEANT: Mapping[str, str] = {
    "list": "type `dragoman models list`",
    "ls": "type `dragoman models list`",
    "search": "type `dragoman models list`",
    "show": "type `dragoman models list`",
    "pull": "type `dragoman models pull`",
    "rm": "type `dragoman models remove`",
    "remove": "type `dragoman models remove`",
    "verify": "type `dragoman models verify`",
    "run": "type `dragoman serve`",
    "start": "type `dragoman serve`",
    "chat": _ASK,
    "speak": _ASK,
    "transcribe": _ASK,
    "ps": "ask the server: GET /readyz",
    "doctor": "ask the server: GET /readyz",
}
"""Commands that people bring from elsewhere → what to do here."""


class Parser(argparse.ArgumentParser):
    """argparse's, which says what to type instead of a command that is not here."""

    @override
    def error(self, message: str) -> NoReturn:
        word = re.search(r"invalid choice: '([^']*)'", message)
        advice = _MEANT.get(word[1]) if word else None
        if word and advice:
            message = f"there is no command {word[1]!r} here: {advice}"
        super().error(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = Parser(
        prog="dragoman",
        description="OpenAI's Audio and Chat endpoints on your own machine, with open models.",
    )
    parser.add_argument("--version", action="version", version=f"dragoman {__version__}")
    parser.set_defaults(run=partial(models.show_help, parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    serve.add_parser(commands)
    models.add_parser(commands)
    keys.add_parser(commands)
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
