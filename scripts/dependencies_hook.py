"""Build hook: the package's dependencies are the lines of requirements.in, written once."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

TOOLS = ("editables", "hatchling")
"""In requirements.in for the sake of the lock alone. Not pip: it fetches weights, and `uv` makes
environments without it."""


class DependenciesHook(MetadataHookInterface):
    """Fills `project.dependencies`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """See hatchling."""
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        wanted = [line.partition("#")[0].strip() for line in lines]
        metadata["dependencies"] = [line for line in wanted if line and not line.startswith(TOOLS)]
