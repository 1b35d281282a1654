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
from dragoman.engines.whisper_ct2.coverage import uncovered_speech
from dragoman.engines.whisper_ct2.decoding import TranscribedWindow, WindowDecoder
from dragoman.engines.whisper_ct2.model import EncodedWindow, Whisper
from dragoman.engines.whisper_ct2.segments import SegmentBuilder
from dragoman.engines.whisper_ct2.session import Session
from dragoman.engines.whisper_ct2.speech_spans import FRAME_S, NEG_THRESHOLD, THRESHOLD, VadOptions
from dragoman.engines.whisper_ct2.stream_parts import stream_parts
from dragoman.engines.whisper_ct2.vad import VoiceActivity, VoiceDetector
from dragoman.engines.whisper_ct2.windows import (
    Window,
    WindowGroup,
    WindowPacker,
    growing_groups,
    large_groups,
)

WINDOW_SPEECH = 29 * SAMPLE_RATE
"""The samples of speech that a window takes. Where speech goes on to the thirtieth second, the
model leaves the last sentence out: a second of quiet after it prevents that."""


@dataclass(frozen=True, slots=True)
class DecodingOrder:
    """The groups of windows of a recording, in the order in which they are decoded."""

    groups: Iterator[WindowGroup]
    first: EncodedWindow | None = None
    """The first window of the first group, where it is encoded already."""
    language_window: EncodedWindow | None = None
    """The window whose language is that of the recording, where it is not the first one."""


class WhisperEngine:
    """Transcribes recordings with Whisper; see `domain.engine.BlockingEngine`.

    Only what the voice detector takes for speech is decoded, so silence has no text, and memory is
    that of a few windows whatever the length of the recording. A recording alone has all workers,
    several recordings share them: each then has fewer groups of more windows, which costs less in
    all. Where the transcript is streamed, the first window is decoded in parts, and the first
    groups are small.
    """

    def __init__(self, whisper: Whisper, detector: VoiceDetector, workers: int) -> None:
        self._whisper = whisper
        self._detector = detector
        self._workers = workers
        self._running = 0
        self._running_lock = Lock()

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._workers

    def close(self) -> None:
        """See `BlockingEngine.close`: the weights go with the engine."""

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        """See `BlockingEngine.run`; stops between segments, and before a group is decoded."""
        with self._counted(), _mapped(request.recording) as (samples, release_pages):
            self._run(request, outlet, samples, release_pages)

    def _run(
        self,
        request: TranscriptionRequest,
        outlet: Outlet[TranscriptionEvent],
        samples: NDArray[np.int16],
        release_pages: Callable[[], None],
    ) -> None:
        session = Session(self._whisper, request)
        activity = VoiceActivity(self._detector, samples, _vad_options(request.chunking))
        packer = WindowPacker(activity.spans(), WINDOW_SPEECH)
        builder = SegmentBuilder(request.recording.duration_s, activity)
        decoder = WindowDecoder(self._whisper, session, activity, samples, lambda: outlet.stopped)
        if request.streamed:
            order = self._order_of_stream(session, decoder, packer, activity)
        else:
            order = DecodingOrder(large_groups(packer, self._share))
        gaps: list[tuple[float, float]] = []
        with closing(self._transcripts(session, decoder, order, outlet)) as transcripts:
            for parts in transcripts:
                if outlet.stopped:
                    raise Stopped
                release_pages()
                covered: list[tuple[float, float]] = []
                for segment in builder.segments(parts):
                    outlet.emit(segment)
                    covered.append((segment.start_s, segment.end_s))
                gaps += uncovered_speech(parts[0].window.spans, covered, activity)
        speech_s = activity.speech_frames * FRAME_S
        outlet.emit(TranscriptionFinished(speech_s, session.prompt_tokens, tuple(gaps)))

    def _order_of_stream(
        self,
        session: Session,
        decoder: WindowDecoder,
        packer: WindowPacker,
        activity: VoiceActivity,
    ) -> DecodingOrder:
        """The order that divides the first window into parts, so that text comes soon."""
        window = packer.window()
        if window is None:
            return DecodingOrder(iter(()))
        later = growing_groups(packer, self._share)
        parts = stream_parts(window, activity)
        if len(parts) == 1:
            return DecodingOrder(chain([WindowGroup((window,))], later))
        first = decoder.encode(parts[0], short_padding=True)
        groups = [WindowGroup((part,), short_padding=True) for part in parts]
        language_window = _language_window(session, decoder, window, parts, first)
        return DecodingOrder(chain(groups, later), first, language_window)

    def _transcripts(
        self,
        session: Session,
        decoder: WindowDecoder,
        order: DecodingOrder,
        outlet: Outlet[TranscriptionEvent],
    ) -> Generator[list[TranscribedWindow], None, None]:
        """The transcripts of each window in order, while later windows are being decoded.

        Until the first window has settled the language, later windows are encoded only.
        """
        groups, first = order.groups, order.first
        first_group = next(groups, None)
        if first_group is None:
            outlet.emit(session.settle_language(None))
            return
        pending: deque[Future[list[list[TranscribedWindow]]]] = deque()
        with ThreadPoolExecutor(self._workers) as pool:
            try:
                for group in islice(groups, self._workers - 1):
                    pending.append(pool.submit(decoder.transcripts, group))
                if first is None and not session.language_is_known:
                    first = decoder.encode(first_group.windows[0])
                outlet.emit(session.settle_language(order.language_window or first))
                pending.appendleft(pool.submit(decoder.transcripts, first_group, first))
                while pending:
                    while len(pending) <= self._workers and (group := next(groups, None)):
                        pending.append(pool.submit(decoder.transcripts, group))
                    yield from pending.popleft().result()
            finally:
                session.release_waiting()
                for future in pending:
                    future.cancel()

    @contextmanager
    def _counted(self) -> Generator[None, None, None]:
        """Count a recording as one that is being transcribed."""
        with self._running_lock:
            self._running += 1
        try:
            yield
        finally:
            with self._running_lock:
                self._running -= 1

    def _share(self) -> int:
        """The number of workers for each recording that is being transcribed."""
        return max(1, self._workers // self._running)


def _language_window(
    session: Session,
    decoder: WindowDecoder,
    window: Window,
    parts: Sequence[Window],
    first: EncodedWindow,
) -> EncodedWindow:
    """The shortest beginning of a window that leaves no doubt of the language, or all of it."""
    if session.is_sure_of_language(first):
        return first
    if len(parts) > 2:
        beginning, _ = window.divided(parts[0].length + parts[1].length)
        encoded = decoder.encode(beginning, short_padding=True)
        if session.is_sure_of_language(encoded):
            return encoded
    return decoder.encode(window)


def _vad_options(chunking: Chunking) -> VadOptions:
    return VadOptions(
        threshold=chunking.threshold,
        neg_threshold=max(0.0, chunking.threshold - (THRESHOLD - NEG_THRESHOLD)),
        min_silence=max(1, round(chunking.silence_s / FRAME_S)),
        speech_pad=round(chunking.padding_s / FRAME_S),
    )


@contextmanager
def _mapped(
    recording: Recording,
) -> Generator[tuple[NDArray[np.int16], Callable[[], None]], None, None]:
    """The recording, mapped: shape (samples,), and a function that lets its read pages go.

    Pages are read again when they are needed; else hours would count as this process's memory.
    """
    if not recording.samples:
        yield np.zeros(0, np.int16), lambda: None
        return
    with Path(recording.path).open("rb") as file:
        pages = mmap(file.fileno(), 2 * recording.samples, access=ACCESS_READ)
    yield np.frombuffer(pages, "<i2"), lambda: pages.madvise(MADV_DONTNEED)
