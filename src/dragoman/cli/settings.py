"""`--config`, and what is said of files of settings: for the commands that know the option."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dragoman.serving.sources import Sources

CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A dragoman.toml (else $DRAGOMAN_CONFIG, or that in your own directory).",
)
"""Names a file of settings; a name that is wrong is told by whoever reads it."""


def remarks(sources: "Sources") -> list[str]:
    """A line for each file that others may read or change, or that is not read at all."""
    from dragoman.serving.settings_file import unread

    warnings = sources.file.warnings() if sources.file is not None else ()
    return [*warnings, *unread(sources.file)]
