"""`dragoman keys`: keys with names, limits and an end."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dragoman.cli.advising import Advising

if TYPE_CHECKING:
    from dragoman.domain.keys import Allowance
    from dragoman.serving.key_file import KeyFile
    from dragoman.serving.storage.holdings import Holdings

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


@click.group(
    cls=Advising, invoke_without_command=True, short_help="Make, list, revoke keys; what they keep."
)
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


@keys.command(epilog="\b\nExample:\n  dragoman keys export alice > alice.jsonl")
@click.argument("name")
def export(*, name: str) -> int:
    """Print what a key keeps, a JSON object a line.

    Stored completions, responses, conversations, voices and consents, as the settings of the
    server have them.
    """
    return _with_holdings(lambda holdings: _export(holdings, name))


@keys.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(*, name: str, yes: bool) -> int:
    """Delete what a key keeps, for good.

    The key goes on to be valid: `dragoman keys revoke` ends it.
    """
    return _with_holdings(lambda holdings: _forget(holdings, name, sure=yes))


def _with_holdings(verb: Callable[["Holdings"], int]) -> int:
    """Do it with what is kept where the server would keep it."""
    from dragoman.domain.errors import StorageFailed
    from dragoman.serving.machine import holdings
    from dragoman.serving.settings import SettingsWrong
    from dragoman.serving.sources import settings_of

    try:
        return verb(holdings(settings_of({})))
    except StorageFailed as error:
        click.echo(f"{error} {error.__cause__ or ''}".rstrip(), err=True)
        return 1
    except SettingsWrong as error:
        click.echo(error, err=True)
        return 1


def _export(holdings: "Holdings", name: str) -> int:
    import anyio

    written = anyio.run(holdings.export, name, sys.stdout)
    click.echo(f"{written} of {name}", err=True)
    return 0


def _forget(holdings: "Holdings", name: str, *, sure: bool) -> int:
    import anyio

    counts = anyio.run(holdings.count, name)
    kept = ", ".join(f"{number} {kind}s" for kind, number in counts.items() if number)
    if not kept:
        click.echo(f"{name} keeps nothing.", err=True)
        return 0
    if not sure:
        click.confirm(f"Delete {kept} of {name}?", abort=True, err=True)
    anyio.run(holdings.forget, name)
    click.echo(f"Deleted: {kept}.", err=True)
    return 0


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
