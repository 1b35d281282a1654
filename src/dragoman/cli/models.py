"""`dragoman models`: list, pull, verify and remove weights."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from dragoman.cli.advising import Advising

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Order:
    """A verb with what was typed after it."""

    verb: str
    models: Path | None
    """Where models are kept."""
    catalogue: Path | None
    ids: tuple[str, ...] = ()
    json: bool = False
    offline: bool | None = None
    from_file: Path | None = None


def _places(command: Decorated) -> Decorated:
    """The options that every verb has."""
    for option in (
        click.option(
            "--catalogue",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A catalogue of your own, over ours (else $DRAGOMAN_CATALOGUE).",
        ),
        click.option(
            "--models",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Where models are kept (else $DRAGOMAN_MODELS, or the user's data directory).",
        ),
    ):
        command = option(command)
    return command


@click.group(
    cls=Advising, invoke_without_command=True, short_help="List, pull, verify and remove weights."
)
@click.pass_context
def models(context: click.Context) -> None:
    """The model store: which weights there are, and which are here."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@models.command("list")
@click.option("--json", is_flag=True, help="For programs.")
@_places
def list_(*, json: bool, models: Path | None, catalogue: Path | None) -> int:
    """Show what there is, and what is here."""
    return _work(Order("list", models, catalogue, json=json))


@models.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--offline", is_flag=True, default=None, help="Use what is on this machine only.")
@click.option(
    "--from-file",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A directory that holds the model's files, or the file where there is only one.",
)
@_places
def pull(
    ids: tuple[str, ...],
    *,
    offline: bool | None,
    from_file: Path | None,
    models: Path | None,
    catalogue: Path | None,
) -> int:
    """Fetch weights, or whatever is missing of them; without an ID the starter set."""
    order = Order("pull", models, catalogue, ids, offline=offline, from_file=from_file)
    return _work(order)


@models.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_places
def verify(ids: tuple[str, ...], *, models: Path | None, catalogue: Path | None) -> int:
    """Read all files again and compare their sums; without an ID those of all that is here."""
    return _work(Order("verify", models, catalogue, ids))


@models.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_places
def remove(ids: tuple[str, ...], *, models: Path | None, catalogue: Path | None) -> int:
    """Delete weights."""
    return _work(Order("remove", models, catalogue, ids))


def _work(order: Order) -> int:
    from dragoman.cli.weights import work

    return work(order)
