"""Minutes in which nobody speaks: the words that the Whisper engine and faster-whisper make up.

    python bench/nothing.py WEIGHTS [--corpus CORPUS] [--minutes 10] [--library] [--json OUT]

Digital silence, white and pink noise, the hum of the mains, and music made of chords, bass, melody
and drums (`tests/sounds.py`); with CORPUS (see `corpora.py`) also recorded music of a telephone
exchange. `--library`: faster-whisper too, with its voice detector.
"""

import argparse
import json
import runpy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpora import RATE, Clip, samples
from faster_whisper import WhisperModel
from hearing import Basket
from numpy.typing import NDArray

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import (
    Recording,
    Segment,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2

MADE = runpy.run_path(str(Path(__file__).parents[1] / "tests/sounds.py"))


def sounds(minutes: float, corpus: Path | None) -> Iterator[tuple[str, NDArray[np.int16]]]:
    yield "silence", np.zeros(round(60 * minutes * RATE), np.int16)
    for name in ("white", "pink", "hum", "music"):
        made: NDArray[np.float64] = MADE[name](60 * minutes)
        yield name, np.clip(made * 32767, -32768, 32767).astype(np.int16)
    for file in sorted(corpus.glob("usr/share/asterisk/moh/*.wav")) if corpus else ():
        yield file.stem, samples(Clip(file, ""))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--library", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(options.weights), threads=1))
    model: Any = WhisperModel(str(options.weights), compute_type="int8", cpu_threads=1)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "samples"
        for name, sound in sounds(options.minutes, options.corpus):
            sound.astype("<i2").tofile(path)
            basket = Basket()
            engine.run(TranscriptionRequest(Recording(str(path), len(sound))), basket)
            (end,) = (e for e in basket.events if isinstance(e, TranscriptionFinished))
            row: dict[str, Any] = {
                "sound": name,
                "seconds": round(len(sound) / RATE),
                "taken_for_speech_s": round(end.speech_s, 1),
                "ours": "".join(e.text for e in basket.events if isinstance(e, Segment)),
            }
            if options.library:
                floats = sound.astype(np.float32) / 32768
                segments, _ = model.transcribe(floats, vad_filter=True)
                row["library"] = "".join(segment.text for segment in segments)
            rows.append(row)
            print(json.dumps(row, ensure_ascii=False), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
