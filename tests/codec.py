"""The decoder of sound, as a test uses it."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import DecodeRequest, Recording
from dragoman.engines.codecs import load_audio

CODEC = load_audio(EngineSpec("audio-codec", ""))


@dataclass
class Basket:
    """Where the codec's answer lands."""

    stopped: bool = False
    events: list[Recording] = field(default_factory=list[Recording])

    def emit(self, event: Recording) -> None:
        """See `domain.engine.Outlet`."""
        self.events.append(event)


def recorded(
    data: bytes, folder: Path, longest_s: float = 3600, track: int | None = None
) -> Recording:
    """What the codec makes of `data`, in a file of `folder`."""
    source, target = folder / "source", folder / "target"
    source.write_bytes(data)
    basket = Basket()
    CODEC.run(DecodeRequest(str(source), str(target), longest_s, track), basket)
    (recording,) = basket.events
    assert recording.origin is not None
    assert (recording.path, 2 * recording.samples) == (str(target), target.stat().st_size)
    return recording


def decoded(data: bytes, folder: Path, longest_s: float = 3600) -> NDArray[np.int16]:
    """The samples of that, shape (samples,)."""
    return np.fromfile(recorded(data, folder, longest_s).path, "<i2")


def refused(
    data: bytes, folder: Path, longest_s: float = 3600, track: int | None = None
) -> RequestInvalid:
    """Why the codec does not take `data`."""
    with pytest.raises(RequestInvalid) as caught:
        recorded(data, folder, longest_s, track)
    return caught.value
