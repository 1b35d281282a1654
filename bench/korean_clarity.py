"""How clearly Korean is said, by a finer measure than errors: what to tune on, not what to report.

    python bench/korean_clarity.py KOKORO WHISPER [--sentences 52] [--json OUT] [--beside FILE]

The first two are directories of weights. Sentences of `korean_sentences.json` are spoken, each by
another voice in turn, and Whisper base is asked how unlikely it finds the right text (nats a
sentence; a token counts for 4 at most, so that one word does not outweigh ten). Prints the mean;
with `--beside` the `--json` of another run, of another checkout say, the mean difference of the
pairs and its standard error. Rules may be tuned on these sentences: `voices.py` has others.
"""

import argparse
import json
import math
import statistics
from pathlib import Path
from typing import Any, cast

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from outlet import Basket

from dragoman.audio.resample import resampled
from dragoman.audio.wav import SAMPLE_RATE
from dragoman.domain import transcription
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SpeechRequest
from dragoman.engines import kokoro_onnx
from dragoman.engines.kokoro_onnx.voice_cards import facts

SENTENCES: list[str] = json.loads(
    Path(__file__).with_name("korean_sentences.json").read_text("utf-8")
)
MOST = 4.0
"""Nats that one token counts for."""


class Ears:
    """Whisper, with the text before it."""

    def __init__(self, weights: Path) -> None:
        self._whisper = WhisperModel(str(weights), device="cpu", compute_type="int8")
        library = cast("Any", self._whisper)
        self._words = Tokenizer(
            library.hf_tokenizer, multilingual=True, task="transcribe", language="ko"
        )

    def surprise(self, spoken: bytes, text: str) -> float:
        """Nats."""
        library = cast("Any", self._whisper)
        samples = resampled(np.frombuffer(spoken, "<i2"), SAMPLE_RATE, transcription.SAMPLE_RATE)
        features = library.feature_extractor(samples.astype(np.float32) / 32768)[:, :-1]
        frames = min(features.shape[-1], 3000)
        padded = np.zeros((features.shape[0], 3000), np.float32)
        padded[:, :frames] = features[:, :frames]
        heard = library.encode(padded)
        start = [*self._words.sot_sequence, self._words.no_timestamps]
        (found,) = library.model.align(heard, start, [self._words.encode(" " + text)], frames)
        return sum(min(-math.log(max(p, 1e-9)), MOST) for p in found.text_token_probs)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kokoro", type=Path)
    parser.add_argument("whisper", type=Path)
    parser.add_argument("--sentences", type=int, default=52)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--beside", type=Path)
    arguments = parser.parse_args()
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(arguments.kokoro)))
    ears = Ears(arguments.whisper)
    voices = [fact.name or fact.kokoro for fact in facts()]
    found: dict[str, float] = {}
    for number, text in enumerate(SENTENCES[: arguments.sentences]):
        basket = Basket()
        voice = voices[number % len(voices)]
        engine.run(SpeechRequest(text, voice, "pcm"), basket)
        found[f"{voice}: {text}"] = ears.surprise(bytes(basket.data), text)
    print(f"{statistics.mean(found.values()):.2f} nats a sentence, of {len(found)}")
    if arguments.beside:
        other: dict[str, float] = json.loads(arguments.beside.read_text("utf-8"))
        pairs = [found[pair] - other[pair] for pair in found.keys() & other.keys()]
        error = statistics.stdev(pairs) / math.sqrt(len(pairs))
        print(f"{statistics.mean(pairs):+.2f} ± {error:.2f} of {len(pairs)} pairs")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
