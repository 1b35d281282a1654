"""Minutes in which nobody speaks: the words that the Whisper engine and faster-whisper make up.

    python bench/nothing.py WEIGHTS [--corpus CORPUS] [--minutes 10] [--library] [--json OUT]
    python bench/nothing.py WEIGHTS --astray    short ones, asked for in ways that lead astray

Digital silence, white and pink noise, the hum of the mains, and music made of chords, bass, melody
and drums (`tests/sounds.py`); with CORPUS (see `corpora.py`) also recorded music of a telephone
exchange. `--library`: faster-whisper too, with its voice detector.

`--astray`: twelve seconds of each, and of brown noise, breath, clicks, ringing, a dial tone and
noise of a telephone line, with `temperature` 1, prompts in five languages, and a wrong `language`.
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

ASTRAY: dict[str, dict[str, Any]] = {
    "temperature 1": {"temperature": 1.0},
    "temperature 0.4, a French prompt": {
        "temperature": 0.4,
        "prompt": "Bonjour et bienvenue à la réunion du conseil municipal de mardi soir.",
    },
    "told that it is Korean, a Korean prompt": {
        "language": "ko",
        "prompt": "오늘 회의는 오후 세 시에 시작합니다. 자료를 준비해 주세요.",
    },
    "told that it is Japanese, a Russian prompt": {
        "language": "ja",
        "prompt": "Добрый вечер! Начинаем заседание совета директоров.",
    },
    "told that it is Spanish, temperature 1, names": {
        "language": "es",
        "temperature": 1.0,
        "keywords": ("ZyntriQore", "Maria Oberholzer", "Kwame Nkrumah"),
    },
    "translated from Chinese, a Chinese prompt": {
        "language": "zh",
        "task": "translate",
        "prompt": "各位观众晚上好，欢迎收看今天的新闻节目。",
    },
}
"""Ways to ask, by name."""

MADE = runpy.run_path(str(Path(__file__).parents[1] / "tests/sounds.py"))


def sounds(minutes: float, corpus: Path | None) -> Iterator[tuple[str, NDArray[np.int16]]]:
    yield "silence", np.zeros(round(60 * minutes * RATE), np.int16)
    for name in ("white", "pink", "hum", "music"):
        made: NDArray[np.float64] = MADE[name](60 * minutes)
        yield name, np.clip(made * 32767, -32768, 32767).astype(np.int16)
    for file in sorted(corpus.glob("usr/share/asterisk/moh/*.wav")) if corpus else ():
        yield file.stem, samples(Clip(file, ""))


def short(seconds: float = 12.0) -> Iterator[tuple[str, NDArray[np.int16]]]:
    t, dice = np.arange(round(seconds * RATE)) / RATE, np.random.default_rng(3)
    noise = dice.standard_normal(len(t))
    spectrum = np.fft.rfft(noise)
    brown = np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1), len(t))
    breath = 0.05 * noise * np.clip(np.sin(2 * np.pi * 0.25 * t), 0, 1) ** 2
    line = np.convolve(noise, np.hanning(5), "same") * 0.01 + 0.002 * np.sin(2 * np.pi * 50 * t)
    made = {
        "brown": 0.3 * brown / np.abs(brown).max(),
        "breath": breath,
        "clicks": 0.8 * (dice.random(len(t)) < 3 / RATE),
        "ringing": 0.3 * np.sin(2 * np.pi * 425 * t) * (t % 5 < 1),
        "dial tone": 0.2 * (np.sin(2 * np.pi * 350 * t) + np.sin(2 * np.pi * 440 * t)),
        "line": line,
    }
    yield from sounds(seconds / 60, None)
    for name, sound in made.items():
        yield name, (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def astray(weights: Path) -> list[dict[str, Any]]:
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=1))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "samples"
        for name, sound in short():
            sound.astype("<i2").tofile(path)
            for way, fields in ASTRAY.items():
                basket = Basket()
                recording = Recording(str(path), len(sound))
                engine.run(TranscriptionRequest(recording, **fields), basket)
                text = "".join(e.text for e in basket.events if isinstance(e, Segment))
                rows.append({"sound": name, "asked": way, "ours": text})
                print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    silent = sum(not row["ours"] for row in rows)
    print(f"{silent} of {len(rows)} silent")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--library", action="store_true")
    parser.add_argument("--astray", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.astray:
        rows = astray(options.weights)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1))
        return
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
                "taken_for_speech_s": round(end.speech_s or 0.0, 1),
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
