"""The settings, the catalogue and the keys: whether the server would take them."""

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.cli.doctor.finding import Finding, ok, problem, warning
from dragoman.cli.serve import is_loopback
from dragoman.cli.settings import remarks
from dragoman.models.errors import StoreError
from dragoman.serving.key_file import KeyFile, KeyFileWrong
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings, SettingsWrong
from dragoman.serving.settings_file import user_file
from dragoman.serving.sources import Sources
from dragoman.serving.traces import TracesWrong, check

FOR_OTHERS = stat.S_IRWXO
MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings as far as they can be understood, with what speaks against them."""

    machine: Machine
    findings: Sequence[Finding]

    @classmethod
    def read(cls, overrides: Mapping[str, Any], config: Path | None = None) -> "Configuration":
        """Read environment and file under `overrides`; what is wrong there is left out."""
        settings, first = _settings(overrides, config)
        machine, second = _machine(settings)
        others = (_reach(settings), key_finding(settings.key_file), *_traces(settings.traces))
        return cls(machine, (*first, second, *others))


def _settings(
    overrides: Mapping[str, Any], config: Path | None
) -> tuple[Settings, Sequence[Finding]]:
    try:
        sources = Sources.read(overrides, config)
    except SettingsWrong as error:
        advice = "Mend these: the server does not start. What follows is by the defaults."
        text = "; ".join(str(error).splitlines())
        return Settings.model_construct(**overrides), (problem("settings", text, advice),)
    origins = sources.origins
    shown = sorted(each.place for each in origins.values() if each.kind == "environment")
    names = sorted(name for name, each in origins.items() if each.kind == "file")
    text = f"set: {', '.join(shown)}" if shown else "no variable of the environment is one"
    return sources.settings, (ok("settings", text, set=shown), _file_finding(sources, names))


def _file_finding(sources: Sources, names: Sequence[str]) -> Finding:
    """The file of settings: which it is, what it sets, and who else may read or change it."""
    file = sources.file
    facts = {"path": None if file is None else str(file.path), "set": names}
    if file is None:
        text = f"none (the usual place is {user_file() or 'not known: there is no home'})"
    else:
        text = f"{file.path} sets {', '.join(names) or 'nothing that counts'}"
    if lines := remarks(sources):
        return warning("config file", text, "; ".join(lines), **facts)
    return ok("config file", text, **facts)


def _machine(settings: Settings) -> tuple[Machine, Finding]:
    try:
        machine = Machine.of(settings)
    except StoreError as error:
        plain = settings.model_copy(update={"catalogue": None})
        advice = "Mend the catalogue: the server does not start with it."
        return Machine.of(plain), problem("catalogue", error.message, advice)
    count = len(machine.catalogue.model)
    own = str(settings.catalogue) if settings.catalogue else None
    text = f"{count} models, {f'some of {own}' if own else 'ours'}"
    return machine, ok("catalogue", text, models=count, own=own)


def _reach(settings: Settings) -> Finding:
    """Who can reach the server, and whether a key is asked for."""
    facts = {"host": settings.host, "locked": settings.locked}
    if settings.uds is not None:
        return ok("reach", "programs of this machine, by the socket's file", **facts)
    if is_loopback(settings.host):
        locked = "with a key" if settings.locked else "without a key"
        return ok("reach", f"this machine alone, {locked}", **facts)
    if settings.locked:
        return ok("reach", f"whoever reaches {settings.host}, with a key", **facts)
    advice = (
        "The server does not start like this. Make a key (`dragoman keys create NAME`), set "
        "DRAGOMAN_API_KEYS, or listen on 127.0.0.1."
    )
    return problem("reach", f"whoever reaches {settings.host}, without a key", advice, **facts)


def _traces(address: str | None) -> Sequence[Finding]:
    """Whether traces can be sent, where they are wanted."""
    if address is None:
        return ()
    try:
        check(address)
    except TracesWrong as error:
        return (problem("traces", str(error), "The server does not start without it."),)
    return (ok("traces", f"are sent to {address}", address=address),)


def key_finding(path: Path | None) -> Finding:
    """Judge the file of keys: whether it can be read, and by whom."""
    if path is None or not path.exists():
        return ok("keys", "none with names (`dragoman keys create NAME` makes one)", keys=0)
    try:
        keys = KeyFile(path).read()
    except KeyFileWrong as error:
        return problem("keys", str(error), "The server does not start with it: mend it.")
    mode = stat.S_IMODE(path.stat().st_mode)
    facts = {"path": str(path), "keys": len(keys), "mode": f"{mode:04o}"}
    text = f"{len(keys)} with names in {path}, mode {mode:04o}"
    if mode & MAY_WRITE:
        advice = f"Whoever may write there lets himself in: chmod 600 {path}"
        return problem("keys", text, advice, **facts)
    if mode & FOR_OTHERS:
        advice = f"Everybody on this machine may read the names and hashes: chmod 600 {path}"
        return warning("keys", text, advice, **facts)
    return ok("keys", text, **facts)
