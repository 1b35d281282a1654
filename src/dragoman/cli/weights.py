"""The work of `dragoman models`; apart, because it loads what parsing does not need."""

import json
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dragoman.cli.models import Order
from dragoman.engines import fault, kinds_by_engine
from dragoman.models import files, progress
from dragoman.models.catalogue import load
from dragoman.models.entry import Model
from dragoman.models.errors import StoreError, UnknownModel
from dragoman.models.store import State, Store
from dragoman.serving.settings import SettingsWrong
from dragoman.serving.sources import settings_of

_FAILED = 1
_MISUSED = 2
_INTERRUPTED = 130


def work(order: Order) -> int:
    """Run a verb of `dragoman models` and return the exit status: 1 failed, 2 misused."""
    try:
        return _VERBS[order.verb](_Command(order))
    except UnknownModel as error:
        _complain(error.message)
        return _MISUSED
    except StoreError as error:
        _complain(error.message)
        return _FAILED
    except SettingsWrong as error:
        print(error, file=sys.stderr)
        return _MISUSED
    except KeyboardInterrupt:
        _complain("interrupted. The same command goes on from here.")
        return _INTERRUPTED


class _Command:
    """A command line with the settings, the store and the catalogue that it works on."""

    def __init__(self, order: Order) -> None:
        options: dict[str, Any] = {
            "models": order.models,
            "catalogue": order.catalogue,
            "offline": order.offline,
        }
        self.settings = settings_of({name: value for name, value in options.items() if value})
        self.order = order
        self.store = Store(self.settings.models)
        own = [self.settings.catalogue] if self.settings.catalogue else []
        self.catalogue = load(*own, engines=kinds_by_engine(), fault=fault)

    def models(self, default: Sequence[Model]) -> Sequence[Model]:
        return [self.catalogue.find(model_id) for model_id in self.order.ids] or default

    def here(self) -> Sequence[Model]:
        return [
            model
            for model in self.catalogue.model
            if model.files and self.store.state(model) is not State.ABSENT
        ]


def _complain(message: str) -> None:
    print(f"dragoman: {message}", file=sys.stderr)


def _list(command: _Command) -> int:
    rows = [
        (model, command.store.state(model), model.id in command.catalogue.starter)
        for model in command.catalogue.model
    ]
    if command.order.json:
        listed = [_row(model, state, starter=starter) for model, state, starter in rows]
        print(json.dumps({"root": str(command.store.root), "models": listed}))
        return 0
    print(f"Models are kept in {command.store.root}\n")
    for model, state, starter in sorted(rows, key=lambda row: row[1] is State.ABSENT):
        if model.files or not model.kind.endswith("-codec"):
            print(_line(model, state, starter=starter))
    print("\n* the starter set: `dragoman models pull`")
    return 0


def _row(model: Model, state: State, *, starter: bool) -> Mapping[str, Any]:
    return {
        "id": model.id,
        "kind": model.kind,
        "state": state.value,
        "starter": starter,
        "bytes": model.size,
        "memory_mb": model.memory_mb,
        "licence": model.licence,
        "languages": model.languages,
        "summary": model.summary,
    }


def _line(model: Model, state: State, *, starter: bool) -> str:
    star = "*" if starter else " "
    size = files.how_much(model.size) if model.files else "elsewhere"
    line = f"{star} {model.id:<28} {state.value:<8} {model.kind:<14} {size:>8}  {model.licence}"
    memory = f"about {files.how_much(model.memory_mb * 10**6)} of memory" if model.memory_mb else ""
    about = "; ".join(part for part in (model.summary, memory) if part)
    below = textwrap.wrap(about, 80, initial_indent="  ", subsequent_indent="  ")
    return "\n".join((line, *below))


def _pull(command: _Command) -> int:
    shown = progress.on()
    place = command.order.from_file
    models = command.models(command.catalogue.starters())
    if place and len(models) != 1:
        _complain("--from-file needs the one ID that the files belong to.")
        return _MISUSED
    if place:
        command.store.pull(models[0], shown, offline=command.settings.offline, from_path=place)
    else:
        command.store.pull_all(models, shown, offline=command.settings.offline)
    for model in models:
        if model.files:
            print(f"{model.id}: {command.store.directory(model)}")
    return 0


def _verify(command: _Command) -> int:
    shown = progress.on()
    status = 0
    for model in command.models(command.here()):
        try:
            command.store.verify(model, shown)
        except StoreError as error:
            _complain(error.message)
            status = _FAILED
        else:
            print(f"{model.id}: as it should be")
    return status


def _remove(command: _Command) -> int:
    for model in command.models(()):
        command.store.remove(model, progress.on())
        print(f"{model.id}: removed")
    return 0


_VERBS: Mapping[str, Callable[[_Command], int]] = {
    "list": _list,
    "pull": _pull,
    "verify": _verify,
    "remove": _remove,
}
