"""The parts of faster-whisper and CTranslate2 that we use, with types.

Windows of 30 s: what is heard where, and in which order, is ours.
"""

import math
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from faster_whisper.utils import get_assets_path
from numpy.typing import NDArray

from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.transcription import SAMPLE_RATE, TokenLogprob
from dragoman.engines.whisper_ct2.cuts import Cut, cut
from dragoman.engines.whisper_ct2.devices import device
from dragoman.engines.whisper_ct2.ladder import Attempt, climb, compression_ratio
from dragoman.engines.whisper_ct2.settings import Settings
from dragoman.engines.whisper_ct2.spelling import token_bytes
from dragoman.engines.whisper_ct2.words import Spoken, joined

library: Any = ctranslate2
"""It has no annotations."""

WINDOW = 30 * SAMPLE_RATE
"""Samples that Whisper hears at once."""

WINDOW_FRAMES = 3000
FRAMES_PER_S = 100
HOP, STRIDE = 160, 320
"""Samples of a frame of the spectrum, and of one of the encoder, which takes them in twos."""

QUIET = 3 * SAMPLE_RATE
"""Samples of silence after what is heard briefly."""

LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Temperatures tried in turn while the text is improbable or repeats itself."""

BEST_OF = 5
"""Texts drawn at a temperature above 0, of which the likeliest is kept."""

SEED = 0
"""Where the random numbers of every copy of the model begin that draws a window again."""

LONGEST_TEXT = 224
"""Tokens after which the decoder is made to stop."""

LATEST_START = 50
"""Timestamp steps (1 s) within which the first text of a window begins."""

LEAST = 1e-9
"""A probability of nought has no logarithm."""

OPENING, CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Signs that belong to the word after and before them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A window after the encoder; opaque, and bound to no thread."""

    encoded: Any
    frames: int
    """Of 10 ms, without the padding."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a recording is decoded; the same for all its windows."""

    language: str
    task: Literal["transcribe", "translate"]
    temperatures: tuple[float, ...]
    words: bool
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two timestamps, in seconds from the start of the window."""

    start_s: float
    end_s: float
    text: str
    tokens: tuple[int, ...]
    words: tuple[Spoken, ...]
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A window's text."""

    pieces: tuple[Piece, ...]
    heard_s: float
    """How far the pieces reach: what comes after has to be heard again."""
    attempt: Attempt


class Whisper:
    """A loaded model; calls from several threads run at once, as many as it has workers."""

    def __init__(self, settings: Settings) -> None:
        """Load it.

        Raises:
            EngineUnavailable: the files are no such model, or the device is not there.
        """
        self._place = place = device(library, settings.device, settings.compute_type)
        # Of the process, and heeded by each of the library's threads when it first draws.
        library.set_random_seed(SEED)
        try:
            self._model: Any = WhisperModel(
                settings.directory,
                device=place.name,
                device_index=place.index,
                compute_type=place.compute_type,
                cpu_threads=1,
                num_workers=settings.workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailable(f"Whisper does not load: {error}") from error
        self._directory = settings.directory
        self._redrawing = Lock()
        self._beam_size = settings.beam_size
        self.languages: frozenset[str] = frozenset(self._model.supported_languages)

    @property
    def multilingual(self) -> bool:
        """Whether it knows more than English, and translates."""
        return len(self.languages) > 1

    def hear(self, samples: NDArray[np.int16], *, briefly: bool = False) -> Heard:
        """Encode up to 30 s of sound, shape (samples,) at 16 kHz.

        `briefly`: with `QUIET` after it instead of a whole window. The encoder's work is as long as
        its window is; what is heard so cannot be decoded together with other windows.

        The rest of the window is silence, as in Whisper's training. The library would pad the
        spectrum with zeros, which is loud noise: on a clip of 1.8 s that costs a full stop and
        ten points of certainty about the language.
        """
        longest = min(WINDOW, len(samples) + QUIET) if briefly else WINDOW
        window = np.zeros(longest - longest % STRIDE, np.float32)
        window[: len(samples)] = samples.astype(np.float32) / 32768
        features = self._model.feature_extractor(window)[:, : len(window) // HOP]
        frames = min(WINDOW_FRAMES, -(-len(samples) * FRAMES_PER_S // SAMPLE_RATE))
        spectrum = library.StorageView.from_array(np.ascontiguousarray(features[np.newaxis]))
        # On a GPU, too, windows that are heard one by one are put together in memory.
        return Heard(self._model.model.encode(spectrum, to_cpu=True), frames)

    def spoken_in(self, heard: Heard) -> list[tuple[str, float]]:
        """All languages (ISO-639-1) with their probabilities, the likeliest first."""
        if not self.multilingual:
            return [("en", 1.0)]
        found = self._model.model.detect_language(heard.encoded)[0]
        return [(token[2:-2], float(probability)) for token, probability in found]

    def tokens(self, text: str) -> list[int]:
        """`text` as the model would have said it."""
        tokenizer: Any = Tokenizer(self._model.hf_tokenizer, multilingual=False)
        return tokenizer.encode(" " + text.strip())

    def worth(self, heard: Heard, languages: Sequence[str]) -> list[float]:
        """Log-probability of a window's likeliest text in each language; all in one go."""
        speakers = [self._tokenizer(language, "transcribe") for language in languages]
        attempts = self._draw([heard] * len(speakers), speakers, (), 0.0)
        return [attempt.logprob for attempt in attempts]

    def decode(
        self, windows: Sequence[Heard], manner: Manner, before: Sequence[int]
    ) -> list[Decoded]:
        """What is said in windows, if `before` (tokens) was said or written before each of them.

        They are decoded together, and say what they would say alone: the decoder waits for
        memory more than for arithmetic, so four take less than four times as long as one.
        """
        tokenizer = self._tokenizer(manner.language, manner.task)

        def draw(indices: Sequence[int], temperature: float) -> list[Attempt]:
            chosen = [windows[index] for index in indices]
            return self._draw(chosen, [tokenizer] * len(chosen), before, temperature)

        @contextmanager
        def redraw(index: int) -> Generator[Callable[[float], Attempt], None, None]:
            with self._newly_seeded() as model:
                yield lambda temperature: self._draw(
                    [windows[index]], [tokenizer], before, temperature, model
                )[0]

        attempts = climb(len(windows), manner.temperatures, draw, redraw)
        return [
            self._decoded(heard, attempt, manner, tokenizer)
            for heard, attempt in zip(windows, attempts, strict=True)
        ]

    @contextmanager
    def _newly_seeded(self) -> Generator[Any, None, None]:
        """A copy of the model that has not drawn yet; one at a time, for the sake of memory.

        The library seeds each of its threads once and has no seed for a call: only new threads
        draw the same numbers again, and only a new copy has new threads.
        """
        with self._redrawing:
            try:
                model = library.models.Whisper(
                    self._directory,
                    device=self._place.name,
                    device_index=self._place.index,
                    compute_type=self._place.compute_type,
                    intra_threads=1,
                )
            except (RuntimeError, ValueError, OSError, MemoryError) as error:
                raise EngineUnavailable(f"Whisper does not load again: {error}") from error
            yield model

    def _tokenizer(self, language: str, task: str) -> Any:  # noqa: ANN401 - untyped library
        return Tokenizer(self._model.hf_tokenizer, self.multilingual, task, language)

    def _draw(
        self,
        windows: Sequence[Heard],
        tokenizers: Sequence[Any],
        before: Sequence[int],
        temperature: float,
        model: Any = None,  # noqa: ANN401 - untyped library
    ) -> list[Attempt]:
        if temperature > 0:
            how = {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0}
        else:
            how = {"beam_size": self._beam_size}
        results = (model or self._model.model).generate(
            _together(windows),
            [self._model.get_prompt(tokenizer, list(before)) for tokenizer in tokenizers],
            sampling_temperature=temperature or 1.0,
            max_length=self._model.max_length,
            max_initial_timestamp_index=LATEST_START,
            suppress_tokens=_suppressed(tokenizers[0]),
            return_scores=True,
            return_no_speech_prob=True,
            **how,
        )
        return [
            _attempt(result, tokenizer, temperature, heard.frames / FRAMES_PER_S)
            for result, tokenizer, heard in zip(results, tokenizers, windows, strict=True)
        ]

    def _decoded(
        self,
        heard: Heard,
        attempt: Attempt,
        manner: Manner,
        tokenizer: Any,  # noqa: ANN401 - untyped library
    ) -> Decoded:
        if attempt.silent:
            return Decoded((), heard.frames / FRAMES_PER_S, attempt)
        window_s, ended = heard.frames / FRAMES_PER_S, len(attempt.tokens) < LONGEST_TEXT
        cuts, heard_s = cut(attempt.tokens, tokenizer.timestamp_begin, window_s, ended=ended)
        if cuts and cuts[-1].tokens[-1] < tokenizer.timestamp_begin and not manner.words:
            cuts[-1] = self._closed(heard, cuts, tokenizer)
        parts: list[dict[str, Any]] = [
            {"seek": 0, "start": at.start_s, "end": at.end_s, "tokens": at.tokens} for at in cuts
        ]
        if manner.words and parts:
            self._model.add_word_timestamps(
                [parts], tokenizer, heard.encoded, heard.frames, OPENING, CLOSING, 0.0
            )
        logprobs = self._logprobs(heard, cuts, tokenizer) if manner.logprobs else [()] * len(cuts)
        pieces = (
            _piece(part, tokenizer.decode(part["tokens"]), token_logprobs)
            for part, token_logprobs in zip(parts, logprobs, strict=True)
        )
        return Decoded(tuple(pieces), heard_s, attempt)

    def _closed(
        self,
        heard: Heard,
        cuts: Sequence[Cut],
        tokenizer: Any,  # noqa: ANN401 - untyped library
    ) -> Cut:
        """The last cut, for which the model wrote no end, with the end of its last word."""
        text = [token for at in cuts for token in at.tokens if token < tokenizer.eot]
        (words,) = self._model.find_alignment(tokenizer, [text], heard.encoded, heard.frames)
        last = cuts[-1]
        return replace(last, end_s=max(last.start_s, float(words[-1]["end"]))) if words else last

    def _logprobs(
        self,
        heard: Heard,
        cuts: Sequence[Cut],
        tokenizer: Any,  # noqa: ANN401 - untyped library
    ) -> list[tuple[TokenLogprob, ...]]:
        """Of the tokens of every cut's text, each given those before it.

        The model is led along the text once more, without timestamps: CTranslate2 does not keep
        the probabilities of a beam search.
        """
        texts = [[token for token in at.tokens if token < tokenizer.eot] for at in cuts]
        (aligned,) = self._model.model.align(
            heard.encoded, list(tokenizer.sot_sequence), [list(chain(*texts))], heard.frames
        )
        probabilities = iter(aligned.text_token_probs)
        return [
            tuple(
                TokenLogprob(
                    token_bytes(self._model.hf_tokenizer.id_to_token(token)),
                    math.log(max(next(probabilities), LEAST)),
                )
                for token in text
            )
            for text in texts
        ]


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    """Signs that nobody says; the library's annotation forbids the only argument that works."""
    suppressed: Any = get_suppressed_tokens
    return list(suppressed(tokenizer, [-1]))


def voice_model() -> Path:
    """The voice-activity model in the library's wheel."""
    return Path(get_assets_path()) / "silero_vad_v6.onnx"


def _together(windows: Sequence[Heard]) -> Any:  # noqa: ANN401 - untyped library
    """Encoded windows as one batch."""
    if len(windows) == 1:
        return windows[0].encoded
    return library.StorageView.from_array(
        np.concatenate([np.asarray(heard.encoded) for heard in windows])
    )


def _attempt(
    result: Any,  # noqa: ANN401 - untyped library
    tokenizer: Any,  # noqa: ANN401 - untyped library
    temperature: float,
    seconds: float,
) -> Attempt:
    tokens: tuple[int, ...] = tuple(result.sequences_ids[0])
    # The score is the mean over the tokens; Whisper's own mean counts the end as one more.
    avg_logprob: float = result.scores[0] * len(tokens) / (len(tokens) + 1)
    text = tokenizer.decode(list(tokens)).strip()
    return Attempt(
        tokens,
        temperature,
        avg_logprob,
        compression_ratio(text),
        result.no_speech_prob,
        len(text) / seconds,
        text,
    )


def _piece(part: dict[str, Any], text: str, logprobs: tuple[TokenLogprob, ...]) -> Piece:
    return Piece(
        start_s=float(part["start"]),
        end_s=float(part["end"]),
        text=text,
        tokens=tuple(part["tokens"]),
        words=joined(
            Spoken(
                word["word"], float(word["start"]), float(word["end"]), float(word["probability"])
            )
            for word in part.get("words", ())
        ),
        logprobs=logprobs,
    )
