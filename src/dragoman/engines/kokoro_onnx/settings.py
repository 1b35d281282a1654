"""What the operator and the catalogue may say about this engine."""

from dataclasses import dataclass
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.kokoro_onnx.graph import DURATIONS


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked options."""

    directory: Path
    graph: Path
    """The file of the network."""
    durations: str
    """The tensor of the graph that holds each symbol's length."""
    threads: int


def settings(spec: EngineSpec) -> Settings:
    """Read `spec`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    options = dict(spec.options)
    graph = options.pop("graph", "kokoro-v1.0.int8.onnx")
    durations = options.pop("durations", DURATIONS)
    if options:
        raise EngineUnavailable(f"kokoro-onnx knows no option '{min(options)}'")
    for name, value in (("graph", graph), ("durations", durations)):
        if not isinstance(value, str) or not value:
            raise EngineUnavailable(f"kokoro-onnx: {name} is a name, not {value!r}")
    if Path(graph).name != graph:
        raise EngineUnavailable(f"kokoro-onnx: graph is one of the model's files, not {graph!r}")
    directory = Path(spec.directory)
    return Settings(directory, directory / graph, durations, spec.threads)
