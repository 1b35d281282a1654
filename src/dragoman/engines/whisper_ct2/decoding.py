"""Groups of windows, decoded: together first, then what a window left over, by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.engine import Stopped
from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.coverage import VoicedTime, sparse_texts, uncovered_speech
from dragoman.engines.whisper_ct2.hallucinations import (
    are_alike,
    holds_more,
    normalised,
    repeats_prompt,
    repeats_sentence,
)
from dragoman.engines.whisper_ct2.model import DecodedWindow, EncodedWindow, TimedText, Whisper
from dragoman.engines.whisper_ct2.session import Session
from dragoman.engines.whisper_ct2.speech_spans import Span
from dragoman.engines.whisper_ct2.windows import Window, WindowGroup

SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "।", "؟")
"""The signs that end a sentence."""

GAP_MARGIN = SAMPLE_RATE // 5
"""The samples (0.2 s) on both sides of a gap or a text that are decoded with it."""

MIN_SHARED, SHARED = 6, 1 / 3
"""The characters, and the share of a gap's text, that make it a neighbour's beginning or end."""

UNSURE_LOGPROB = -0.5
"""A gap's text of a lower mean log-probability than this may be made up."""


@dataclass(frozen=True, slots=True)
class TranscribedWindow:
    """A window of the recording and the text of it."""

    window: Window
    decoded: DecodedWindow


class WindowDecoder:
    """Transcribes windows of one recording; several threads may use it at once."""

    def __init__(
        self,
        whisper: Whisper,
        session: Session,
        activity: VoicedTime,
        samples: NDArray[np.int16],
        stopped: Callable[[], bool],
    ) -> None:
        self._whisper = whisper
        self._session = session
        self._activity = activity
        self._samples = samples
        self._stopped = stopped

    def encode(self, window: Window, *, short_padding: bool = False) -> EncodedWindow:
        """Encode one window; for `short_padding` see `Whisper.encode`.

        Raises:
            Stopped: the caller has left.
        """
        if self._stopped():
            raise Stopped
        return self._whisper.encode(window.samples(self._samples), short_padding=short_padding)

    def transcripts(
        self, group: WindowGroup, first: EncodedWindow | None = None
    ) -> list[list[TranscribedWindow]]:
        """The transcripts of each window of a group: its own, and those of what it left out.

        `first` is the first window where it is encoded already.

        Raises:
            Stopped: the caller has left.
        """
        encoded = [first] if first is not None else []
        encoded += [
            self.encode(window, short_padding=group.short_padding)
            for window in group.windows[len(encoded) :]
        ]
        if self._stopped():
            raise Stopped
        transcripts = [
            TranscribedWindow(window, decoded)
            for window, decoded in zip(group.windows, self._decoded(encoded), strict=True)
        ]
        if group.short_padding:
            # Without its 30 s Whisper tends to write a sentence twice; who did say it twice
            # has it twice with them, too.
            transcripts = [
                self._decoded_alone(transcript.window, ())
                if repeats_sentence(_text(transcript.decoded))
                else transcript
                for transcript in transcripts
            ]
        return [self._completed(transcript) for transcript in transcripts]

    def _completed(self, transcript: TranscribedWindow) -> list[TranscribedWindow]:
        """A transcript, that of the unfinished end of its window, and those of what they lack."""
        transcripts = [transcript]
        while rest := transcript.window.rest(transcript.decoded.decoded_s):
            decoded = _without_half_sentence(transcript.decoded)
            transcripts[-1] = transcript = replace(transcript, decoded=decoded)
            rest = transcript.window.rest(decoded.decoded_s)
            tokens = [token for text in decoded.texts for token in text.tokens]
            transcript = self._decoded_alone(Window(rest), tokens)
            transcripts.append(transcript)
        transcripts = self._filled(transcripts)
        whole = transcripts[0].window
        covered = [
            part.window.between(text.start_s, text.end_s)
            for part in transcripts
            for text in part.decoded.texts
            if text.text.strip()
        ]
        for start_s, end_s in uncovered_speech(whole.spans, covered, self._activity):
            gap = Window(_around(start_s, end_s, whole.spans))
            # The same sound with the same options would have the same empty text.
            if gap != whole or self._session.has_prompt:
                retried = self._decoded_alone(gap, None)
                if not _repeats_neighbours(retried, transcripts):
                    transcripts.append(retried)
        return transcripts

    def _filled(self, transcripts: Sequence[TranscribedWindow]) -> list[TranscribedWindow]:
        """Transcripts of a window; a text that left sentences out is replaced by a whole one."""
        whole = transcripts[0].window
        placed = [
            (*part.window.between(text.start_s, text.end_s), text)
            for part in transcripts
            for text in part.decoded.texts
        ]
        sparse = sparse_texts([(a, b, text.text) for a, b, text in placed], self._activity)
        replaced: list[TimedText] = []
        filled: list[TranscribedWindow] = []
        for start_s, end_s, text in (placed[index] for index in sparse):
            retried = self._decoded_alone(Window(_around(start_s, end_s, whole.spans)), ())
            sure = retried.decoded.result.avg_logprob >= UNSURE_LOGPROB
            if sure and holds_more(_text(retried.decoded), text.text):
                replaced.append(text)
                filled.append(retried)
        kept = [_without(part, replaced) for part in transcripts] if replaced else transcripts
        return [*kept, *filled]

    def _decoded_alone(self, window: Window, previous: Sequence[int] | None) -> TranscribedWindow:
        (decoded,) = self._decoded([self.encode(window)], previous)
        return TranscribedWindow(window, decoded)

    def _decoded(
        self, encoded: Sequence[EncodedWindow], previous: Sequence[int] | None = ()
    ) -> list[DecodedWindow]:
        decoded = self._session.decode(encoded, previous)
        if previous is None or not self._session.has_prompt:
            return decoded
        return [self._without_prompt_echo(*pair) for pair in zip(encoded, decoded, strict=True)]

    def _without_prompt_echo(self, encoded: EncodedWindow, decoded: DecodedWindow) -> DecodedWindow:
        """The text of a window, decoded again without the prompt where it only repeats that.

        Over screams and animals Whisper repeats the prompt, and is sure of it.
        """
        text = _text(decoded)
        if not repeats_prompt(text, self._session.prompt_text):
            return decoded
        (unprompted,) = self._session.decode([encoded], None)
        return decoded if are_alike(text, _text(unprompted)) else unprompted


def _text(decoded: DecodedWindow) -> str:
    return "".join(text.text for text in decoded.texts)


def _without_half_sentence(decoded: DecodedWindow) -> DecodedWindow:
    """A window's text without a last half of a sentence, which its other half makes clearer."""
    *others, last = decoded.texts or (None,)
    if last is None or last.start_s <= 0 or not others:
        return decoded
    if last.text.rstrip().endswith(SENTENCE_ENDS):
        return decoded
    return replace(decoded, texts=tuple(others), decoded_s=last.start_s)


def _around(start_s: float, end_s: float, spans: Sequence[Span]) -> tuple[Span, ...]:
    """What the spans have of a part (seconds) with a margin (samples)."""
    start, end = round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
    return tuple(
        Span(max(span.start, start - GAP_MARGIN), min(span.end, end + GAP_MARGIN))
        for span in spans
        if span.start + 1 < end and start + 1 < span.end
    )


def _without(part: TranscribedWindow, texts: Sequence[TimedText]) -> TranscribedWindow:
    """A transcript without these of its texts."""
    kept = tuple(text for text in part.decoded.texts if all(text is not each for each in texts))
    return replace(part, decoded=replace(part.decoded, texts=kept))


def _repeats_neighbours(
    retried: TranscribedWindow, transcripts: Sequence[TranscribedWindow]
) -> bool:
    """Whether a gap only has the text of its neighbours, whose times were wrong then.

    An unsure text that begins as the next one does, or ends as the last one, is an end or a
    beginning that was made up: "Let me know in the comments." before "Let me know if you …".
    """
    known = [normalised(text.text) for part in transcripts for text in part.decoded.texts]
    again = " ".join(normalised(text.text) for text in retried.decoded.texts)
    if again in " ".join(known):
        return True
    needed = max(MIN_SHARED, SHARED * len(again))
    unsure = retried.decoded.result.avg_logprob < UNSURE_LOGPROB
    return unsure and any(_shared(again, text) >= needed for text in known)


def _shared(one: str, other: str) -> int:
    """The characters at the beginning, or at the end, that two texts share."""
    return max(_alike(one, other), _alike(one[::-1], other[::-1]))


def _alike(one: str, other: str) -> int:
    """The characters at the beginning of two texts that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
