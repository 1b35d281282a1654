"""When words are said: the Whisper engine and faster-whisper beside times that are known.

    python bench/word_times.py WEIGHTS KOKORO [--json OUT]

Our own speech engine says twelve sentences in turn by two voices, with pauses of 0.3 to 4 s, and
knows to 25 ms when it says each word. Prints how far the recognised words are off, in seconds:
median, nine of ten, and the most, for starts and ends, and how much of them lies over silence.
"""

import argparse
import difflib
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from corpora import RATE
from faster_whisper import WhisperModel
from hearing import Basket
from numpy.typing import NDArray

from dragoman.audio.resample import resampled
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import Sound, SpeechRequest, SpokenWord
from dragoman.domain.transcription import Recording, Segment, TranscriptionRequest, Word
from dragoman.engines import kokoro_onnx, whisper_ct2

SENTENCES = (
    "The ferry leaves the northern harbor shortly before sunrise.",
    "My grandmother keeps her letters in a green wooden chest.",
    "Please turn off the kitchen lights when you go upstairs.",
    "Several engineers disagreed about the strength of the bridge.",
    "He borrowed a ladder and painted the ceiling by himself.",
    "In the evening, after a long day of rain, the streets were empty and quiet.",
    "Nobody knows how the old clock found its way into the attic.",
    "We will meet in front of the museum at noon, and then walk to the river.",
    "Children, teachers and parents planted trees along the road.",
    "The recipe calls for two cups of flour and a pinch of salt.",
    "Her brother writes songs about the sea, although he has never seen it.",
    "Would you like to sit by the window or next to the fire?",
)


def spoken(speech: Path) -> tuple[NDArray[np.int16], list[Word]]:
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(speech), threads=2))
    pauses = random.Random(3)
    parts: list[NDArray[np.int16]] = []
    said: list[Word] = []
    for number, sentence in enumerate(SENTENCES):
        basket = Basket()
        engine.run(SpeechRequest(sentence, ("nova", "onyx")[number % 2], "pcm", words=True), basket)
        now_s = sum(map(len, parts)) / RATE
        for event in basket.events:
            if isinstance(event, SpokenWord):
                text = sentence[event.start : event.end]
                said.append(Word(text, now_s + event.start_s, now_s + event.end_s, 1.0))
        sound = b"".join(event.data for event in basket.events if isinstance(event, Sound))
        parts.append(resampled(np.frombuffer(sound, "<i2"), 24_000, RATE))
        parts.append(np.zeros(round(pauses.uniform(0.3, 4.0) * RATE), np.int16))
    return np.concatenate(parts), said


def ours(weights: Path, sound: NDArray[np.int16], scratch: Path) -> list[Word]:
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=1))
    sound.astype("<i2").tofile(scratch)
    basket = Basket()
    request = TranscriptionRequest(Recording(str(scratch), len(sound)), language="en", words=True)
    engine.run(request, basket)
    return [word for e in basket.events if isinstance(e, Segment) for word in e.words]


def library(weights: Path, sound: NDArray[np.int16]) -> list[Word]:
    model: Any = WhisperModel(str(weights), compute_type="int8", cpu_threads=1)
    floats = sound.astype(np.float32) / 32768
    segments, _ = model.transcribe(floats, language="en", vad_filter=True, word_timestamps=True)
    return [
        Word(word.word.strip(), word.start, word.end, word.probability)
        for segment in segments
        for word in segment.words
    ]


def bare(word: Word) -> str:
    return "".join(sign for sign in word.text.lower() if sign.isalpha())


def compared(said: Sequence[Word], heard: Sequence[Word]) -> dict[str, Any]:
    blocks = difflib.SequenceMatcher(
        None, [bare(word) for word in said], [bare(word) for word in heard], autojunk=False
    ).get_matching_blocks()
    pairs = [(said[b.a + n], heard[b.b + n]) for b in blocks for n in range(b.size)]
    voiced = np.zeros(round((said[-1].end_s + 60) * 1000), bool)
    for word in said:
        voiced[round(word.start_s * 1000) : round(word.end_s * 1000)] = True
    spans = [(round(word.start_s * 1000), round(word.end_s * 1000)) for word in heard]
    silent = sum(int(np.count_nonzero(~voiced[a:b])) for a, b in spans)
    return {
        "words": len(said),
        "matched": len(pairs),
        "starts_off_s": spread([abs(a.start_s - b.start_s) for a, b in pairs]),
        "ends_off_s": spread([abs(a.end_s - b.end_s) for a, b in pairs]),
        "over_silence": round(silent / max(1, sum(b - a for a, b in spans)), 3),
    }


def spread(off: Sequence[float]) -> list[float]:
    return [round(float(np.quantile(off, share)), 3) for share in (0.5, 0.9, 1.0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("speech", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sound, said = spoken(options.speech)
    with tempfile.TemporaryDirectory() as scratch:
        ways: dict[str, Callable[[], list[Word]]] = {
            "ours": lambda: ours(options.weights, sound, Path(scratch) / "samples"),
            "library": lambda: library(options.weights, sound),
        }
        results = {name: compared(said, hear()) for name, hear in ways.items()}
    print(json.dumps(results, indent=1))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
