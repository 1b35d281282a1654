"""`dragoman models`: list, pull, verify and remove weights."""

import argparse
from functools import partial
from pathlib import Path
from typing import Protocol


class Subparsers(Protocol):
    """What `ArgumentParser.add_subparsers` returns; argparse has no public name for it."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002 - argparse's own word
        description: str,
    ) -> argparse.ArgumentParser:
        """See argparse."""
        ...


def add_parser(subparsers: Subparsers) -> None:
    """Add `models` and its verbs; each sets `run`: namespace → exit status."""
    about = "list, pull, verify and remove weights"
    parser = subparsers.add_parser("models", help=about, description="The model store.")
    parser.set_defaults(run=partial(show_help, parser))
    verbs = parser.add_subparsers(title="what to do", metavar="VERB")

    shown = _verb(verbs, "list", "show what there is, and what is here")
    shown.add_argument("--json", action="store_true", help="for programs")

    pull = _verb(verbs, "pull", "fetch weights, or whatever is missing of them")
    pull.add_argument("ids", nargs="*", metavar="ID", help="default: the starter set")
    pull.add_argument(
        "--offline", action="store_true", default=None, help="use what is on this machine only"
    )
    pull.add_argument(
        "--from-file",
        type=Path,
        metavar="PATH",
        help="a directory that holds the model's files, or the file where there is only one",
    )

    verify = _verb(verbs, "verify", "read all files again and compare their sums")
    verify.add_argument("ids", nargs="*", metavar="ID", help="default: all that is here")

    remove = _verb(verbs, "remove", "delete weights")
    remove.add_argument("ids", nargs="+", metavar="ID")


def show_help(parser: argparse.ArgumentParser, _: argparse.Namespace) -> int:
    """Print the help and return the exit status of a command without a verb."""
    parser.print_help()
    return 0


def _verb(verbs: Subparsers, name: str, about: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=about, description=about.capitalize() + ".")
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="where models are kept (default: $DRAGOMAN_MODELS, or the user's data directory)",
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        metavar="FILE",
        help="a catalogue of your own, over ours (default: $DRAGOMAN_CATALOGUE)",
    )
    parser.set_defaults(run=_run, verb=name)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from dragoman.cli.weights import work

    return work(arguments)
