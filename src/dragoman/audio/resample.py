"""Sound at another rate."""

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray


def resampled(samples: NDArray[np.int16], rate: int, target_rate: int) -> NDArray[np.int16]:
    """Resample mono samples, shape (n,), from `rate` to `target_rate` Hz."""
    if not samples.size:
        return samples
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = AudioResampler(format="s16", layout="mono", rate=target_rate)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([each.to_ndarray().reshape(-1).astype(np.int16) for each in frames])
