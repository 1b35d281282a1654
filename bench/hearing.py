"""Error rates and times of the Whisper engine, beside faster-whisper on the same weights.

    python bench/hearing.py CORPUS WEIGHTS [--languages en fr es it ru ja zh ko] [--clips 50]
        [--sources prompts stamps digits numbers passages] [--speech KOKORO] [--json OUT]

CORPUS: see `corpora.py`. WEIGHTS: a directory of CTranslate2. The same clips go to both in turn,
each on one thread and without being told the language. Errors are of words, or of characters in
Japanese, Chinese and Korean, without signs and case; `--seed` draws other clips. `--speech`: Korean
descriptions of pictures, spoken by our own speech engine, and so synthetic.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from corpora import VOICES, Clip, digits, numbers, passages, prompts, stamps, units
from faster_whisper import WhisperModel

from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import Sound, SpeechRequest
from dragoman.domain.transcription import (
    DecodeRequest,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionRequest,
)
from dragoman.engines import kokoro_onnx, whisper_ct2
from dragoman.engines.codecs import load_audio
from dragoman.phonemes.saying import differences

SHORTEST = 6
"""Words of a prompt: they are often shorter, but then they are parts of sentences."""

SHORTEST_STAMP = 3
"""Words of a description."""

SOURCES = ("prompts", "stamps", "digits", "numbers", "passages", "synthetic")

Recogniser: TypeAlias = Callable[[Path], tuple[str, str]]
"""A sound file → text and language."""


class Basket:
    stopped = False

    def __init__(self) -> None:
        self.events: list[Any] = []

    def emit(self, event: object) -> None:
        self.events.append(event)


def ours(weights: Path, scratch: Path) -> Recogniser:
    codec = load_audio(EngineSpec("audio-codec", ""))
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=1))

    def hear(sound: Path) -> tuple[str, str]:
        decoded, basket = Basket(), Basket()
        codec.run(DecodeRequest(str(sound), str(scratch / "samples"), 3600.0), decoded)
        (recording,) = decoded.events
        assert isinstance(recording, Recording)
        engine.run(TranscriptionRequest(recording), basket)
        (language,) = (e.language for e in basket.events if isinstance(e, LanguageFound))
        return "".join(e.text for e in basket.events if isinstance(e, Segment)), language

    return hear


def library(weights: Path) -> Recogniser:
    model: Any = WhisperModel(str(weights), compute_type="int8", cpu_threads=1)

    def hear(sound: Path) -> tuple[str, str]:
        segments, info = model.transcribe(str(sound), vad_filter=True)
        return "".join(segment.text for segment in segments), info.language

    return hear


def spoken(corpus: Path, speech: Path, scratch: Path, count: int, seed: int) -> list[Clip]:
    """Korean texts, said by our own engine in turn by a woman and by a man."""
    texts: list[str] = []
    for path in sorted(corpus.glob("usr/share/tuxpaint/stamps/**/*.txt")):
        for line in path.read_text(errors="replace").splitlines():
            told = line.removeprefix("ko.utf8=").strip()
            if told != line.strip() and len(units(told, "ko")) >= SHORTEST and told.isprintable():
                texts.append(told)
    texts = sorted({text for text in texts if not any(s.isascii() and s.isalnum() for s in text)})
    random.Random(seed).shuffle(texts)
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(speech)))
    clips: list[Clip] = []
    for number, text in enumerate(texts[:count]):
        basket = Basket()
        voice = ("nova", "onyx")[number % 2]
        engine.run(SpeechRequest(text, voice, "wav", language="ko"), basket)
        sound = scratch / f"ko-{number}.wav"
        sound.write_bytes(b"".join(e.data for e in basket.events if isinstance(e, Sound)))
        clips.append(Clip(sound, text))
    return clips


def measure(
    language: str, chosen: Sequence[Clip], recognisers: dict[str, Recogniser], *, show: bool
) -> dict[str, Any]:
    said = sum(len(units(clip.text, language)) for clip in chosen)
    wrong, right, seconds = (dict.fromkeys(recognisers, 0.0) for _ in range(3))
    for clip in chosen:
        heard: dict[str, tuple[int, str]] = {}
        for name, hear in recognisers.items():
            began = time.perf_counter()
            text, found = hear(clip.sound)
            seconds[name] += time.perf_counter() - began
            count = differences(units(clip.text, language), units(text, language))
            heard[name] = count, f"[{found}] {text}"
            wrong[name] += count
            right[name] += found == language
        if show and len({count for count, _ in heard.values()}) > 1:
            print(f"    {clip.sound.stem}: {clip.text}")
            for name, (count, text) in heard.items():
                print(f"      {name} {count}: {text}")
    return {
        "language": language,
        "clips": len(chosen),
        "units": said,
        **{
            name: {
                "errors": int(wrong[name]),
                "error_rate": round(100 * wrong[name] / said, 1),
                "language_right": int(right[name]),
                "seconds": round(seconds[name], 1),
            }
            for name in recognisers
        },
    }


def chosen(
    corpus: Path, language: str, source: str, shortest: int, most: int, seed: int
) -> list[Clip]:
    match source:
        case "prompts":
            found = prompts(corpus, language, shortest)
        case "stamps":
            found = stamps(corpus, language, SHORTEST_STAMP)
        case "digits":
            found = digits(corpus, language)
        case _:
            found = passages(corpus, language)
    random.Random(seed).shuffle(found)
    return found[:most]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--languages", nargs="+", default=[*sorted(VOICES), "ja", "zh", "ko"])
    parser.add_argument("--sources", nargs="+", choices=SOURCES, default=SOURCES)
    parser.add_argument("--clips", type=int, default=50)
    parser.add_argument("--shortest", type=int, default=SHORTEST, help="words of a prompt")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--speech", type=Path, help="weights of Kokoro")
    parser.add_argument("--show", action="store_true", help="print where the two differ")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        recognisers = {"ours": ours(options.weights, scratch), "library": library(options.weights)}
        for language in options.languages:
            for source in options.sources:
                most, seed = options.clips, options.seed
                corpus, speech = options.corpus, options.speech
                if source == "numbers":
                    clips = numbers(corpus, language, scratch, most, seed)
                elif source != "synthetic":
                    clips = chosen(corpus, language, source, options.shortest, most, seed)
                elif speech and language == "ko":
                    clips = spoken(corpus, speech, scratch, most, seed)
                else:
                    clips = []
                if clips:
                    row = measure(language, clips, recognisers, show=options.show)
                    rows.append({"source": source, **row})
                    print(json.dumps(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
