"""`dragoman.toml`: which file is read, what is in it, and what of that is wrong."""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from reprlib import Repr
from typing import Any, Self, cast

from platformdirs import user_config_path

from dragoman.serving.settings import CONFIG, SECRET, Settings, SettingsWrong, nearest

NAME = "dragoman.toml"
MOST_BYTES = 256 * 1024
LONGEST_LINE = 8 * 1024
"""The most characters of a line: tomllib takes minutes for one name of a hundred thousand parts."""
MOST_FAULTS = 20
"""The most lines of a message; a file that is no settings at all would have as many as it has."""
_SHOWN = 100
_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "text in quotes"),
    "integer": ((int,), "a whole number without quotes"),
    "number": ((int, float), "a number without quotes"),
    "boolean": ((bool,), "true or false without quotes"),
    "array": ((list,), 'a list of texts: ["…", "…"]'),
    "object": ((dict,), 'a table of texts: {"…" = "…"}'),
}
"""Types of the schema → those of TOML, and their names for people."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings; its values may be secret."""

    path: Path
    text: str = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    mode: int
    """Its permissions."""

    @classmethod
    def find(cls, option: Path | None = None) -> Self | None:
        """Read the file of `--config`, else of $DRAGOMAN_CONFIG, else the user's own.

        None: there is none, or /dev/null is named. A file in the current directory is not looked
        for: whoever wrote it would decide about the server of whoever happens to be there.

        Raises:
            SettingsWrong: a file that is named is not there, or one cannot be read.
        """
        if option is not None:
            return cls._named(_expanded(option, "--config"), "--config")
        named = next((value for name, value in os.environ.items() if name.upper() == CONFIG), None)
        if named is None:
            path = user_file()
            return cls.read(path) if path is not None and _is_there(path) else None
        path = _expanded(Path(named), CONFIG)
        if not path.is_absolute():
            reason = f"{named[:_SHOWN]!r} is not an absolute path" if named.strip() else "is empty"
            raise SettingsWrong(f"{CONFIG}: {reason}; unset it, or name a file: /etc/{NAME}")
        return cls._named(path, CONFIG)

    @classmethod
    def _named(cls, path: Path, by: str) -> Self | None:
        """Read the file that somebody named; /dev/null: none."""
        if path == Path(os.devnull):
            return None
        try:
            whole = path.absolute()  # fails where the current directory is gone
            whole.stat()
        except OSError as error:
            raise SettingsWrong(f"{by}: {path}: {error.strerror}") from error
        return cls.read(whole)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            SettingsWrong: it is no file of TOML that this process may read.
        """
        content, mode = _content(path)
        try:
            text = content.decode("utf-8-sig")  # editors of Windows put a mark before it
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise SettingsWrong(f"{path}:{line}: is not UTF-8; save it as UTF-8") from None
        if max(map(len, text.split("\n"))) > LONGEST_LINE:
            raise SettingsWrong(f"{path}: has a line of more than {LONGEST_LINE} characters")
        try:
            return cls(path, text, tomllib.loads(text), mode)
        except RecursionError:
            raise SettingsWrong(f"{path}: is nested too deep") from None
        except ValueError as error:  # of TOML, or of a number with thousands of digits
            raise SettingsWrong(f"{path}{_fault_of_form(str(error))}") from None

    def place(self, *keys: str) -> str:
        """The path, with the line of the last of `keys` where just one line begins with it."""
        key = re.escape(keys[-1])
        table = rf"""(?:["']?{re.escape(keys[0])}["']?[ \t]*\.[ \t]*)?"""
        pattern = rf"""^[ \t]*\[*[ \t]*{table}["']?{key}["']?[ \t]*[=.\]]"""
        starts = [match.start() for match in re.finditer(pattern, self.text, re.MULTILINE)]
        if len(starts) != 1:
            return str(self.path)
        return f"{self.path}:{self.text.count(chr(10), 0, starts[0]) + 1}"

    def check(self) -> None:
        """See that every key is a setting, and has a value of its type.

        Raises:
            SettingsWrong: with a line for each that is not right.
        """
        lines = [*islice(self._faults(), MOST_FAULTS + 1)]
        if len(lines) > MOST_FAULTS:
            lines[MOST_FAULTS] = f"{self.path}: and more"
        if lines:
            raise SettingsWrong("\n".join(lines))

    def _faults(self) -> Iterator[str]:
        schema: Mapping[str, Mapping[str, Any]] = Settings.model_json_schema()["properties"]
        for name, value in self.values.items():
            if name not in schema:
                yield f"{self.place(name)}: {shown_key(name)}: {_advice(name, value)}"
                continue
            types, words = _TYPES[kind_of(schema[name])]
            if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
                it = "" if name in SECRET else f"; it is {shown(value)}"
                yield f"{self.place(name)}: {name}: should be {words}{it}"
            elif isinstance(value, dict):
                yield from self._faults_of_table(name, cast("Mapping[str, Any]", value))

    def _faults_of_table(self, table: str, values: Mapping[str, Any]) -> Iterator[str]:
        for key, value in values.items():
            where = f"{self.place(table, key)}: {table}.{shown_key(key)}"
            if key in Settings.model_fields:
                yield f"{where}: is a setting, and has to stand before [{table}]"
            elif isinstance(value, dict):
                yield f'{where}: a name with a dot stands in quotes: "gpt-4.1"'

    def warnings(self) -> Sequence[str]:
        """What of its permissions lets others read keys, or change settings."""
        lines: list[str] = []
        if self.mode & stat.S_IWOTH:
            lines.append(
                f"{self.path}: everybody on this machine may change it: chmod o-w {self.path}"
            )
        if self.mode & stat.S_IROTH and any(self.values.get(name) for name in SECRET):
            lines.append(
                f"{self.path}: everybody on this machine may read its keys: chmod 600 {self.path}"
            )
        return lines


def user_file() -> Path | None:
    """The file in the user's own directory of configuration; None: nobody knows where that is.

    Where there is no home, the path is relative, and would lead into the current directory.
    """
    path = user_config_path("dragoman") / NAME
    return path if path.is_absolute() else None


def unread(used: SettingsFile | None) -> Sequence[str]:
    """A line for each file that looks as if it were read, and is not."""
    lines: list[str] = []
    here = Path(NAME)
    if _is_there(here) and (used is None or not _is_same(here, used.path)):
        lines.append(
            f"{NAME} in this directory is not read: name it, with --config {NAME} or {CONFIG}"
        )
    own = user_file()
    if own is not None and used is None and _is_out_of_reach(own):
        lines.append(f"{own} cannot be looked at, and is not read")
    return lines


def kind_of(schema: Mapping[str, Any]) -> str:
    """The type of a setting that is not None, in words of JSON Schema."""
    return value_of(schema)["type"]


def value_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the schema says of a value that is not None."""
    parts: Sequence[Mapping[str, Any]] = schema.get("anyOf", (schema,))
    return next(part for part in parts if part["type"] != "null")


def shown(value: object) -> str:
    """A value as far as a message has room."""
    plain = str(value) if isinstance(value, Path) else value
    brief = Repr()
    brief.maxlevel, brief.maxstring, brief.maxother = 3, _SHOWN, _SHOWN
    text = str(value).lower() if isinstance(value, bool) else brief.repr(plain)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def shown_key(name: str) -> str:
    """A key as it stands in the file, or quoted where a terminal might obey it."""
    if name.lower().startswith("sk-"):
        return "a key in the place of a name"
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,100}", name) else shown(name)


def _advice(name: str, value: object) -> str:
    near = nearest(name, Settings.model_fields)
    if near is not None:
        return f"there is no such setting; did you mean {near}?"
    if isinstance(value, dict):
        return "there is no such table; settings stand at the top of the file, in none"
    return "there is no such setting; `dragoman config` lists all"


def _fault_of_form(message: str) -> str:
    """What tomllib says, with its line and column in front, and what is most often meant."""
    place = re.search(r" \(at line (\d+), column (\d+)\)", message)
    what = message.replace(place[0], "") if place else message
    where = f":{place[1]}:{place[2]}" if place else ""
    advice = "" if what.startswith("Cannot") else '; text stands in quotes: host = "127.0.0.1"'
    return f"{where}: is not TOML: {what}{advice}"


def _expanded(path: Path, by: str) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise SettingsWrong(f"{by}: {path}: {error}") from error


def _is_there(path: Path) -> bool:
    """Whether there is something of that name, a link that leads nowhere included."""
    try:
        path.lstat()
    except OSError:
        return False
    return True


def _is_out_of_reach(path: Path) -> bool:
    """Whether a directory above it is closed to this process."""
    try:
        path.lstat()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _content(path: Path) -> tuple[bytes, int]:
    """The bytes of a regular file that is not too large, and its permissions."""
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            raise SettingsWrong(f"{path}: is {_name_of(kind)}, and no file that can be read again")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SettingsWrong(f"{path}: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise SettingsWrong(f"{path}: is larger than {MOST_BYTES // 1024} KiB")
    return content, stat.S_IMODE(kind)


def _name_of(kind: int) -> str:
    if stat.S_ISDIR(kind):
        return "a directory"
    return "a pipe" if stat.S_ISFIFO(kind) else "a device or a socket"
