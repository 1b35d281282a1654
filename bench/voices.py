"""How well each voice is understood: sentences spoken and written down by bare Whisper base.

    python bench/voices.py KOKORO WHISPER [--language en] [--voices alloy …] [--json OUT]

The first two are directories of weights. `spoken_sentences.json` holds twenty sentences a language
and, beside each, what a person reads aloud; no rule was tuned on them. What Whisper writes is put
into words ("$5" is "five dollars") and compared: in English word by word, in Korean character by
character without spaces. Prints a line a voice, then the worst sentences.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any, cast

import numpy as np
from faster_whisper import WhisperModel
from outlet import Basket

from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SpeechRequest
from dragoman.engines import kokoro_onnx
from dragoman.engines.kokoro_onnx.voice_cards import facts
from dragoman.phonemes.compose import compose
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.saying import differences
from dragoman.phonemes.traced import itself

SENTENCES: dict[str, list[tuple[str, str]]] = json.loads(
    Path(__file__).with_name("spoken_sentences.json").read_text("utf-8")
)


CLOCK = re.compile(r"(?<![\d$€£.])(\d{1,2})\.([0-5]\d)(?!\d|%| ?(?:kg|percent|million))")
"""Half past nine as Britons write it; Whisper does, too."""


def units(text: str, language: str) -> list[str]:
    """Words in English, characters in Korean, however numbers are written."""
    if language == "en":
        text = CLOCK.sub(r"\1:\2", text)
    composed = compose(itself(text)).text
    pieces = pieces_of(composed, 0, len(composed), "ko" if language == "ko" else "en")
    words = re.findall(r"[\w']+", " ".join(piece.spoken for piece in pieces).lower())
    return list("".join(words)) if language == "ko" else words


def listened(ears: WhisperModel, basket: Basket, language: str) -> str:
    samples = np.frombuffer(bytes(basket.data), "<i2").astype(np.float32) / 32768
    places = np.arange(0, samples.size, 1.5)
    slower = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
    segments, _ = cast("Any", ears).transcribe(slower, language=language)
    return " ".join(segment.text.strip() for segment in segments)


def main() -> None:
    parser = argparse.ArgumentParser(description="How well each voice is understood.")
    parser.add_argument("kokoro", type=Path)
    parser.add_argument("whisper", type=Path)
    parser.add_argument("--language", choices=SENTENCES, default="en")
    parser.add_argument("--voices", nargs="+", default=[fact.name for fact in facts()])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(arguments.kokoro), 1))
    whisper = str(arguments.whisper)
    ears = WhisperModel(whisper, device="cpu", compute_type="int8", cpu_threads=1)
    found: list[tuple[str, int, int, str, str]] = []
    for voice in arguments.voices:
        for text, read in SENTENCES[arguments.language]:
            basket = Basket()
            engine.run(SpeechRequest(text, voice, "pcm"), basket)
            heard = listened(ears, basket, arguments.language)
            said = units(read, arguments.language)
            wrong = differences(said, units(heard, arguments.language))
            found.append((voice, wrong, len(said), text, heard))
        own = [each for each in found if each[0] == voice]
        wrong, total = sum(each[1] for each in own), sum(each[2] for each in own)
        print(f"{voice:8} {wrong} of {total}  {wrong / total:.1%}", flush=True)
    for voice, wrong, total, text, heard in sorted(found, key=lambda each: -each[1] / each[2]):
        if wrong:
            print(f"{voice:8} {wrong}/{total}  {text}  |  {heard}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
