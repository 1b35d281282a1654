"""How well the other languages are understood: twelve sentences each, written down by Whisper base.

    python bench/languages.py KOKORO WHISPER [LANGUAGE …] [--voice alloy]

Both are directories of weights. No rule was tuned on these sentences (`languages.json`). Both texts
are compared as they are read aloud, so that "25 €" and "veinticinco euros" are the same: words,
and in Japanese kana, in Chinese syllables with their tones.
"""

import argparse
import json
from pathlib import Path
from typing import Any, cast

import numpy as np
from faster_whisper import WhisperModel
from outlet import Basket
from pypinyin import Style, lazy_pinyin

from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SpeechRequest
from dragoman.engines import kokoro_onnx
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.saying import differences
from dragoman.phonemes.scan import Language

SENTENCES: dict[Language, list[str]] = json.loads(
    Path(__file__).with_suffix(".json").read_text("utf-8")
)


def units(text: str, language: Language) -> list[str]:
    pieces = pieces_of(text, 0, len(text), language)
    said = [word for piece in pieces if not piece.is_mark for word in piece.spoken.lower().split()]
    if language == "ja":
        return list("".join(said))
    if language == "zh":
        return lazy_pinyin("".join(said), style=Style.TONE3)
    return [word for word in said if any(map(str.isalnum, word))]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kokoro")
    parser.add_argument("whisper")
    parser.add_argument("languages", nargs="*")
    parser.add_argument("--voice", default="alloy")
    asked = parser.parse_args()
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", asked.kokoro, threads=2))
    ears = cast(
        "Any", WhisperModel(asked.whisper, device="cpu", compute_type="int8", cpu_threads=2)
    )
    for language, sentences in SENTENCES.items():
        if asked.languages and language not in asked.languages:
            continue
        wrong, total = 0, 0
        for sentence in sentences:
            basket = Basket()
            engine.run(SpeechRequest(sentence, asked.voice, "pcm", language=language), basket)
            samples = np.frombuffer(bytes(basket.data), "<i2").astype(np.float32) / 32768
            places = np.arange(0, samples.size, 1.5)
            slower = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
            segments, _ = ears.transcribe(slower, language=language)
            heard = "".join(segment.text for segment in segments).strip()
            meant = units(sentence, language)
            count = differences(meant, units(heard, language))
            wrong, total = wrong + count, total + len(meant)
            if count:
                print(f"   {count:2}  {sentence}  |  {heard}", flush=True)
        print(f"{language} {asked.voice}: {wrong} of {total} = {wrong / total:.1%}", flush=True)


if __name__ == "__main__":
    main()
