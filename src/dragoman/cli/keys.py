"""`dragoman keys`: keys with names, limits and an end."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dragoman.cli.advising import Advising

if TYPE_CHECKING:
    from dragoman.domain.keys import Allowance
    from dragoman.serving.key_file import KeyFile

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

FIRST = """From now on the server needs a key: {path} is there.
Your own programs need one, too (`dragoman keys create me --operator`). What was kept without a
key is seen by the keys of DRAGOMAN_API_KEYS, and not by named ones."""
"""What the first named key changes for everybody else."""

_KEPT = click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="Where keys are kept (else $DRAGOMAN_KEY_FILE, or the user's data directory).",
)


def _limits(command: Decorated) -> Decorated:
    """The limits of `domain.keys.Allowance`, kept in the command's context by their names there."""
    for span in ("day", "minute"):
        for counted in ("audio-seconds", "tokens", "requests"):
            command = click.option(
                f"--{counted}-per-{span}",
                type=click.IntRange(min=0),
                metavar="N",
                expose_value=False,
                callback=_keep,
            )(command)
    return command


def _keep(context: click.Context, limit: click.Parameter, value: int | None) -> None:
    context.ensure_object(dict)[limit.name] = value


@click.group(cls=Advising, invoke_without_command=True, short_help="Make, list and revoke keys.")
@click.pass_context
def keys(context: click.Context) -> None:
    """Keys with names. What is kept of them is their hash.

    A running server knows of a change within a second.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@keys.command(
    epilog="\b\nExamples:\n  dragoman keys create alice\n"
    "  dragoman keys create ci --requests-per-minute 60 --tokens-per-day 100000"
)
@click.argument("name")
@_limits
@click.option("--operator", is_flag=True, help="May read /metrics, load and unload models.")
@click.option("--replace", is_flag=True, help="Give the holder of the name another key.")
@_KEPT
@click.pass_context
def create(
    context: click.Context, *, name: str, operator: bool, replace: bool, file: Path | None
) -> int:
    """Make a key and print it, once.

    A NAME is of small letters, digits, '.', '_' and '-'. There are no limits but those given.
    """
    from dragoman.domain.keys import Allowance

    allowance = Allowance(**context.obj)
    return _work(
        file, lambda kept: _create(kept, name, allowance, operator=operator, replace=replace)
    )


@keys.command("list")
@_KEPT
def list_(*, file: Path | None) -> int:
    """Show names, limits and dates."""
    return _work(file, _list)


@keys.command()
@click.argument("name")
@_KEPT
def revoke(*, name: str, file: Path | None) -> int:
    """Let nobody in with a key any more."""
    return _work(file, lambda kept: kept.revoke(name))


def _work(file: Path | None, verb: Callable[["KeyFile"], None]) -> int:
    """Do it with the keys of `file`, or of the file that the server would look at."""
    from dragoman.serving.key_file import KeyFileWrong
    from dragoman.serving.settings import SettingsWrong

    try:
        verb(_kept(file))
    except (KeyFileWrong, SettingsWrong) as error:
        click.echo(error, err=True)
        return 1
    return 0


def _kept(file: Path | None) -> "KeyFile":
    from dragoman.serving.key_file import KeyFile, KeyFileWrong
    from dragoman.serving.sources import settings_of

    place = file.absolute() if file else settings_of({}).key_file
    if place is None:
        raise KeyFileWrong("DRAGOMAN_KEY_FILE names no file")
    return KeyFile(place)


def _create(
    file: "KeyFile", name: str, allowance: "Allowance", *, operator: bool, replace: bool
) -> None:
    first = not file.path.exists()
    click.echo(file.create(name, allowance, operates=operator, again=replace))
    click.echo("It is shown this once. Whoever has it is let in.", err=True)
    if first:
        click.echo(FIRST.format(path=file.path), err=True)


def _list(file: "KeyFile") -> None:
    for key in file.read():
        limits = " ".join(
            f"{name.replace('_', '-')}={most}" for name, most in key.allowance.limits().items()
        )
        state = "operator" if key.operates else "key"
        standing = state if key.digest else "revoked"
        click.echo(f"{key.name}\t{standing}\t{key.created}\t{limits or '-'}")
