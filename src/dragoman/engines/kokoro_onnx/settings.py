"""What the operator and the catalogue may say about this engine."""

from dataclasses import dataclass, fields
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.kokoro_onnx.graph import PUBLISHED, Tensors
from dragoman.engines.kokoro_onnx.providers import DEVICE


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked options."""

    directory: Path
    graph: Path
    """The file of the network."""
    tensors: Tensors
    threads: int
    device: str = "auto"
    """`auto`, `cpu`, `cuda` or `cuda:1`."""


def settings(spec: EngineSpec) -> Settings:
    """Read `spec`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    options = dict(spec.options)
    graph = options.pop("graph", "kokoro-v1.0.int8.onnx")
    device = options.pop("device", "auto")
    names = {each.name: getattr(PUBLISHED, each.name) for each in fields(Tensors)}
    tensors = {name: options.pop(name, usual) for name, usual in names.items()}
    if options:
        known = ", ".join(("graph", "device", *names))
        raise EngineUnavailable(f"kokoro-onnx has no option {min(options)!r}: {known}")
    for name, value in {"graph": graph, **tensors}.items():
        if not isinstance(value, str) or not value:
            raise EngineUnavailable(f"kokoro-onnx: {name} is a name, not {value!r}")
    if Path(graph).name != graph:
        raise EngineUnavailable(f"kokoro-onnx: graph is one of the model's files, not {graph!r}")
    if not isinstance(device, str) or not DEVICE.fullmatch(device):
        raise EngineUnavailable(f"kokoro-onnx: device is auto, cpu, cuda or cuda:1, not {device!r}")
    directory = Path(spec.directory)
    return Settings(directory, directory / graph, Tensors(**tensors), spec.threads, device)
