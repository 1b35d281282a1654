"""The settings of a program, and who set each: an option, the environment, a file, or nobody."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias, cast

from pydantic import ValidationError

from dragoman.serving.settings import SECRET, Settings, SettingsWrong, unknown_settings
from dragoman.serving.settings_file import SettingsFile, shown, shown_key

Kind: TypeAlias = Literal["option", "environment", "file"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who set a setting."""

    kind: Kind
    place: str
    """The option, the variable, or the file with the line, as a message names it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The settings, and where each comes from."""

    settings: Settings
    origins: Mapping[str, Origin]
    """The settings that somebody set → who did."""
    file: SettingsFile | None
    """The file that was read."""

    @classmethod
    def read(cls, overrides: Mapping[str, Any], config: Path | None = None) -> Self:
        """Read the options of a command (`overrides`), then the environment, then a file.

        `config` names the file; else it is looked for, as `SettingsFile.find` says. What is wrong
        in the file is wrong too where an option or a variable comes before it.

        Raises:
            SettingsWrong: one of them is not right, or is no setting at all.
        """
        if lines := unknown_settings():
            raise SettingsWrong("\n".join(lines))
        file = SettingsFile.find(config)
        values: Mapping[str, Any] = {} if file is None else file.values
        if file is not None:
            file.check()
        first = {name: Origin("file", file.place(name)) for name in values} if file else {}
        later = _variables() | {name: Origin("option", _option(name)) for name in overrides}
        origins = first | later
        lines = list[str]()
        if hidden := first.keys() & later.keys():
            _, problems = _validated({**overrides, **values})
            counted = (each for each in problems if each["loc"][0] in hidden)
            lines += (_line(each, first, file) for each in counted)
        free = {name: value for name, value in values.items() if name not in later}
        settings, problems = _validated({**free, **overrides})
        lines += (_line(each, origins, file) for each in problems)
        if settings is None or lines:
            raise SettingsWrong("\n".join(lines))
        return cls(settings, origins, file)


def settings_of(overrides: Mapping[str, Any], config: Path | None = None) -> Settings:
    """The settings alone, as `Sources.read` has them.

    Raises:
        SettingsWrong: one of them is not right, or is no setting at all.
    """
    return Sources.read(overrides, config).settings


def _variables() -> dict[str, Origin]:
    """The settings that the environment has, in whatever case."""
    names = {name.upper(): name for name in os.environ}
    usual = {name: f"DRAGOMAN_{name.upper()}" for name in Settings.model_fields}
    return {
        name: Origin("environment", names[variable])
        for name, variable in usual.items()
        if variable in names
    }


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _validated(values: Mapping[str, Any]) -> tuple[Settings | None, Sequence[Mapping[str, Any]]]:
    """Settings of `values` over the environment, or what is wrong with them."""
    try:
        return Settings(**values), ()
    except ValidationError as error:  # is not raised on: a traceback would print the keys
        return None, cast("Sequence[Mapping[str, Any]]", error.errors(include_url=False))


def _line(
    problem: Mapping[str, Any], origins: Mapping[str, Origin], file: SettingsFile | None
) -> str:
    keys = [part for part in problem["loc"] if isinstance(part, str)]  # the others are of a list
    origin = origins.get(keys[0], Origin("environment", f"DRAGOMAN_{keys[0].upper()}"))
    where = origin.place
    if origin.kind == "file" and file is not None:
        where = f"{file.place(*keys)}: {'.'.join(shown_key(key) for key in keys)}"
    why = str(problem["msg"]).removeprefix("Value error, ").replace("Input should", "should")
    value = "" if keys[0] in SECRET else f"; it is {shown(problem['input'])}"
    return f"{where}: {why}{value}"
