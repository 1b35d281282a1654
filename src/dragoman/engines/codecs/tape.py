"""The decoded sound on disk, and how much of it may come to be."""

from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import SAMPLE_RATE

SILENT = 10
"""No sample of a track without sound is louder: -70 dB of full scale."""


class Tape:
    """Takes mono sound of any rate, writes 16-bit samples at 16 kHz."""

    def __init__(self, file: BinaryIO, longest_s: float) -> None:
        """Begin anew: what the file had is gone."""
        file.truncate(0)
        file.seek(0)
        self._file = file
        self._longest_s = longest_s
        self._resampler: av.AudioResampler | None = None
        self._rate = 0
        self._pauses = 0
        self.samples = 0
        """The number of samples on the tape."""
        self.silent = True
        """Whether nothing on the tape can be heard."""

    @property
    def sound_s(self) -> float:
        """Seconds of sound on the tape, without the pauses."""
        return (self.samples - self._pauses) / SAMPLE_RATE

    def write(self, sound: NDArray[np.float32], rate: int) -> None:
        """Add `sound`, shape (samples,), between -1 and 1.

        Raises:
            RequestInvalid: it is too long now.
        """
        if rate != self._rate:
            self.flush()
            self._rate = rate
        if self._resampler is None:
            self._resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
        frame = AudioFrame.from_ndarray(sound.reshape(1, -1), "fltp", "mono")
        frame.sample_rate = rate
        self._resample(frame)

    def pause(self, until_s: float) -> None:
        """Put silence up to this moment; it takes no room on disk.

        Raises:
            RequestInvalid: it is too long now.
        """
        self.flush()
        missing = round(until_s * SAMPLE_RATE) - self.samples
        if missing > 0:
            self._pauses += missing
            self._count(missing)
            self._file.seek(2 * missing, 1)

    def flush(self) -> None:
        """Write what the resampler holds back."""
        if self._resampler is not None:
            self._resample(None)
            self._resampler = None

    def finish(self) -> None:
        """Nothing more comes."""
        self.flush()
        self._file.truncate(2 * self.samples)

    def _resample(self, frame: AudioFrame | None) -> None:
        assert self._resampler is not None
        for piece in self._resampler.resample(frame):
            data = bytes(piece.planes[0])[: piece.samples * 2]
            self._count(piece.samples)
            self._file.write(data)
            if self.silent:
                sound = np.frombuffer(data, "<i2")
                self.silent = not np.any((sound > SILENT) | (sound < -SILENT))

    def _count(self, samples: int) -> None:
        self.samples += samples
        most = round(self._longest_s * SAMPLE_RATE)
        if self.samples <= most:
            return
        why = "."
        if self.samples - self._pauses <= most:
            why = f": the pauses in it come to {self._pauses / SAMPLE_RATE:.0f} seconds."
        raise RequestInvalid(
            f"Audio file is too long{why} Maximum audio length is {self._longest_s:g} seconds.",
            param="file",
            code="audio_too_long",
        )
