"""What a fetch will take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes."""

    download: int
    """Still to come."""
    disk: int
    """Room at the peak, over what is used already."""
