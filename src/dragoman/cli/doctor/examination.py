"""All checks, put together; apart from the command: they load what parsing does not need."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from dragoman.cli.doctor import (
    configuration,
    libraries,
    memory,
    places,
    port,
    processor,
    speed,
    weights,
)
from dragoman.cli.doctor.finding import Area, Finding
from dragoman.domain.kinds import SERVED_KINDS
from dragoman.models import progress
from dragoman.models.entry import Model
from dragoman.models.store import State
from dragoman.serving import control_groups
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be looked at."""

    port: int | None = None
    """The port to look at; None: that of the settings."""
    config: Path | None = None
    """The file of settings; None: that which a server would read."""
    sums: bool = True
    """Whether the models' files are read."""
    measure: bool = False
    """Whether models are loaded and measured."""
    shown: bool = False
    """Whether bars show how far the files are read."""


def examine(order: Order) -> Iterator[Area]:
    """Look at everything, one part after the other; only `measure` loads a model."""
    overrides: Mapping[str, Any] = {} if order.port is None else {"port": order.port}
    read = configuration.Configuration.read(overrides, order.config)
    machine, settings = read.machine, read.machine.settings
    listening, running = _listening(settings)
    yield Area("Machine", _hardware(machine, running=running))
    loaded = libraries.load_all()
    yield Area("Programs", libraries.findings(loaded, libraries.graphics(loaded)))
    yield Area("Server", (*read.findings, listening))
    yield Area("Places", _places(machine))
    shown = progress.on() if order.shown else progress.Silent()
    deadline = weights.Deadline(shown, weights.SUMS_S) if order.sums else None
    starters = machine.catalogue.starters()
    models = weights.findings(machine.store, starters, deadline, offline=settings.offline)
    yield Area("Models", models)
    if order.measure:
        yield Area("Speed", speed.findings([*_kinds(machine)]))


def _hardware(machine: Machine, *, running: bool) -> list[Finding]:
    limits = control_groups.limits()
    judged = processor.findings(processor.Processor.read(limits), machine.settings.threads)
    room = memory.Memory.read(limits)
    models = machine.catalogue.model
    return [*judged, *memory.findings(room, models, _expected(machine), running=running)]


def _expected(machine: Machine) -> list[Model]:
    """The models that are here, or will be after the first start, the preferred ones first."""
    starter = set(machine.catalogue.starter)
    return [
        model
        for model in machine.catalogue.model
        if model.id in starter or machine.store.state(model) is State.PRESENT
    ]


def _kinds(machine: Machine) -> Iterator[str]:
    """The kinds of which a model is here."""
    here = (m for m in machine.catalogue.model if machine.store.state(m) is State.PRESENT)
    present = {model.kind for model in here}
    return (kind for kind in SERVED_KINDS if kind in present)


def _listening(settings: Settings) -> tuple[Finding, bool]:
    """Where the server would listen, and whether one runs there."""
    if settings.uds is not None:
        return port.file_finding(settings.uds), settings.uds.is_socket()
    tls = settings.ssl_certfile is not None
    looked = port.Port.look(settings.host, settings.port, tls=tls)
    return port.finding(looked), looked.holder == "dragoman"


def _places(machine: Machine) -> list[Finding]:
    settings = machine.settings
    others = {
        "Temporary files": Path(tempfile.gettempdir()),
        "Stored answers": settings.completions.parent,
        "Voices": settings.voices,
        **({"Keys": settings.key_file.parent} if settings.key_file else {}),
    }
    looked = {what: places.Place.of(path) for what, path in others.items()}
    missing = weights.missing(machine.store, machine.catalogue.starters())
    store = places.Place.of(settings.models)
    cache = places.Place.of(user_cache_path("dragoman"))
    return [*places.findings(store, cache, looked, missing)]
