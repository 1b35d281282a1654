"""The options of this engine, from the operator and the catalogue."""

from dataclasses import dataclass
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.kokoro_onnx.providers import DEVICE

FORMER = frozenset(("graph", "durations", "features", "pitch", "loudness", "source", "decoded"))
"""Former options, from before the graph was split at install."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options, checked."""

    directory: Path
    threads: int
    device: str = "auto"
    """The device: `auto`, `cpu`, `cuda` or `cuda:1`."""


def settings(spec: EngineSpec) -> Settings:
    """Read the options of `spec`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    options = dict(spec.options)
    device = options.pop("device", "auto")
    former = sorted(FORMER.intersection(options))
    if former:
        raise EngineUnavailable(
            f"kokoro-onnx has no option {former[0]!r} any more: another export of the network is "
            "converted once, by `python -m dragoman.models.convert.kokoro EXPORT.onnx FOLDER`"
        )
    if options:
        raise EngineUnavailable(f"kokoro-onnx has no option {min(options)!r}: device")
    if not isinstance(device, str) or not DEVICE.fullmatch(device):
        raise EngineUnavailable(f"kokoro-onnx: device is auto, cpu, cuda or cuda:1, not {device!r}")
    return Settings(Path(spec.directory), spec.threads, device)
