"""The settings of a command, or one line for each thing that is wrong with them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from dragoman.serving.settings import Settings, unknown_settings

SECRET = ("api_keys",)
"""Settings whose values no message may show."""


class SettingsWrong(Exception):
    """The message has a line for each setting that is wrong."""


def settings_of(overrides: Mapping[str, Any]) -> Settings:
    """The settings, from the command line (`overrides`), then from the environment.

    Raises:
        SettingsWrong: one of them is not right, or is no setting at all.
    """
    if lines := unknown_settings():
        raise SettingsWrong("\n".join(lines))
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    except SettingsError as error:
        raise SettingsWrong(str(error)) from error
    # Outside the handler: the cause would print the keys.
    raise SettingsWrong("\n".join(_line(problem) for problem in problems))


def _line(problem: Mapping[str, Any]) -> str:
    place = [str(part) for part in problem["loc"]]
    name = f"DRAGOMAN_{place[0].upper()}"
    why = str(problem["msg"]).removeprefix("Value error, ").replace("Input should", "should")
    value = "" if place[0] in SECRET else f"; it is {problem['input']!r}"
    return f"{name}: {why}{value}"
