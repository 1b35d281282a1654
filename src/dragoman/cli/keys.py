"""`dragoman keys`: keys with names, limits and an end."""

import argparse
import sys
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.cli.models import Subparsers, show_help

if TYPE_CHECKING:
    from dragoman.serving.key_file import KeyFile

LIMITS = (
    "requests_per_minute",
    "tokens_per_minute",
    "audio_seconds_per_minute",
    "requests_per_day",
    "tokens_per_day",
    "audio_seconds_per_day",
)
"""See `domain.keys.Allowance`, which is not imported before it is needed."""


def add_parser(commands: Subparsers) -> None:
    """Add the command `keys` to `dragoman`."""
    parser = commands.add_parser(
        "keys",
        help="make, list and revoke keys",
        description="Keys with names. What is kept of them is their hash. A running server knows "
        "of a change within a second.",
    )
    parser.set_defaults(run=partial(show_help, parser))
    actions = parser.add_subparsers(title="commands", metavar="COMMAND")
    create = actions.add_parser("create", help="make a key and print it, once")
    create.add_argument("name", help="small letters, digits, '.', '_' and '-'")
    for limit in LIMITS:
        create.add_argument(
            f"--{limit.replace('_', '-')}", type=_count, metavar="N", help=argparse.SUPPRESS
        )
    create.epilog = "Limits, none unless given: " + ", ".join(
        f"--{limit.replace('_', '-')} N" for limit in LIMITS
    )
    create.add_argument(
        "--operator", action="store_true", help="may read /metrics, load and unload models"
    )
    create.add_argument(
        "--replace", action="store_true", help="give the holder of the name another key"
    )
    create.set_defaults(run=_create)
    shown = actions.add_parser("list", help="names, limits and dates")
    shown.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="let nobody in with a key any more")
    revoke.add_argument("name")
    revoke.set_defaults(run=_revoke)
    for each in (create, shown, revoke):
        each.add_argument(
            "--file", type=Path, help="where keys are kept (DRAGOMAN_KEY_FILE, or the user's data)"
        )


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _create(options: argparse.Namespace) -> int:
    from dragoman.domain.keys import Allowance
    from dragoman.serving.key_file import KeyFileWrong

    limits = {field.name: getattr(options, field.name) for field in fields(Allowance)}
    try:
        file = _file(options)
        first = not file.path.exists()
        secret = file.create(
            options.name, Allowance(**limits), operates=options.operator, again=options.replace
        )
    except KeyFileWrong as error:
        print(error, file=sys.stderr)
        return 1
    print(secret)
    print("It is shown this once. Whoever has it is let in.", file=sys.stderr)
    if first:
        print(f"From now on the server needs a key: {file.path} is there.", file=sys.stderr)
    return 0


def _list(options: argparse.Namespace) -> int:
    from dragoman.serving.key_file import KeyFileWrong

    try:
        keys = _file(options).read()
    except KeyFileWrong as error:
        print(error, file=sys.stderr)
        return 1
    for key in keys:
        limits = " ".join(
            f"{name.replace('_', '-')}={most}" for name, most in key.allowance.limits().items()
        )
        state = "operator" if key.operates else "key"
        print(f"{key.name}\t{state if key.digest else 'revoked'}\t{key.created}\t{limits or '-'}")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    from dragoman.serving.key_file import KeyFileWrong

    try:
        _file(options).revoke(options.name)
    except KeyFileWrong as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _file(options: argparse.Namespace) -> "KeyFile":
    """Where keys are kept, as the server would look for them.

    Raises:
        KeyFileWrong: a setting is wrong.
    """
    from dragoman.cli.settings import SettingsWrong, settings_of
    from dragoman.serving.key_file import KeyFile, KeyFileWrong

    if options.file is not None:
        return KeyFile(options.file.absolute())
    try:
        return KeyFile(settings_of({}).key_file)
    except SettingsWrong as error:
        raise KeyFileWrong(str(error)) from error
