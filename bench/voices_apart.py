"""Whether voices can be told apart in a language, and what a share of the asked voice costs.

    python bench/voices_apart.py KOKORO SPEAKERS WHISPER LANGUAGE … [--timbre SHARE …]

The first three are directories of weights. Seven voices say three sentences of `languages.json`
each. CAM++ gives every spoken sentence to the voice whose other sentences it is most like (leave
one out), Whisper base writes it down. Prints a line a language and share: how many sentences are
given to their own voice, how alike the nearest voices are, how many letters (in Japanese kana, in
Chinese syllables) are misread, and how loud women and men are (dBFS of what sounds).

`--timbre`: shares of the asked voice in how it sounds, instead of those in `voices.toml`.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from faster_whisper import WhisperModel
from languages import SENTENCES, units
from numpy.typing import NDArray
from outlet import Basket
from thirteen_voices import given, unit

from dragoman.audio.resample import resampled
from dragoman.audio.wav import SAMPLE_RATE
from dragoman.domain import transcription
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SpeechRequest
from dragoman.engines.kokoro_onnx import voice_cards, voices
from dragoman.engines.kokoro_onnx.engine import Kokoro
from dragoman.engines.speakers.embedding import PieceEmbedder
from dragoman.engines.speakers.networks import Networks
from dragoman.phonemes.saying import differences
from dragoman.phonemes.scan import Language

WOMEN, MEN = ("alloy", "coral", "nova", "shimmer"), ("ash", "echo", "onyx")
CHOSEN = (0, 6, 8)
"""The sentences of each language that are spoken."""


def with_timbre(kokoro: Kokoro, weights: Path, language: str, share: float) -> Kokoro:
    """The engine with another share of the asked voice in one language."""
    own = voice_cards.accents

    def accents() -> list[voice_cards.Accent]:
        return [
            replace(accent, timbre=share) if accent.language == language else accent
            for accent in own()
        ]

    voice_cards.accents = accents
    try:
        return replace(kokoro, voices=voices.load(weights))
    finally:
        voice_cards.accents = own


def level(samples: NDArray[np.int16]) -> float:
    """The level of what sounds, in dBFS."""
    frames = samples[: samples.size // 480 * 480].reshape(-1, 480) / 32768
    levels = np.sqrt((frames**2).mean(axis=1))
    return float(20 * np.log10(np.sqrt((levels[levels > levels.max() / 20] ** 2).mean())))


def letters(text: str, language: Language) -> list[str]:
    words = units(text, language)
    return words if language in ("ja", "zh") else list("".join(words))


def measured(
    kokoro: Kokoro, embedder: PieceEmbedder, ears: WhisperModel, language: Language
) -> str:
    names = (*WOMEN, *MEN)
    heard: list[NDArray[np.float32]] = []
    levels: list[float] = []
    wrong = total = 0
    for name in names:
        for at in CHOSEN:
            sentence = SENTENCES[language][at]
            basket = Basket()
            kokoro.run(SpeechRequest(sentence, name, "pcm", language=language), basket)
            spoken = np.frombuffer(bytes(basket.data), "<i2")
            levels.append(level(spoken))
            samples = resampled(spoken, SAMPLE_RATE, transcription.SAMPLE_RATE).astype(np.int16)
            voice = embedder.voice(samples)
            assert voice is not None
            heard.append(voice)
            segments, _ = cast("Any", ears).transcribe(
                samples.astype(np.float32) / 32768, language=language
            )
            meant = letters(sentence, language)
            text = "".join(segment.text for segment in segments).strip()
            wrong += differences(meant, letters(text, language))
            total += len(meant)
    vectors = np.stack(heard).reshape(len(names), len(CHOSEN), -1)
    own = int((given(vectors) == np.arange(len(names))[:, None]).sum())
    means = unit(vectors.mean(axis=1))
    nearest: Sequence[float] = (means @ means.T - 2 * np.eye(len(names))).max(axis=1).tolist()
    border = len(WOMEN) * len(CHOSEN)
    women, men = np.mean(levels[:border]), np.mean(levels[border:])
    return (
        f"{own} of {len(heard)} given to their own voice, nearest {min(nearest):.2f} to "
        f"{max(nearest):.2f} alike, {wrong} of {total} misread, {women:.1f} and {men:.1f} dBFS"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kokoro", type=Path)
    parser.add_argument("speakers", type=Path)
    parser.add_argument("whisper")
    parser.add_argument("languages", nargs="+", choices=SENTENCES)
    parser.add_argument("--timbre", type=float, nargs="*", default=[])
    options = parser.parse_args()
    kokoro = Kokoro.load(EngineSpec("kokoro-onnx", str(options.kokoro)))
    embedder = PieceEmbedder(Networks(options.speakers, threads=2))
    ears = WhisperModel(options.whisper, device="cpu", compute_type="int8", cpu_threads=2)
    for language in options.languages:
        print(language, measured(kokoro, embedder, ears, language), flush=True)
        for share in options.timbre:
            other = with_timbre(kokoro, options.kokoro, language, share)
            print(language, share, measured(other, embedder, ears, language), flush=True)


if __name__ == "__main__":
    main()
