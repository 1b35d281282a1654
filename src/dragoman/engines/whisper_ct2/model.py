"""The model: faster-whisper's and CTranslate2's encoder and decoder of one window, with types."""

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
from dragoman.engines.whisper_ct2.devices import device
from dragoman.engines.whisper_ct2.fallback import (
    DecodingResult,
    compression_ratio,
    decode_with_fallback,
)
from dragoman.engines.whisper_ct2.settings import Settings
from dragoman.engines.whisper_ct2.timestamps import TimedTokens, split_at_timestamps
from dragoman.engines.whisper_ct2.words import TimedWord, join_words, token_bytes

library: Any = ctranslate2
"""CTranslate2, which has no annotations."""

WINDOW = 30 * SAMPLE_RATE
"""The samples (30 s) that the encoder takes at once."""

WINDOW_FRAMES = 3000
FRAMES_PER_S = 100
HOP, STRIDE = 160, 320
"""The samples of a frame of the spectrum, and of a frame of the encoder, which takes two."""

SHORT_PADDING = 3 * SAMPLE_RATE
"""The samples (3 s) of silence after a window that is not padded to 30 s."""

BEST_OF = 5
"""The number of texts sampled at a temperature above 0; the most probable one is kept."""

SEED = 0
"""The seed of the random numbers with which a window is decoded again."""

MAX_NEW_TOKENS = 224
"""The number of tokens after which the decoder stops."""

MAX_INITIAL_TIMESTAMP_INDEX = 50
"""The first text of a window begins within so many timestamp steps (1 s)."""

MIN_PROBABILITY = 1e-9
"""The lowest probability that is written as a logarithm: 0 has none."""

PREPEND_PUNCTUATIONS, APPEND_PUNCTUATIONS = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""The signs that belong to the word after them, and to the word before them."""


@dataclass(frozen=True, slots=True)
class EncodedWindow:
    """A window after the encoder; any thread may decode it."""

    encoded: Any
    frames: int
    """The frames (10 ms) of its sound, without the padding."""


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How all windows of one recording are decoded."""

    language: str
    task: Literal["transcribe", "translate"]
    temperatures: tuple[float, ...]
    words: bool
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class TimedText:
    """The text between two timestamps, in seconds from the start of the window."""

    start_s: float
    end_s: float
    text: str
    tokens: tuple[int, ...]
    words: tuple[TimedWord, ...]
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedWindow:
    """The text of a window, and how far it reaches."""

    texts: tuple[TimedText, ...]
    decoded_s: float
    """The end of the texts, in seconds of the window: sound after it is decoded once more."""
    result: DecodingResult


class Whisper:
    """A loaded model; as many threads as it has workers may call it at once."""

    def __init__(self, settings: Settings) -> None:
        """Load the model.

        Raises:
            EngineUnavailable: the files are no such model, or the device is not there.
        """
        self._place = place = device(library, settings.device, settings.compute_type)
        # The seed is the process's; each thread of the library reads it when it first samples.
        library.set_random_seed(SEED)
        try:
            self._model: Any = WhisperModel(
                settings.directory,
                device=place.name,
                device_index=place.index,
                compute_type=place.compute_type,
                cpu_threads=1,
                num_workers=settings.num_workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailable(f"Whisper does not load: {error}") from error
        self._directory = settings.directory
        self._one_copy = Lock()
        self._beam_size = settings.beam_size
        self.languages: frozenset[str] = frozenset(self._model.supported_languages)

    @property
    def multilingual(self) -> bool:
        """Whether the model knows more languages than English, and translates."""
        return len(self.languages) > 1

    def encode(self, samples: NDArray[np.int16], *, short_padding: bool = False) -> EncodedWindow:
        """Encode up to 30 s of sound, shape (samples,) at 16 kHz.

        With `short_padding` it is followed by 3 s of silence instead of being padded to 30 s: the
        encoder's work grows with the length of its window. Such a window cannot be decoded
        together with others.

        The padding is silence, as in Whisper's training. The library would pad the spectrum with
        zeros, which is loud noise: on a clip of 1.8 s that costs a full stop and ten points of
        certainty about the language.
        """
        longest = min(WINDOW, len(samples) + SHORT_PADDING) if short_padding else WINDOW
        window = np.zeros(longest - longest % STRIDE, np.float32)
        window[: len(samples)] = samples.astype(np.float32) / 32768
        features = self._model.feature_extractor(window)[:, : len(window) // HOP]
        frames = min(WINDOW_FRAMES, -(-len(samples) * FRAMES_PER_S // SAMPLE_RATE))
        spectrum = library.StorageView.from_array(np.ascontiguousarray(features[np.newaxis]))
        # On a GPU, too, windows that are encoded one by one are batched in memory.
        return EncodedWindow(self._model.model.encode(spectrum, to_cpu=True), frames)

    def detect_language(self, window: EncodedWindow) -> list[tuple[str, float]]:
        """All languages (ISO-639-1) with their probabilities, the most probable first."""
        if not self.multilingual:
            return [("en", 1.0)]
        languages = self._model.model.detect_language(window.encoded)[0]
        return [(token[2:-2], float(probability)) for token, probability in languages]

    def tokens(self, text: str) -> list[int]:
        """The tokens that the model would have written for `text`."""
        tokenizer: Any = Tokenizer(self._model.hf_tokenizer, multilingual=False)
        return tokenizer.encode(" " + text.strip())

    def text_logprobs(self, window: EncodedWindow, languages: Sequence[str]) -> list[float]:
        """The log-probability of a window's most probable text in each language."""
        tokenizers = [self._tokenizer(language, "transcribe") for language in languages]
        results = self._generate([window] * len(tokenizers), tokenizers, (), 0.0)
        return [result.logprob for result in results]

    def decode(
        self, windows: Sequence[EncodedWindow], options: DecodingOptions, previous: Sequence[int]
    ) -> list[DecodedWindow]:
        """Decode windows, each after the tokens in `previous`.

        They are decoded together and have the texts that they would have alone: the decoder waits
        for memory more than for arithmetic, so four take less than four times as long as one.
        """
        tokenizer = self._tokenizer(options.language, options.task)

        def decode_together(indices: Sequence[int], temperature: float) -> list[DecodingResult]:
            chosen = [windows[index] for index in indices]
            return self._generate(chosen, [tokenizer] * len(chosen), previous, temperature)

        @contextmanager
        def decode_again(index: int) -> Generator[Callable[[float], DecodingResult], None, None]:
            with self._newly_seeded() as model:
                yield lambda temperature: self._generate(
                    [windows[index]], [tokenizer], previous, temperature, model
                )[0]

        results = decode_with_fallback(
            len(windows), options.temperatures, decode_together, decode_again
        )
        return [
            self._decoded_window(window, result, options, tokenizer)
            for window, result in zip(windows, results, strict=True)
        ]

    @contextmanager
    def _newly_seeded(self) -> Generator[Any, None, None]:
        """A copy of the model that has not sampled yet; one at a time, for the sake of memory.

        The library seeds each of its threads once and has no seed for a call: only new threads
        begin with the same random numbers, and only a new copy of the model has new threads.
        """
        with self._one_copy:
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

    def _generate(
        self,
        windows: Sequence[EncodedWindow],
        tokenizers: Sequence[Any],
        previous: Sequence[int],
        temperature: float,
        model: Any = None,  # noqa: ANN401 - untyped library
    ) -> list[DecodingResult]:
        if temperature > 0:
            sampling = {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0}
        else:
            sampling = {"beam_size": self._beam_size}
        results = (model or self._model.model).generate(
            _batched(windows),
            [self._model.get_prompt(tokenizer, list(previous)) for tokenizer in tokenizers],
            sampling_temperature=temperature or 1.0,
            max_length=self._model.max_length,
            max_initial_timestamp_index=MAX_INITIAL_TIMESTAMP_INDEX,
            suppress_tokens=_suppressed(tokenizers[0]),
            return_scores=True,
            return_no_speech_prob=True,
            **sampling,
        )
        return [
            _decoding_result(result, tokenizer, temperature, window.frames / FRAMES_PER_S)
            for result, tokenizer, window in zip(results, tokenizers, windows, strict=True)
        ]

    def _decoded_window(
        self,
        window: EncodedWindow,
        result: DecodingResult,
        options: DecodingOptions,
        tokenizer: Any,  # noqa: ANN401 - untyped library
    ) -> DecodedWindow:
        if result.is_silence:
            return DecodedWindow((), window.frames / FRAMES_PER_S, result)
        window_s, ended = window.frames / FRAMES_PER_S, len(result.tokens) < MAX_NEW_TOKENS
        timed_tokens, decoded_s = split_at_timestamps(
            result.tokens, tokenizer.timestamp_begin, window_s, ended=ended
        )
        open_end = bool(timed_tokens) and timed_tokens[-1].tokens[-1] < tokenizer.timestamp_begin
        if open_end and not options.words:
            timed_tokens[-1] = self._with_end_of_last_word(window, timed_tokens, tokenizer)
        parts: list[dict[str, Any]] = [
            {"seek": 0, "start": at.start_s, "end": at.end_s, "tokens": at.tokens}
            for at in timed_tokens
        ]
        if options.words and parts:
            self._model.add_word_timestamps(
                [parts],
                tokenizer,
                window.encoded,
                window.frames,
                PREPEND_PUNCTUATIONS,
                APPEND_PUNCTUATIONS,
                0.0,
            )
        logprobs: list[tuple[TokenLogprob, ...]] = [()] * len(timed_tokens)
        if options.logprobs:
            logprobs = self._token_logprobs(window, timed_tokens, tokenizer)
        texts = (
            _timed_text(part, tokenizer.decode(part["tokens"]), token_logprobs)
            for part, token_logprobs in zip(parts, logprobs, strict=True)
        )
        return DecodedWindow(tuple(texts), decoded_s, result)

    def _with_end_of_last_word(
        self,
        window: EncodedWindow,
        timed_tokens: Sequence[TimedTokens],
        tokenizer: Any,  # noqa: ANN401 - untyped library
    ) -> TimedTokens:
        """The last tokens, for which the model wrote no end, with the end of their last word."""
        text = [token for at in timed_tokens for token in at.tokens if token < tokenizer.eot]
        (words,) = self._model.find_alignment(tokenizer, [text], window.encoded, window.frames)
        last = timed_tokens[-1]
        return replace(last, end_s=max(last.start_s, float(words[-1]["end"]))) if words else last

    def _token_logprobs(
        self,
        window: EncodedWindow,
        timed_tokens: Sequence[TimedTokens],
        tokenizer: Any,  # noqa: ANN401 - untyped library
    ) -> list[tuple[TokenLogprob, ...]]:
        """The log-probability of each token of the texts, given the tokens before it.

        The model is led along the text once more, without timestamps: CTranslate2 does not keep
        the probabilities of a beam search.
        """
        texts = [[token for token in at.tokens if token < tokenizer.eot] for at in timed_tokens]
        (aligned,) = self._model.model.align(
            window.encoded, list(tokenizer.sot_sequence), [list(chain(*texts))], window.frames
        )
        probabilities = iter(aligned.text_token_probs)
        return [
            tuple(
                TokenLogprob(
                    token_bytes(self._model.hf_tokenizer.id_to_token(token)),
                    math.log(max(next(probabilities), MIN_PROBABILITY)),
                )
                for token in text
            )
            for text in texts
        ]


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    """The tokens that nobody says; the annotation forbids the only argument that works."""
    suppressed: Any = get_suppressed_tokens
    return list(suppressed(tokenizer, [-1]))


def vad_model() -> Path:
    """The voice activity model in faster-whisper's wheel."""
    return Path(get_assets_path()) / "silero_vad_v6.onnx"


def _batched(windows: Sequence[EncodedWindow]) -> Any:  # noqa: ANN401 - untyped library
    """The encoded windows as one batch."""
    if len(windows) == 1:
        return windows[0].encoded
    return library.StorageView.from_array(
        np.concatenate([np.asarray(window.encoded) for window in windows])
    )


def _decoding_result(
    result: Any,  # noqa: ANN401 - untyped library
    tokenizer: Any,  # noqa: ANN401 - untyped library
    temperature: float,
    seconds: float,
) -> DecodingResult:
    tokens: tuple[int, ...] = tuple(result.sequences_ids[0])
    # The score is the mean over the tokens; Whisper's own mean counts the end as one more.
    avg_logprob: float = result.scores[0] * len(tokens) / (len(tokens) + 1)
    text = tokenizer.decode(list(tokens)).strip()
    return DecodingResult(
        tokens,
        temperature,
        avg_logprob,
        compression_ratio(text),
        result.no_speech_prob,
        len(text) / seconds,
        text,
    )


def _timed_text(part: dict[str, Any], text: str, logprobs: tuple[TokenLogprob, ...]) -> TimedText:
    return TimedText(
        start_s=float(part["start"]),
        end_s=float(part["end"]),
        text=text,
        tokens=tuple(part["tokens"]),
        words=join_words(
            TimedWord(
                word["word"], float(word["start"]), float(word["end"]), float(word["probability"])
            )
            for word in part.get("words", ())
        ),
        logprobs=logprobs,
    )
