"""Long recordings: our server beside faster-whisper on the same weights, in one run.

    python bench/long_sound.py CORPUS [--store DIRECTORY] [--minutes 6] [--rounds 3] [--json OUT]
    python bench/long_sound.py CORPUS --two      two recordings at once beside one on one worker
    python bench/long_sound.py CORPUS --hours 3  hours with pauses: memory, coverage, progress

CORPUS: see `corpora.py`. The recording: English passages and prompts, shuffled, with pauses of 0.2
to 1 s, as a wav file. Ours is `dragoman serve`, asked over HTTP, upload and all; the library has
the same file in this process. Everybody has two threads. Seconds are of the clock; processor
seconds are of all processes that took part.
"""

import argparse
import contextlib
import io
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import av
import httpx2
import numpy as np
from corpora import RATE, Clip, samples, units, varied
from faster_whisper import BatchedInferencePipeline, WhisperModel
from hearing import Basket
from numpy.typing import NDArray
from platformdirs import user_data_path
from seams import HeardWord, told

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import DecodeRequest, Recording, TranscriptionRequest
from dragoman.engines import whisper_ct2
from dragoman.engines.codecs import load_audio
from dragoman.phonemes.saying import differences

MODEL = "whisper-base"
TICK_S = 0.2

SHORT_S = 8
"""Of shorter clips recordings can be made that are about equally long."""


@dataclass(frozen=True)
class Server:
    """`dragoman serve`."""

    url: str
    pid: int
    client: httpx2.Client
    """One for all requests: to make another takes 20 ms."""

    def ask(self, sound: bytes, **fields: str | list[str]) -> httpx2.Response:
        form: dict[str, str | list[str]] = {"model": MODEL, "language": "en", **fields}
        answer = self.client.post(
            f"{self.url}/v1/audio/transcriptions",
            data=form,
            files={"file": ("sound.wav", sound)},
            timeout=3600,
        )
        return answer.raise_for_status()

    def processes(self) -> list[int]:
        """The server's and those of its engines."""
        found = [self.pid]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.pid:
                    found.append(int(stat.parent.name))
        return found

    def busy_s(self) -> float:
        """Processor seconds so far."""
        ticks = 0
        for pid in self.processes():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> dict[str, int]:
        """Resident memory of each process, by what it runs."""
        found: dict[str, int] = {}
        for pid in self.processes():
            with contextlib.suppress(OSError):
                name = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[-2]
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                name = "server" if pid == self.pid else name
                found[name] = pages * os.sysconf("SC_PAGE_SIZE") // 2**20
        return found


@contextlib.contextmanager
def serving(store: Path, threads: int) -> Generator[Server, None, None]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "DRAGOMAN_MODELS": str(store),
        "DRAGOMAN_THREADS": str(threads),
        "DRAGOMAN_PRELOAD": "false",
        "DRAGOMAN_OFFLINE": "true",
        "DRAGOMAN_LARGEST_UPLOAD": str(2**30),
    }
    command = [str(Path(sys.executable).with_name("dragoman")), "serve", "--port", str(port)]
    with (
        httpx2.Client() as client,
        subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process,
    ):
        try:
            server = Server(f"http://127.0.0.1:{port}", process.pid, client)
            for _ in range(600):
                with contextlib.suppress(httpx2.TransportError):
                    client.get(f"{server.url}/livez")
                    break
                time.sleep(0.1)
            server.ask(wav(np.zeros(RATE, np.int16)))
            yield server
        finally:
            process.terminate()


def wav(sound: NDArray[np.int16]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(sound.astype("<i2").tobytes())
    return file.getvalue()


def joined(
    clips: Iterator[Clip], seconds: float, pause_s: tuple[float, float], seed: int = 3
) -> tuple[NDArray[np.int16], str]:
    """Clips with pauses, and their text, until there is enough of it."""
    pauses = random.Random(seed)
    parts: list[NDArray[np.int16]] = []
    texts: list[str] = []
    length = 0
    while length < seconds * RATE:
        clip = next(clips)
        parts += [samples(clip), np.zeros(round(pauses.uniform(*pause_s) * RATE), np.int16)]
        texts.append(clip.text)
        length += len(parts[-2]) + len(parts[-1])
    return np.concatenate(parts), " ".join(texts)


def long_file(
    server: Server, store: Path, corpus: Path, minutes: float, rounds: int
) -> dict[str, Any]:
    sound, text = joined(varied(corpus, 3), 60 * minutes, (0.2, 1.0))
    file, floats = wav(sound), sound.astype(np.float32) / 32768
    model: Any = WhisperModel(str(store / MODEL), compute_type="int8", cpu_threads=2)
    batched: Any = BatchedInferencePipeline(model)

    def library(transcribe: Callable[..., Any], **options: int) -> str:
        segments, _ = transcribe(floats, language="en", vad_filter=True, **options)
        return "".join(segment.text for segment in segments)

    ways: dict[str, Callable[[], str]] = {
        "ours": lambda: server.ask(file, response_format="text").text,
        "library": lambda: library(model.transcribe),
        "library_batched": lambda: library(batched.transcribe, batch_size=8),
    }
    said = units(text, "en")
    runs: dict[str, list[tuple[float, float, str]]] = {name: [] for name in ways}
    for at in range(rounds):
        order = list(ways)[at % 3 :] + list(ways)[: at % 3]
        for name in order:
            began, busy = time.perf_counter(), time.process_time() + server.busy_s()
            heard = ways[name]()
            spent = time.process_time() + server.busy_s() - busy
            runs[name].append((time.perf_counter() - began, spent, heard))
    results: dict[str, Any] = {"seconds_of_sound": round(len(sound) / RATE), "words": len(said)}
    for name, found in runs.items():
        results[name] = {
            "seconds": [round(seconds, 1) for seconds, _, _ in found],
            "processor_seconds": [round(busy, 1) for _, busy, _ in found],
            "wer": [
                round(100 * differences(said, units(heard, "en")) / len(said), 1)
                for *_, heard in found
            ],
        }
    mine = statistics.median(results["ours"]["seconds"])
    for name in ("library", "library_batched"):
        results[f"{name}_by_ours"] = round(statistics.median(results[name]["seconds"]) / mine, 2)
    results["memory_mb"] = server.megabytes()
    return results


def two_at_once(one: Server, two: Server, corpus: Path, rounds: int) -> list[dict[str, Any]]:
    """Two recordings of one window each, and of two windows each, sent once and in a row of three.

    They do not take equally long, and where one is done a core has nothing to do: `at_most` is
    what two perfect cores would make of them.
    """
    clips = (clip for clip in varied(corpus, 3) if len(samples(clip)) < SHORT_S * RATE)
    results: list[dict[str, Any]] = []

    def asked(server: Server, file: bytes, times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            server.ask(file)
        return time.perf_counter() - began

    for seconds in (20.0, 45.0):
        sounds = [joined(clips, seconds, (0.2, 1.0), seed)[0] for seed in range(2)]
        files = [wav(sound) for sound in sounds]
        for times in (1, 3):
            for _ in range(rounds):
                alone = [asked(one, file, times) for file in files]
                began = time.perf_counter()
                with ThreadPoolExecutor(2) as crew:
                    list(crew.map(partial(asked, two, times=times), files))
                together = time.perf_counter() - began
                results.append(
                    {
                        "seconds_of_sound": [round(len(sound) / RATE, 1) for sound in sounds],
                        "in_a_row": times,
                        "on_one_worker_s": [round(at, 2) for at in alone],
                        "at_once_on_two_workers_s": round(together, 2),
                        "throughput": round(sum(alone) / together, 2),
                        "at_most": round(sum(alone) / max(alone), 2),
                    }
                )
    return results


def overhead(server: Server, store: Path, rounds: int = 50) -> dict[str, Any]:
    """Upload, processes and JSON: silence over HTTP, without the work, done straight in between.

    The work is to decode the file and to find that nobody speaks. Milliseconds.
    """
    codec = load_audio(EngineSpec("audio-codec", ""))
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(store / MODEL), threads=2))
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place) / "sound.wav", Path(place) / "samples"
        for seconds in (1, 60):
            file = wav(np.zeros(seconds * RATE, np.int16))
            source.write_bytes(file)

            def work(length: int = seconds * RATE) -> None:
                codec.run(DecodeRequest(str(source), str(target), 3600.0), Basket())
                recording = Recording(str(target), length)
                engine.run(TranscriptionRequest(recording, language="en"), Basket())

            taken: dict[str, list[float]] = {"asked": [], "straight": []}
            for _ in range(rounds):
                for name, do in (("asked", partial(server.ask, file)), ("straight", work)):
                    began = time.perf_counter()
                    do()
                    taken[name].append(1000 * (time.perf_counter() - began))
            middle = {name: statistics.median(times) for name, times in taken.items()}
            found[f"{seconds}_s_of_silence_ms"] = {
                **{name: round(at, 1) for name, at in middle.items()},
                "between": round(middle["asked"] - middle["straight"], 1),
                "least": round(min(taken["asked"]), 1),
            }
    return found


def hours_long(server: Server, corpus: Path, hours: float, minutes: float) -> dict[str, Any]:
    """Passages and prompts, in groups with long pauses between, as FLAC: progress and memory."""
    clips, pauses = varied(corpus, 5), random.Random(7)
    groups = [joined(clips, 40.0, (0.2, 1.2), seed) for seed in range(round(60 * minutes / 40))]
    silence_s = hours * 3600 / len(groups) - 40
    text = " ".join(told for _, told in groups)
    with tempfile.TemporaryDirectory() as place:
        raw, flac = Path(place) / "raw", Path(place) / "sound.flac"
        with raw.open("wb") as file:
            for sound, _ in groups:
                file.write(sound.astype("<i2").tobytes())
                quiet = np.zeros(round(pauses.uniform(0.6, 1.4) * silence_s * RATE), "<i2")
                file.write(quiet.tobytes())
        length_s = raw.stat().st_size / 2 / RATE
        encode(raw, flac)
        return heard_over_hours(server, flac.read_bytes(), text, length_s)


def encode(raw: Path, flac: Path) -> None:
    with av.open(str(flac), "w", format="flac") as opened, raw.open("rb") as file:
        out: Any = opened
        stream = out.add_stream("flac", rate=RATE)
        stream.layout = "mono"
        at = 0
        while data := file.read(2 * RATE * 10):
            sound = np.frombuffer(data, "<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(sound, "s16", "mono")
            frame.sample_rate, frame.pts = RATE, at
            at += sound.shape[1]
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def with_words(server: Server, file: bytes) -> dict[str, Any]:
    granularities = {"timestamp_granularities[]": ["word", "segment"]}
    return server.ask(file, response_format="verbose_json", **granularities).json()


def seams(whole: dict[str, Any], said: Sequence[str]) -> dict[str, Any]:
    """Where the windows began, and what is lost or doubled there."""
    cuts = sorted({segment["seek"] / 100 for segment in whole["segments"]})
    heard = [
        HeardWord(unit, word["start"], word["end"])
        for word in whole["words"]
        for unit in units(word["word"], "en")
    ]
    return told(said, heard, cuts)


def heard_over_hours(server: Server, file: bytes, text: str, length_s: float) -> dict[str, Any]:
    seen: list[dict[str, int]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(TICK_S):
            seen.append(server.megabytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, arrivals, heard = time.perf_counter(), list[float](), ""
    form = {"model": MODEL, "language": "en", "stream": "true", "response_format": "json"}
    try:
        with httpx2.stream(
            "POST",
            f"{server.url}/v1/audio/transcriptions",
            data=form,
            files={"file": ("sound.flac", file)},
            timeout=3600,
        ) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: {"):
                    event = json.loads(line.removeprefix("data: "))
                    arrivals.append(time.perf_counter() - began)
                    heard = event.get("text", heard)
    finally:
        over.set()
        watcher.join()
    whole = with_words(server, file)
    said = units(text, "en")
    names = {name for tick in seen for name in tick}
    quarters = [seen[len(seen) * n // 4 : len(seen) * (n + 1) // 4] for n in range(4)]
    return {
        "hours": round(length_s / 3600, 2),
        "megabytes_uploaded": round(len(file) / 2**20, 1),
        "words": len(said),
        "seconds": round(arrivals[-1], 1),
        "first_text_after_s": round(arrivals[0], 1),
        "longest_wait_for_text_s": round(
            max(b - a for a, b in zip([0.0, *arrivals], arrivals, strict=False)), 1
        ),
        "events": len(arrivals),
        "wer": round(100 * differences(said, units(heard, "en")) / len(said), 1),
        "same_text_whole": whole["text"] == heard,
        "coverage": whole["x_coverage"],
        "seams": seams(whole, said),
        "largest_memory_mb_by_quarter": {
            name: [max(tick.get(name, 0) for tick in quarter) for quarter in quarters]
            for name in sorted(names)
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--store", type=Path, default=user_data_path("dragoman") / "models")
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--two", action="store_true")
    parser.add_argument("--hours", type=float)
    parser.add_argument("--speech-minutes", type=float, default=40.0, help="of the hours")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    store, corpus = options.store, options.corpus
    with serving(store, 2) as server:
        if options.hours:
            results = hours_long(server, corpus, options.hours, options.speech_minutes)
        elif options.two:
            with serving(store, 1) as one:
                results = {
                    "two_at_once": two_at_once(one, server, corpus, options.rounds),
                    "upload_and_json": overhead(server, store),
                }
        else:
            results = long_file(server, store, corpus, options.minutes, options.rounds)
    print(json.dumps(results, indent=1))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
