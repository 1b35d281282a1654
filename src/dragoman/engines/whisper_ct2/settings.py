"""The options of this engine that an operator or the catalogue may set."""

from dataclasses import dataclass

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.whisper_ct2.devices import DEVICE

COMPUTE_TYPES = ("int8", "int8_float32", "int8_float16", "int16", "float16", "bfloat16", "float32")


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked options of one engine."""

    directory: str
    num_workers: int
    """Recordings transcribed at once, on one thread each: 1.4 times as fast as on two each."""
    beam_size: int
    compute_type: str | None = None
    """CTranslate2's type of the weights; None: the one that the device does best."""
    device: str = "auto"
    """The device: `auto`, `cpu`, `cuda` or `cuda:1`."""


def settings(spec: EngineSpec) -> Settings:
    """Read and check the options of `spec`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    options = dict(spec.options)
    beam_size = options.pop("beam_size", 5)
    compute_type = options.pop("compute_type", None)
    device = options.pop("device", "auto")
    if options:
        raise EngineUnavailable(
            f"whisper-ct2 has no option {min(options)!r}: beam_size, compute_type, device"
        )
    if not isinstance(beam_size, int) or not 1 <= beam_size <= 16:
        raise EngineUnavailable(f"whisper-ct2: beam_size is 1 to 16, not {beam_size!r}")
    if compute_type is not None and compute_type not in COMPUTE_TYPES:
        raise EngineUnavailable(
            f"whisper-ct2: compute_type is one of {', '.join(COMPUTE_TYPES)}, not {compute_type!r}"
        )
    if not isinstance(device, str) or not DEVICE.fullmatch(device):
        raise EngineUnavailable(f"whisper-ct2: device is auto, cpu, cuda or cuda:1, not {device!r}")
    return Settings(spec.directory, max(1, spec.threads), beam_size, compute_type, device)
