"""Word error rates and times of the Whisper engine, beside faster-whisper on the same weights.

    python bench/hearing.py CORPUS WEIGHTS [--languages en fr es it ru] [--clips 25] [--json OUT]

CORPUS: a directory into which Debian's `asterisk-core-sounds-{en,es,fr,it,ru}` and the `-wav`
packages beside them were unpacked (`apt-get download`, `dpkg -x PACKAGE CORPUS`): studio prompts of
a telephone exchange, 8 kHz, with their texts (CC-BY-SA-3.0). WEIGHTS: a directory of CTranslate2.

The same clips go to both in turn, each on one thread and without being told the language. Error
rates are of words, without signs and case; `seed` draws other clips.
"""

import argparse
import gzip
import json
import random
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from faster_whisper import WhisperModel

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import (
    DecodeRequest,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2
from dragoman.engines.codecs import load_audio

VOICES = {
    "en": "en_US_f_Allison",
    "es": "es_MX_f_Allison",
    "fr": "fr_CA_f_June",
    "it": "it_IT_m_Carlo",
    "ru": "ru_RU_f_IvrvoiceRU",
}
SHORTEST = 6
"""Words: prompts are often shorter, but then they are parts of sentences."""

Recogniser: TypeAlias = Callable[[Path], tuple[str, str]]
"""A sound file → text and language."""


@dataclass(frozen=True)
class Clip:
    sound: Path
    text: str


class Basket:
    stopped = False

    def __init__(self) -> None:
        self.events: list[Any] = []

    def emit(self, event: object) -> None:
        self.events.append(event)


def clips(corpus: Path, language: str, shortest: int) -> list[Clip]:
    """Prompts without digits, abbreviations in brackets and damaged signs."""
    texts = corpus / f"usr/share/doc/asterisk-core-sounds-{language}"
    sounds = corpus / "usr/share/asterisk/sounds" / VOICES[language]
    found: list[Clip] = []
    with gzip.open(texts / f"core-sounds-{language}.txt.gz", "rt", errors="replace") as lines:
        for line in lines:
            named = re.match(r"([\w-]+): (.*)", line)
            if named is None or re.search(r"[\d#\[\]\ufffd]|\w\?\w", named[2]):
                continue
            sound = sounds / f"{named[1]}.wav"
            if len(words(named[2])) >= shortest and sound.exists():
                found.append(Clip(sound, named[2]))
    return sorted(found, key=lambda clip: clip.sound)


def words(text: str) -> list[str]:
    """Lower case, without signs; marks on letters, of Indian scripts too, stay."""
    kept = unicodedata.normalize("NFKC", text.lower())
    signs = (" " if unicodedata.category(s)[0] in "PS" and s != "'" else s for s in kept)
    return "".join(signs).split()


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to insert, delete or replace."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
            diagonal, row[j] = row[j], best
    return row[-1]


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


def measure(
    language: str, chosen: Sequence[Clip], recognisers: dict[str, Recogniser], *, show: bool
) -> dict[str, Any]:
    spoken = sum(len(words(clip.text)) for clip in chosen)
    wrong, right, seconds = (dict.fromkeys(recognisers, 0.0) for _ in range(3))
    for clip in chosen:
        heard: dict[str, tuple[int, str]] = {}
        for name, hear in recognisers.items():
            began = time.perf_counter()
            text, found = hear(clip.sound)
            seconds[name] += time.perf_counter() - began
            heard[name] = errors(words(clip.text), words(text)), text
            wrong[name] += heard[name][0]
            right[name] += found == language
        if show and len({count for count, _ in heard.values()}) > 1:
            print(f"    {clip.sound.stem}: {clip.text}")
            for name, (count, text) in heard.items():
                print(f"      {name} {count}: {text}")
    return {
        "language": language,
        "clips": len(chosen),
        "words": spoken,
        **{
            name: {
                "wer": round(100 * wrong[name] / spoken, 1),
                "language_right": int(right[name]),
                "seconds": round(seconds[name], 1),
            }
            for name in recognisers
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--languages", nargs="+", choices=sorted(VOICES), default=sorted(VOICES))
    parser.add_argument("--clips", type=int, default=25)
    parser.add_argument("--shortest", type=int, default=SHORTEST, help="words of a prompt")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="print where the two differ")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        recognisers = {
            "ours": ours(options.weights, Path(scratch)),
            "library": library(options.weights),
        }
        for language in options.languages:
            found = clips(options.corpus, language, options.shortest)
            random.Random(options.seed).shuffle(found)
            chosen = found[: options.clips]
            rows.append(measure(language, chosen, recognisers, show=options.show))
            print(json.dumps(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
