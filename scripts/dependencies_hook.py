"""Build hook: the package's dependencies are the lines of requirements.in, written once."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

TOOLS = ("editables", "hatchling", "pip")
"""In requirements.in for the lock's sake; pip is also what fetches wheels, and is always there."""


class DependenciesHook(MetadataHookInterface):
    """Fills `project.dependencies`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """See hatchling."""
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        wanted = [line.partition("#")[0].strip() for line in lines]
        metadata["dependencies"] = [line for line in wanted if line and not line.startswith(TOOLS)]
