"""Long recordings in one language that is not told: whether a half minute is taken for another's.

    python bench/one_language.py CORPUS WEIGHTS [--languages en es fr it ru] [--minutes 3]
        [--seed 5]

CORPUS: see `corpora.py`. Prompts and descriptions of pictures by several speakers, shuffled, with
pauses of 0.2 to 1 s. Each recording is heard twice, with the language told and without: where the
texts are the same, no half minute was written in another language. Prints words wrong of both ways
and the places where they differ.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from corpora import VOICES, Clip, prompts, stamps, units
from hearing import Basket
from long_sound import joined

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import (
    LanguageFound,
    Recording,
    Segment,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2
from dragoman.phonemes.saying import differences


def clips_of(corpus: Path, language: str, seed: int) -> Iterator[Clip]:
    """Prompts and descriptions of one language, in a random order, again and again."""
    clips = [*prompts(corpus, language, 6), *stamps(corpus, language, 3)]
    order = random.Random(seed)
    while clips:
        order.shuffle(clips)
        yield from clips


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--languages", nargs="+", default=list(VOICES))
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(options.weights), threads=1))
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "samples"
        for language in options.languages:
            clips = clips_of(options.corpus, language, options.seed)
            sound, text = joined(clips, 60 * options.minutes, (0.2, 1.0), options.seed)
            sound.astype("<i2").tofile(path)
            meant = units(text, language)
            texts: dict[str, list[str]] = {}
            found = ""
            for name, told in (("told", language), ("not told", None)):
                basket = Basket()
                recording = Recording(str(path), len(sound))
                engine.run(TranscriptionRequest(recording, language=told), basket)
                segments = [event for event in basket.events if isinstance(event, Segment)]
                texts[name] = units(" ".join(segment.text for segment in segments), language)
                found = next(e.language for e in basket.events if isinstance(e, LanguageFound))
            told, untold = texts["told"], texts["not told"]
            apart = [
                f"{' '.join(told[a:b])} -> {' '.join(untold[c:d])}"
                for tag, a, b, c, d in SequenceMatcher(None, told, untold).get_opcodes()
                if tag != "equal"
            ]
            row = {
                "language": language,
                "found": found,
                "words": len(meant),
                "wrong": {name: differences(meant, heard) for name, heard in texts.items()},
                "apart": apart,
            }
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
