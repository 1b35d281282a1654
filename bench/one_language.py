"""Long recordings in one language that is not told: whether a half minute is taken for another's.

    python bench/one_language.py CORPUS WEIGHTS [--languages en es fr it ru] [--minutes 4]
        [--seed 5] [--texts]

CORPUS: see `corpora.py`. Prompts and descriptions of pictures by several speakers, shuffled, with
pauses of 0.2 to 1 s. Each window of speech is asked for its language as the engine does, once the
recording's own is settled; prints those that would be written in another. `--texts`: the recording
is also heard with the language told and without; where both texts are the same, nothing switched.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from corpora import VOICES, Clip, prompts, stamps, units
from hearing import Basket
from long_sound import joined
from numpy.typing import NDArray

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import Recording, Segment, TranscriptionRequest
from dragoman.engines import whisper_ct2
from dragoman.engines.whisper_ct2.engine import WINDOW_SPEECH
from dragoman.engines.whisper_ct2.languages import language_of_window
from dragoman.engines.whisper_ct2.model import Whisper, vad_model
from dragoman.engines.whisper_ct2.settings import settings
from dragoman.engines.whisper_ct2.speech_spans import VadOptions
from dragoman.engines.whisper_ct2.vad import VoiceActivity, VoiceDetector
from dragoman.engines.whisper_ct2.windows import WindowPacker
from dragoman.phonemes.saying import differences


def clips_of(corpus: Path, language: str, seed: int) -> Iterator[Clip]:
    """Prompts and descriptions of one language, in a random order, again and again."""
    clips = [*prompts(corpus, language, 6), *stamps(corpus, language, 3)]
    order = random.Random(seed)
    while clips:
        order.shuffle(clips)
        yield from clips


def languages_of_windows(
    weights: Path, samples: NDArray[np.int16], language: str
) -> list[tuple[str, str, float]]:
    """Of each window: the language it is written in, the first guess and its probability."""
    whisper = Whisper(settings(EngineSpec("whisper-ct2", str(weights), threads=1)))
    activity = VoiceActivity(VoiceDetector(vad_model()), samples, VadOptions())
    packer = WindowPacker(activity.spans(), WINDOW_SPEECH)
    found: list[tuple[str, str, float]] = []
    while (window := packer.window()) is not None:
        encoded = whisper.encode(window.samples(samples), short_padding=False)
        guess, probability = whisper.detect_language(encoded)[0]
        found.append((language_of_window(whisper, encoded, language), guess, probability))
    return found


def texts(weights: Path, samples: NDArray[np.int16], language: str, text: str) -> dict[str, Any]:
    """Words wrong with the language told and without, and where the two texts differ."""
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=1))
    heard: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "samples"
        samples.astype("<i2").tofile(path)
        for name, told in (("told", language), ("not told", None)):
            basket = Basket()
            recording = Recording(str(path), len(samples))
            engine.run(TranscriptionRequest(recording, language=told), basket)
            segments = [event for event in basket.events if isinstance(event, Segment)]
            heard[name] = units(" ".join(segment.text for segment in segments), language)
    told, untold = heard["told"], heard["not told"]
    apart = [
        f"{' '.join(told[a:b])} -> {' '.join(untold[c:d])}"
        for tag, a, b, c, d in SequenceMatcher(None, told, untold).get_opcodes()
        if tag != "equal"
    ]
    meant = units(text, language)
    wrong = {name: differences(meant, words) for name, words in heard.items()}
    return {"words": len(meant), "wrong": wrong, "apart": apart}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--languages", nargs="+", default=list(VOICES))
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--texts", action="store_true")
    options = parser.parse_args()
    for language in options.languages:
        clips = clips_of(options.corpus, language, options.seed)
        sound, text = joined(clips, 60 * options.minutes, (0.2, 1.0), options.seed)
        windows = languages_of_windows(options.weights, sound, language)
        row: dict[str, Any] = {
            "language": language,
            "windows": len(windows),
            "another_guessed": [(g, round(p, 2)) for _, g, p in windows if g != language],
            "written_in_another": [written for written, *_ in windows if written != language],
        }
        if options.texts:
            row |= texts(options.weights, sound, language, text)
        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
