"""Diarisation error rates of the speakers engine, on recordings whose turns are known.

    python bench/diarisation.py SPEAKERS CORPUS [--apart 0.4 0.6]

SPEAKERS: a directory of weights. CORPUS: a directory with `.rttm` files and the sounds that they
name, such as the sdist of `pyannote-audio` holds (`src/pyannote/audio/sample`, and 30-second pieces
of AMI meetings, far from the microphone, in `tests/data`; to be opened as an archive).

The rate is what NIST's scorer counts: missed speech, false speech and speech of the wrong speaker,
as shares of the speech in the reference; 0.25 s around its borders are left out, overlaps are not.
Speakers are matched so that most is right. `--apart` tries other thresholds than the engine's.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.diarisation import DiarisationRequest, Turn, Turns
from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import DecodeRequest, Recording
from dragoman.engines import speakers
from dragoman.engines.codecs import load_audio
from dragoman.engines.speakers import clustering

SOUNDS = (".wav", ".flac", ".mp3")
STEP_S = 0.01
COLLAR_S = 0.25
MOST = 8
"""Speakers of either side that are matched: those who speak most."""


class Basket:
    stopped = False

    def __init__(self) -> None:
        self.recording: Recording | None = None
        self.turns: Sequence[Turn] = ()

    def emit(self, event: object) -> None:
        match event:
            case Recording():
                self.recording = event
            case Turns(turns):
                self.turns = turns
            case _:
                pass


@dataclass(frozen=True)
class Score:
    """Seconds."""

    speech: float
    missed: float
    false: float
    confused: float
    found: int
    there: int

    @property
    def rate(self) -> float:
        return (self.missed + self.false + self.confused) / max(self.speech, STEP_S)


def references(corpus: Path) -> Mapping[str, list[Turn]]:
    """The turns of every recording that the corpus names."""
    found: dict[str, list[Turn]] = {}
    for path in sorted(corpus.rglob("*.rttm")):
        for line in path.read_text(encoding="utf-8").splitlines():
            _, name, _, start, length, _, _, who, *_ = line.split()
            turn = Turn(float(start), float(start) + float(length), who)
            found.setdefault(name, []).append(turn)
    return found


def marked(turns: Sequence[Turn], steps: int) -> NDArray[np.bool_]:
    """Who speaks in each step, shape (speakers, steps); those who speak most first."""
    names = list(dict.fromkeys(turn.speaker for turn in turns))
    marks = np.zeros((len(names), steps), np.bool_)
    for turn in turns:
        start, end = round(turn.start_s / STEP_S), round(turn.end_s / STEP_S)
        marks[names.index(turn.speaker), start:end] = True
    return marks[np.argsort(-marks.sum(axis=1), kind="stable")]


def scored(reference: Sequence[Turn], found: Sequence[Turn], duration_s: float) -> Score:
    steps = round(duration_s / STEP_S)
    truth, guess = marked(reference, steps), marked(found, steps)
    counted = np.ones(steps, np.bool_)
    for moment in (at for turn in reference for at in (turn.start_s, turn.end_s)):
        around = (moment - COLLAR_S) / STEP_S, (moment + COLLAR_S) / STEP_S
        counted[max(0, round(around[0])) : max(0, round(around[1]))] = False
    truth, guess = truth[:, counted], guess[:, counted]
    there, heard = truth.sum(axis=0), guess.sum(axis=0)
    right = best_match(truth[:MOST], guess[:MOST])
    missed = np.maximum(there - heard, 0).sum()
    false = np.maximum(heard - there, 0).sum()
    return Score(
        speech=there.sum() * STEP_S,
        missed=missed * STEP_S,
        false=false * STEP_S,
        confused=(np.minimum(there, heard).sum() - right) * STEP_S,
        found=len(guess),
        there=len({turn.speaker for turn in reference}),
    )


def best_match(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> int:
    """Steps that are right when speakers are matched as well as can be."""
    both = truth.astype(int) @ guess.T.astype(int)
    if both.shape[0] > both.shape[1]:
        both = both.T
    rows = range(both.shape[0])
    return max(
        (int(both[rows, places].sum()) for places in permutations(range(both.shape[1]), len(rows))),
        default=0,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("speakers", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--apart", type=float, nargs="*", default=[clustering.DISTANCE_THRESHOLD])
    given = parser.parse_args()
    engine = speakers.load(EngineSpec("speakers", str(given.speakers)))
    codec = load_audio(EngineSpec("audio-codec", ""))
    for apart in given.apart:
        clustering.DISTANCE_THRESHOLD = apart
        whole: list[Score] = []
        for name, reference in references(given.corpus).items():
            sounds = [p for p in given.corpus.rglob(f"{name}.*") if p.suffix in SOUNDS]
            if not sounds:
                continue
            with tempfile.TemporaryDirectory() as folder:
                decoded, basket = Basket(), Basket()
                codec.run(DecodeRequest(str(sounds[0]), f"{folder}/samples", 36_000), decoded)
                assert decoded.recording is not None
                began = time.process_time()
                engine.run(DiarisationRequest(decoded.recording), basket)
                spent = time.process_time() - began
            score = scored(reference, basket.turns, decoded.recording.duration_s)
            whole.append(score)
            print(
                f"{apart:.2f} {name:10} {100 * score.rate:5.1f} %  "
                f"missed {score.missed:5.1f} false {score.false:5.1f} confused "
                f"{score.confused:5.1f} of {score.speech:5.1f} s  speakers {score.found} of "
                f"{score.there}  {spent:.1f} s of processor for "
                f"{decoded.recording.duration_s:.0f} s",
                flush=True,
            )
        speech = sum(score.speech for score in whole)
        wrong = sum(score.rate * max(score.speech, STEP_S) for score in whole)
        print(f"{apart:.2f} all {100 * wrong / speech:.1f} % of {speech:.0f} s", flush=True)


if __name__ == "__main__":
    main()
