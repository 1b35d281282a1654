"""List, pull, verify and remove weights: `dragoman models`."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from dragoman.models import files, progress
from dragoman.models.catalogue import Catalogue, load
from dragoman.models.entry import Model
from dragoman.models.errors import StoreError, UnknownModel
from dragoman.models.store import State, Store, default_root

_FAILED = 1
_MISUSED = 2


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
    parser = subparsers.add_parser(
        "models", help="list, pull, verify and remove weights", description="The model store."
    )
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)

    shown = _verb(verbs, "list", _list, "show what there is, and what is here")
    shown.add_argument("--json", action="store_true", help="for programs")

    pull = _verb(verbs, "pull", _pull, "fetch weights, or whatever is missing of them")
    pull.add_argument("ids", nargs="*", metavar="ID", help="default: the starter set")
    pull.add_argument("--offline", action="store_true", help="use what is on this machine only")
    pull.add_argument(
        "--from-file",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="a file of the model, or a directory of its files; may be repeated",
    )

    verify = _verb(verbs, "verify", _verify, "read all files again and compare their sums")
    verify.add_argument("ids", nargs="*", metavar="ID", help="default: all that is here")

    remove = _verb(verbs, "remove", _remove, "delete weights")
    remove.add_argument("ids", nargs="+", metavar="ID")


def _verb(
    verbs: Subparsers,
    name: str,
    work: "Callable[[_Asked], int]",
    about: str,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=about, description=about.capitalize() + ".")
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="where models are kept (default: $DRAGOMAN_MODELS, or the user's data directory)",
    )
    parser.add_argument(
        "--catalogue",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a catalogue of your own, over ours; may be repeated",
    )

    def run(arguments: argparse.Namespace) -> int:
        try:
            return work(_Asked(arguments))
        except UnknownModel as error:
            _complain(error)
            return _MISUSED
        except StoreError as error:
            _complain(error)
            return _FAILED
        except KeyboardInterrupt:
            sys.stderr.write("\nInterrupted. The same command goes on from here.\n")
            return 130

    parser.set_defaults(run=run)
    return parser


class _Asked:
    """What a command line asks for."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.store = Store(arguments.models or default_root(os.environ))
        self.catalogue: Catalogue = load(*arguments.catalogue)

    def models(self, default: Sequence[Model]) -> Sequence[Model]:
        ids: Sequence[str] = self.arguments.ids
        return [self.catalogue.find(model_id) for model_id in ids] or default

    def here(self) -> Sequence[Model]:
        return [
            model
            for model in self.catalogue.model
            if model.files and self.store.state(model) is not State.ABSENT
        ]


def _complain(error: StoreError) -> None:
    sys.stderr.write(f"dragoman: {error.message}\n")


def _list(asked: _Asked) -> int:
    rows = [(model, asked.store.state(model)) for model in asked.catalogue.model]
    if asked.arguments.json:
        listed = [
            {
                "id": model.id,
                "kind": model.kind,
                "state": state.value,
                "starter": model.id in asked.catalogue.starter,
                "bytes": model.size,
                "memory_mb": model.memory_mb,
                "licence": model.licence,
                "languages": model.languages,
                "summary": model.summary,
            }
            for model, state in rows
        ]
        sys.stdout.write(json.dumps({"root": str(asked.store.root), "models": listed}) + "\n")
        return 0
    sys.stdout.write(f"Models are kept in {asked.store.root}\n\n")
    for model, state in rows:
        if not model.files:
            continue
        star = "*" if model.id in asked.catalogue.starter else " "
        size, memory = files.how_much(model.size), files.how_much(model.memory_mb * 10**6)
        sys.stdout.write(
            f"{star} {model.id:<28} {state.value:<8} {model.kind:<14} {size:>8}  {model.licence}\n"
            f"  {'':<28} {model.summary}; takes about {memory} of memory\n"
        )
    sys.stdout.write("\n* the starter set: `dragoman models pull`\n")
    return 0


def _pull(asked: _Asked) -> int:
    shown = progress.on()
    given: Sequence[Path] = asked.arguments.from_file
    models = asked.models(asked.catalogue.starters())
    if given and len(models) != 1:
        sys.stderr.write("dragoman: --from-file needs the one ID that the file belongs to.\n")
        return _MISUSED
    for model in models:
        asked.store.pull(model, shown, offline=asked.arguments.offline, given=given)
        if model.files:
            sys.stdout.write(f"{model.id}: {asked.store.directory(model)}\n")
    return 0


def _verify(asked: _Asked) -> int:
    shown = progress.on()
    status = 0
    for model in asked.models(asked.here()):
        try:
            asked.store.verify(model, shown)
        except StoreError as error:
            _complain(error)
            status = _FAILED
        else:
            sys.stdout.write(f"{model.id}: as it should be\n")
    return status


def _remove(asked: _Asked) -> int:
    for model in asked.models(()):
        asked.store.remove(model, progress.on())
        sys.stdout.write(f"{model.id}: removed\n")
    return 0
