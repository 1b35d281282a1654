"""The engine: a recording in, segments out, window by window."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.transcription import (
    SAMPLE_RATE,
    Chunking,
    Recording,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines.whisper_ct2.course import Course
from dragoman.engines.whisper_ct2.coverage import unsaid
from dragoman.engines.whisper_ct2.groups import Group, early, thrifty
from dragoman.engines.whisper_ct2.library import Heard, Whisper
from dragoman.engines.whisper_ct2.parts import parts
from dragoman.engines.whisper_ct2.reel import Reel, Window
from dragoman.engines.whisper_ct2.segments import Timekeeper
from dragoman.engines.whisper_ct2.spans import FRAME_S, OFF, ON, Manner
from dragoman.engines.whisper_ct2.takes import Ears, Take
from dragoman.engines.whisper_ct2.voice import Listener, VoiceDetector

FULL = 29 * SAMPLE_RATE
"""Samples of speech in a window. Without a second of quiet after it the last sentence seems to go
on, and the model leaves it out."""


@dataclass(frozen=True, slots=True)
class Order:
    """In which groups a recording is decoded."""

    groups: Iterator[Group]
    heard: Heard | None = None
    """The first window, if it is heard already."""
    guide: Heard | None = None
    """What settles the language, if that is another."""


class WhisperEngine:
    """See `domain.engine.BlockingEngine`.

    Only what the voice detector takes for speech is heard, so silence has no text, and memory is
    that of a few windows whatever the length of the recording. A recording alone has all workers,
    several share them: each then has fewer groups, of more windows, which costs less in all. Where
    somebody reads along, the first window is heard in parts, and groups are small at first.
    """

    def __init__(self, whisper: Whisper, detector: VoiceDetector, workers: int) -> None:
        self._whisper = whisper
        self._detector = detector
        self._workers = workers
        self._running = 0
        self._counting = Lock()

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._workers

    def close(self) -> None:
        """See `BlockingEngine.close`: the weights go with the engine."""

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        """See `BlockingEngine.run`; stops between segments, and before a group is decoded."""
        with self._counted(), _mapped(request.recording) as (samples, let_go):
            self._run(request, outlet, samples, let_go)

    def _run(
        self,
        request: TranscriptionRequest,
        outlet: Outlet[TranscriptionEvent],
        samples: NDArray[np.int16],
        let_go: Callable[[], None],
    ) -> None:
        course = Course(self._whisper, request)
        listener = Listener(self._detector, samples, _manner(request.chunking))
        reel = Reel(listener.spans(), FULL)
        times = Timekeeper(request.recording.duration_s, listener)
        ears = Ears(self._whisper, course, listener, samples, lambda: outlet.stopped)
        streamed = request.streamed
        order = self._parted(course, ears, reel, listener) if streamed else self._whole(reel)
        gaps: list[tuple[float, float]] = []
        with closing(self._heard(course, ears, order, outlet)) as heard:
            for takes in heard:
                if outlet.stopped:
                    raise Stopped
                let_go()
                told: list[tuple[float, float]] = []
                for segment in times.segments(takes):
                    outlet.emit(segment)
                    told.append((segment.start_s, segment.end_s))
                gaps += unsaid(takes[0].window.spans, told, listener)
        speech_s = listener.speech_frames * FRAME_S
        outlet.emit(TranscriptionFinished(speech_s, course.prompt_tokens, tuple(gaps)))

    def _whole(self, reel: Reel) -> Order:
        return Order(thrifty(reel, self._share))

    def _parted(self, course: Course, ears: Ears, reel: Reel, voice: Listener) -> Order:
        """With the first window in parts."""
        window = reel.window()
        if window is None:
            return Order(iter(()))
        later = early(reel, self._share)
        pieces = parts(window, voice)
        if len(pieces) == 1:
            return Order(chain([Group((window,))], later))
        heard = ears.hear(pieces[0], briefly=True)
        brief = [Group((part,), briefly=True) for part in pieces]
        return Order(chain(brief, later), heard, _guide(course, ears, window, pieces, heard))

    def _heard(
        self, course: Course, ears: Ears, order: Order, outlet: Outlet[TranscriptionEvent]
    ) -> Generator[list[Take], None, None]:
        """The takes of one window after the other, while those that follow are being heard.

        Until the first window has settled the language, the others are encoded already.
        """
        groups, heard = order.groups, order.heard
        first = next(groups, None)
        if first is None:
            outlet.emit(course.begin(None))
            return
        flight: deque[Future[list[list[Take]]]] = deque()
        with ThreadPoolExecutor(self._workers) as crew:
            try:
                flight += [crew.submit(ears.takes, g) for g in islice(groups, self._workers - 1)]
                if heard is None and not course.knows:
                    heard = ears.hear(first.windows[0])
                outlet.emit(course.begin(order.guide or heard))
                flight.appendleft(crew.submit(ears.takes, first, heard))
                while flight:
                    while len(flight) <= self._workers and (group := next(groups, None)):
                        flight.append(crew.submit(ears.takes, group))
                    yield from flight.popleft().result()
            finally:
                course.end()
                for future in flight:
                    future.cancel()

    @contextmanager
    def _counted(self) -> Generator[None, None, None]:
        with self._counting:
            self._running += 1
        try:
            yield
        finally:
            with self._counting:
                self._running -= 1

    def _share(self) -> int:
        """Workers for each recording that is being heard."""
        return max(1, self._workers // self._running)


def _guide(
    course: Course, ears: Ears, window: Window, pieces: Sequence[Window], first: Heard
) -> Heard:
    """The shortest beginning of a window that leaves no doubt of the language, or all of it."""
    if course.surely(first):
        return first
    if len(pieces) > 2:
        beginning, _ = window.divided(pieces[0].length + pieces[1].length)
        heard = ears.hear(beginning, briefly=True)
        if course.surely(heard):
            return heard
    return ears.hear(window)


def _manner(chunking: Chunking) -> Manner:
    return Manner(
        on=chunking.threshold,
        off=max(0.0, chunking.threshold - (ON - OFF)),
        pause=max(1, round(chunking.silence_s / FRAME_S)),
        lead=round(chunking.padding_s / FRAME_S),
    )


@contextmanager
def _mapped(
    recording: Recording,
) -> Generator[tuple[NDArray[np.int16], Callable[[], None]], None, None]:
    """The recording, mapped: shape (samples,), and what lets go of the pages that were read.

    They are read again when they are needed; else hours would count as this process's memory.
    """
    if not recording.samples:
        yield np.zeros(0, np.int16), lambda: None
        return
    with Path(recording.path).open("rb") as file:
        pages = mmap(file.fileno(), 2 * recording.samples, access=ACCESS_READ)
    yield np.frombuffer(pages, "<i2"), lambda: pages.madvise(MADV_DONTNEED)
