"""Regular expressions kept in TOML files, built of named parts."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any


def read_tables(name: str) -> Mapping[str, Any]:
    """Read a file of this directory."""
    text = (files("dragoman.skills.pictures") / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def filled_parts(table: Mapping[str, str]) -> dict[str, str]:
    """The named patterns, each with those above it filled in."""
    parts: dict[str, str] = {}
    for name, pattern in table.items():
        parts[name] = filled([pattern], parts)[0]
    return parts


def filled(patterns: Sequence[str], parts: Mapping[str, str]) -> list[str]:
    """`patterns` with the parts in the places of their names."""
    done = list(patterns)
    for name, part in parts.items():
        done = [pattern.replace(f"{{{name}}}", f"(?:{part})") for pattern in done]
    return done
