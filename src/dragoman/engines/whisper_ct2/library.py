"""The parts of faster-whisper and CTranslate2 that we use, with types.

One window of 30 s at a time: what is heard where, and in which order, is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import TranscriptionOptions, get_suppressed_tokens
from faster_whisper.utils import get_assets_path
from numpy.typing import NDArray

from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.cuts import cut
from dragoman.engines.whisper_ct2.settings import Settings

WINDOW = 30 * SAMPLE_RATE
"""Samples that Whisper hears at once."""

WINDOW_FRAMES = 3000
FRAMES_PER_S = 100
LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Temperatures tried in turn while the text is improbable or repeats itself."""


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


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word, in seconds from the start of the window; `text` has its leading space."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two timestamps, in seconds from the start of the window."""

    start_s: float
    end_s: float
    text: str
    tokens: tuple[int, ...]
    words: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A window's text."""

    pieces: tuple[Piece, ...]
    heard_s: float
    """How far the pieces reach: what comes after has to be heard again."""
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float


class Whisper:
    """A loaded model; calls from several threads run at once, as many as it has workers."""

    def __init__(self, settings: Settings) -> None:
        """Load it.

        Raises:
            EngineUnavailable: the files are no such model.
        """
        try:
            self._model: Any = WhisperModel(
                settings.directory,
                device="cpu",
                compute_type=settings.compute_type,
                cpu_threads=1,
                num_workers=settings.workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailable(f"Whisper does not load: {error}") from error
        self._beam_size = settings.beam_size
        self.languages: frozenset[str] = frozenset(self._model.supported_languages)

    @property
    def multilingual(self) -> bool:
        """Whether it knows more than English, and translates."""
        return len(self.languages) > 1

    def hear(self, samples: NDArray[np.int16]) -> Heard:
        """Encode up to 30 s of sound, shape (samples,) at 16 kHz.

        The rest of the window is silence, as in Whisper's training. The library would pad the
        spectrum with zeros, which is loud noise: on a clip of 1.8 s that costs a full stop and
        ten points of certainty about the language.
        """
        window = np.zeros(WINDOW, np.float32)
        window[: len(samples)] = samples.astype(np.float32) / 32768
        features = self._model.feature_extractor(window)[:, :WINDOW_FRAMES]
        frames = min(WINDOW_FRAMES, -(-len(samples) * FRAMES_PER_S // SAMPLE_RATE))
        return Heard(self._model.encode(features), frames)

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

    def decode(self, heard: Heard, manner: Manner, before: Sequence[int]) -> Decoded:
        """What is said in a window, if `before` (tokens) was said or written before."""
        tokenizer: Any = Tokenizer(
            self._model.hf_tokenizer, self.multilingual, manner.task, manner.language
        )
        prompt = self._model.get_prompt(tokenizer, list(before))
        result, avg_logprob, temperature, compression_ratio = self._model.generate_with_fallback(
            heard.encoded, prompt, tokenizer, self._options(tokenizer, manner)
        )
        tokens: list[int] = list(result.sequences_ids[0])
        cuts, heard_s = cut(tokens, tokenizer.timestamp_begin, heard.frames / FRAMES_PER_S)
        parts: list[dict[str, Any]] = [
            {"seek": 0, "start": at.start_s, "end": at.end_s, "tokens": at.tokens} for at in cuts
        ]
        if manner.words and parts:
            self._model.add_word_timestamps(
                [parts], tokenizer, heard.encoded, heard.frames, OPENING, CLOSING, 0.0
            )
        return Decoded(
            pieces=tuple(_piece(part, tokenizer.decode(part["tokens"])) for part in parts),
            heard_s=heard_s,
            temperature=temperature,
            avg_logprob=avg_logprob,
            compression_ratio=compression_ratio,
            no_speech_prob=result.no_speech_prob,
        )

    def _options(self, tokenizer: Tokenizer, manner: Manner) -> TranscriptionOptions:
        """The library's own defaults; what concerns more than one window is not used."""
        return TranscriptionOptions(
            beam_size=self._beam_size,
            best_of=5,
            patience=1,
            length_penalty=1,
            repetition_penalty=1,
            no_repeat_ngram_size=0,
            log_prob_threshold=-1.0,
            no_speech_threshold=0.6,
            compression_ratio_threshold=2.4,
            condition_on_previous_text=True,
            prompt_reset_on_temperature=0.5,
            temperatures=list(manner.temperatures),
            initial_prompt=None,
            prefix=None,
            suppress_blank=True,
            suppress_tokens=_suppressed(tokenizer),
            without_timestamps=False,
            max_initial_timestamp=1.0,
            word_timestamps=manner.words,
            prepend_punctuations=OPENING,
            append_punctuations=CLOSING,
            multilingual=False,
            max_new_tokens=None,
            clip_timestamps="0",
            hallucination_silence_threshold=None,
            hotwords=None,
        )


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    """Signs that nobody says; the library's annotation forbids the only argument that works."""
    suppressed: Any = get_suppressed_tokens
    return list(suppressed(tokenizer, [-1]))


def voice_model() -> Path:
    """The voice-activity model in the library's wheel."""
    return Path(get_assets_path()) / "silero_vad_v6.onnx"


def _piece(part: dict[str, Any], text: str) -> Piece:
    return Piece(
        start_s=float(part["start"]),
        end_s=float(part["end"]),
        text=text,
        tokens=tuple(part["tokens"]),
        words=tuple(
            Spoken(
                word["word"], float(word["start"]), float(word["end"]), float(word["probability"])
            )
            for word in part.get("words", ())
        ),
    )
