"""One long recording: the Whisper engine beside faster-whisper on the same weights, one run.

    python bench/long_sound.py CORPUS WEIGHTS [--minutes 4] [--rounds 1] [--hours 3] [--json OUT]

CORPUS and WEIGHTS as for `hearing.py`. The recording: English prompts with a second of silence
between them. Everybody has two threads: ours two workers of one, the library one of two, first
window by window, then in batches of eight. Then two recordings at once beside one on one worker.
`--hours`: prompts scattered over so many hours of silence, and the largest memory before and after.
"""

import argparse
import json
import random
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio
from hearing import Basket, Clip, clips, errors, words
from numpy.typing import NDArray

from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.transcription import (
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines import whisper_ct2

RATE = 16_000

Hearing: TypeAlias = BlockingEngine[TranscriptionRequest, TranscriptionEvent]


def joined(chosen: Sequence[Clip], pause_s: float, seconds: float) -> tuple[NDArray[np.int16], str]:
    """Prompts with pauses, and their text, until there is enough of it or no other prompt."""
    parts: list[NDArray[np.int16]] = []
    texts: list[str] = []
    length = 0
    for clip in chosen:
        sound: Any = decode_audio(str(clip.sound))
        parts += [(sound * 32767).astype(np.int16), np.zeros(round(pause_s * RATE), np.int16)]
        texts.append(clip.text)
        length += len(parts[-2]) + len(parts[-1])
        if length >= seconds * RATE:
            break
    return np.concatenate(parts), " ".join(texts)


def kept(samples: NDArray[np.int16], path: Path) -> Recording:
    samples.astype("<i2").tofile(path)
    return Recording(str(path), len(samples))


def engine_text(engine: Hearing, recording: Recording) -> str:
    basket = Basket()
    engine.run(TranscriptionRequest(recording, language="en"), basket)
    return "".join(event.text for event in basket.events if isinstance(event, Segment))


def timed(hear: Callable[[], str]) -> tuple[float, float, str]:
    """Seconds on the clock and of the processors, and what was heard."""
    began, busy = time.perf_counter(), time.process_time()
    text = hear()
    return time.perf_counter() - began, time.process_time() - busy, text


def long_file(weights: Path, recording: Recording, text: str, rounds: int) -> dict[str, Any]:
    samples = np.fromfile(recording.path, "<i2").astype(np.float32) / 32768
    ours = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=2))
    model: Any = WhisperModel(str(weights), compute_type="int8", cpu_threads=2)
    batched: Any = BatchedInferencePipeline(model)

    def library(transcribe: Callable[..., Any], **options: int) -> str:
        segments, _ = transcribe(samples, language="en", vad_filter=True, **options)
        return "".join(segment.text for segment in segments)

    ways: dict[str, Callable[[], str]] = {
        "ours": lambda: engine_text(ours, recording),
        "library": lambda: library(model.transcribe),
        "library_batched": lambda: library(batched.transcribe, batch_size=8),
    }
    spoken = words(text)
    results: dict[str, Any] = {
        "seconds_of_sound": round(recording.duration_s),
        "words": len(spoken),
    }
    runs: dict[str, list[tuple[float, float, str]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, hear in ways.items():
            runs[name].append(timed(hear))
    for name, found in runs.items():
        results[name] = {
            "seconds": [round(seconds, 1) for seconds, _, _ in found],
            "processor_seconds": [round(busy, 1) for _, busy, _ in found],
            "wer": round(100 * errors(spoken, words(found[0][2])) / len(spoken), 1),
        }
    mine = statistics.median(results["ours"]["seconds"])
    for name in ("library", "library_batched"):
        results[f"{name}_by_ours"] = round(statistics.median(results[name]["seconds"]) / mine, 2)
    return results


def two_at_once(weights: Path, recording: Recording) -> dict[str, Any]:
    one = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=1))
    two = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=2))
    alone, _, _ = timed(lambda: engine_text(one, recording))

    def both() -> str:
        crew = [threading.Thread(target=engine_text, args=(two, recording)) for _ in range(2)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        return ""

    together, _, _ = timed(both)
    return {
        "one_on_one_worker_s": round(alone, 1),
        "two_on_two_workers_s": round(together, 1),
        "throughput": round(2 * alone / together, 2),
    }


def hours_long(weights: Path, said: NDArray[np.int16], hours: float, path: Path) -> dict[str, Any]:
    """The same words every sixth of the time, silence between them."""
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights), threads=2))
    short = kept(said, path)
    engine_text(engine, short)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    silence = np.zeros(max(0, round(hours * 3600 * RATE / 6) - len(said)), np.int16)
    with path.open("wb") as file:
        for _ in range(6):
            file.write(said.astype("<i2").tobytes())
            file.write(silence.tobytes())
    recording = Recording(str(path), 6 * (len(said) + len(silence)))
    basket = Basket()
    began = time.perf_counter()
    engine.run(TranscriptionRequest(recording, language="en"), basket)
    (end,) = (event for event in basket.events if isinstance(event, TranscriptionFinished))
    return {
        "hours": round(recording.duration_s / 3600, 2),
        "seconds": round(time.perf_counter() - began, 1),
        "speech_s": round(end.speech_s, 1),
        "gaps": end.gaps,
        "segments": sum(isinstance(event, Segment) for event in basket.events),
        "last_end_s": max(e.end_s for e in basket.events if isinstance(e, Segment)),
        "largest_memory_mb": [
            round(kilobytes / 1024)
            for kilobytes in (before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--hours", type=float)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "samples"
        chosen = clips(options.corpus, "en", 6)
        random.Random(3).shuffle(chosen)
        if options.hours:
            said, _ = joined(chosen, 1.0, 60.0)
            results["hours"] = hours_long(options.weights, said, options.hours, path)
        else:
            said, text = joined(chosen, 1.0, 60 * options.minutes)
            recording = kept(said, path)
            results["long_file"] = long_file(options.weights, recording, text, options.rounds)
            short, _ = joined(chosen, 1.0, 40.0)
            results["two_at_once"] = two_at_once(options.weights, kept(short, path))
    print(json.dumps(results, indent=1))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
