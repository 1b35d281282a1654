"""The engine: a recording in, segments out, window by window."""

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.transcription import (
    Recording,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines.whisper_ct2.course import Course
from dragoman.engines.whisper_ct2.library import WINDOW, Whisper
from dragoman.engines.whisper_ct2.reel import Reel
from dragoman.engines.whisper_ct2.segments import Timekeeper
from dragoman.engines.whisper_ct2.spans import FRAME_S
from dragoman.engines.whisper_ct2.voice import Listener, VoiceDetector


class WhisperEngine:
    """See `domain.engine.BlockingEngine`.

    Only what the voice detector takes for speech is heard, so silence has no text, and memory is
    that of one window whatever the length of the recording.
    """

    def __init__(self, whisper: Whisper, detector: VoiceDetector, workers: int) -> None:
        self._whisper = whisper
        self._detector = detector
        self._workers = workers

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._workers

    def close(self) -> None:
        """See `BlockingEngine.close`: the weights go with the engine."""

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        """See `BlockingEngine.run`; stops between segments and between windows."""
        course = Course(self._whisper, request)
        samples = _samples(request.recording)
        listener = Listener(self._detector, samples)
        reel = Reel(listener.spans(), WINDOW)
        times = Timekeeper(request.recording.duration_s, listener)
        while (window := reel.window()) is not None:
            heard = self._whisper.hear(window.samples(samples))
            if not course.begun:
                outlet.emit(course.begin(heard))
            if outlet.stopped:
                raise Stopped
            decoded = course.decode(heard)
            if decoded is None:
                continue
            for segment in times.segments(window, decoded):
                outlet.emit(segment)
            reel.again(window.rest(decoded.heard_s))
        if not course.begun:
            outlet.emit(course.begin(None))
        speech_s = listener.speech_frames * FRAME_S
        outlet.emit(TranscriptionFinished(speech_s, course.prompt_tokens))


def _samples(recording: Recording) -> NDArray[np.int16]:
    """The recording, mapped: shape (samples,); pages are read when they are needed."""
    if not recording.samples:
        return np.zeros(0, np.int16)
    return np.memmap(recording.path, dtype="<i2", mode="r", shape=(recording.samples,))
