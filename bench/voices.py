"""How well each voice is understood: five English sentences, written down by Whisper base.

    python bench/voices.py KOKORO WHISPER

Both are directories of weights. No rule was tuned on these sentences. Prints a line a voice: wrong
words of all, and what was heard instead in the worst sentence.
"""

import re
import sys
from typing import Any, cast

import numpy as np
from faster_whisper import WhisperModel

from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import Sound, SpeechRequest
from dragoman.engines import kokoro_onnx
from dragoman.engines.kokoro_onnx.shelf import facts
from dragoman.phonemes.saying import differences

SENTENCES = (
    "The ferry leaves the northern harbour shortly before sunrise.",
    "My grandmother keeps her letters in a green wooden chest.",
    "Please turn off the kitchen lights when you go upstairs.",
    "Several engineers disagreed about the strength of the bridge.",
    "He borrowed a ladder and painted the ceiling by himself.",
)


class Basket:
    stopped = False

    def __init__(self) -> None:
        self.data = bytearray()

    def emit(self, event: object) -> None:
        if isinstance(event, Sound):
            self.data += event.data


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("harbor", "harbour"))


def main() -> None:
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", sys.argv[1]))
    ears = cast("Any", WhisperModel(sys.argv[2], device="cpu", compute_type="int8"))
    for fact in facts():
        wrong, worst = 0, (0, "")
        for sentence in SENTENCES:
            basket = Basket()
            engine.run(SpeechRequest(sentence, fact.name, "pcm"), basket)
            samples = np.frombuffer(bytes(basket.data), "<i2").astype(np.float32) / 32768
            places = np.arange(0, samples.size, 1.5)
            slower = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
            segments, _ = ears.transcribe(slower, language="en")
            heard = " ".join(segment.text.strip() for segment in segments)
            count = differences(words(sentence), words(heard))
            wrong += count
            worst = max(worst, (count, heard))
        total = sum(len(words(sentence)) for sentence in SENTENCES)
        print(f"{fact.name:8} {wrong} of {total}  {worst[1]}", flush=True)


if __name__ == "__main__":
    main()
