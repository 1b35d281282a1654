"""`dragoman`: the command line."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click
from typing_extensions import override

from dragoman import __version__
from dragoman.cli.advising import Advising

CUT_OFF = 141
"""The status that shells report of a program whose reader has left: 128 and the signal's number."""
INTERRUPTED = 130

COMMANDS: Mapping[str, str] = {
    "serve": "dragoman.cli.serve:serve",
    "chat": "dragoman.cli.chat:chat",
    "transcribe": "dragoman.cli.transcribe:transcribe",
    "translate": "dragoman.cli.transcribe:translate",
    "speak": "dragoman.cli.speak:speak",
    "voices": "dragoman.cli.voices:voices",
    "ps": "dragoman.cli.ps:ps",
    "models": "dragoman.cli.models:models",
    "doctor": "dragoman.cli.doctor.command:doctor",
    "compat": "dragoman.cli.compat:compat",
    "conformance": "dragoman.cli.conformance:conformance",
    "config": "dragoman.cli.config:config",
    "keys": "dragoman.cli.keys:keys",
    "record": "dragoman.cli.record:record",
    "replay": "dragoman.cli.replay:replay",
    "compare": "dragoman.cli.compare:compare",
    "completion": "dragoman.cli.completion:completion",
}
"""Commands in the order of the help → where each is; only the one that runs is imported."""

EXAMPLES = """\b
Examples:
  dragoman chat "Why is the sky blue?"
  dragoman transcribe talk.mp4 -o talk.srt
  dragoman speak "안녕하세요" -o hi.mp3
  dragoman serve

A running server is used where there is one; else the commands load the models
themselves, for as long as they run. `dragoman COMMAND --help` has more."""


class Commands(Advising):
    """The commands of `COMMANDS`, each imported when it is needed."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """See click."""
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See click."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        return getattr(import_module(module), name)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """See click; a reader that has read enough (`| head`) ends a command in silence."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is left goes nowhere, or Python would complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(CUT_OFF)
        return status


@click.group(
    cls=Commands,
    invoke_without_command=True,
    help="OpenAI's Audio and Chat endpoints on your own machine, with open models.",
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="dragoman %(version)s")
@click.pass_context
def root(context: click.Context) -> None:
    """Show the help where no command is given."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 2 misused."""
    words = None if arguments is None else list(arguments)
    try:
        status = root.main(args=words, prog_name="dragoman", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
