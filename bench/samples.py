"""A sentence of every voice in its own language, as Ogg Opus: to hear what there is.

    python bench/samples.py KOKORO FOLDER [VOICE …]

KOKORO is the directory of the weights. Writes VOICE.opus and prints the size and the level of each.
"""

import argparse
from pathlib import Path

import numpy as np
from outlet import Basket

from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import AudioFormat, SpeechRequest
from dragoman.engines import kokoro_onnx
from dragoman.engines.kokoro_onnx import voice_cards

SENTENCES = {
    "en": "We were away a year ago, and nobody knew.",
    "es": "La semana pasada fuimos a la playa con unos amigos.",
    "fr": "La semaine dernière, nous sommes allés à la plage.",
    "it": "La settimana scorsa siamo andati al mare con gli amici.",
    "pt": "Na semana passada fomos à praia com os amigos.",
    "ja": "先週、友達と海に行きました。",
    "zh": "上个星期我们和朋友去了海边。",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="A sentence of every voice.")
    parser.add_argument("kokoro", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("voices", nargs="*")
    asked = parser.parse_args()
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(asked.kokoro), 1))
    asked.folder.mkdir(parents=True, exist_ok=True)
    languages = {fact.name or fact.kokoro: "en" for fact in voice_cards.facts()}
    languages |= {native.kokoro: native.language or "en" for native in voice_cards.natives()}
    for voice, language in languages.items():
        if asked.voices and voice not in asked.voices:
            continue

        def spoken(form: AudioFormat, voice: str = voice, language: str = language) -> bytes:
            basket = Basket()
            text = SENTENCES[language]
            engine.run(SpeechRequest(text, voice, form, language=language), basket)
            return bytes(basket.data)

        file = asked.folder / f"{voice}.opus"
        file.write_bytes(spoken("opus"))
        samples = np.frombuffer(spoken("pcm"), "<i2").astype(np.float64) / 32768
        level = 10 * np.log10(np.mean(samples**2))
        print(f"{voice:14} {language}  {file.stat().st_size:6} bytes  {level:.1f} dBFS", flush=True)


if __name__ == "__main__":
    main()
