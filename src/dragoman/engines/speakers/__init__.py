"""Diarisation: pyannote's segmentation finds who speaks when, and CAM++ compares the voices."""

from dragoman.domain.diarisation import DiarisationRequest, Turns
from dragoman.domain.engine import BlockingEngine, EngineSpec


def load(spec: EngineSpec) -> BlockingEngine[DiarisationRequest, Turns]:
    """Load both networks from `spec.directory`.

    Raises:
        EngineUnavailable: one of the files is missing.
    """
    from dragoman.engines.speakers.engine import Speakers  # noqa: PLC0415 - heavy

    return Speakers.load(spec)
