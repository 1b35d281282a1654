"""The engine: diarisation of a recording, which gives its turns."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from dragoman.domain.diarisation import DiarisationRequest, Turns
from dragoman.domain.engine import EngineSpec, Outlet, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.transcription import KnownSpeaker, Recording
from dragoman.engines.speakers.clustering import speaker_embeddings
from dragoman.engines.speakers.embedding import PieceEmbedder, Samples
from dragoman.engines.speakers.names import assigned_names
from dragoman.engines.speakers.networks import EMBEDDING, FRAMES, SEGMENTATION, Embedding, Networks
from dragoman.engines.speakers.tracks import spans, starts, stitched
from dragoman.engines.speakers.turns import turns

Step = TypeVar("Step")


class Speakers:
    """See `domain.engine.BlockingEngine`: `DiarisationRequest` in, one `Turns` out."""

    def __init__(self, networks: Networks) -> None:
        self._embedder = PieceEmbedder(networks)

    @classmethod
    def load(cls, spec: EngineSpec) -> "Speakers":
        """Load both networks from the directory of `spec`.

        Raises:
            EngineUnavailable: a file is missing.
        """
        directory = Path(spec.directory)
        for name in (SEGMENTATION, EMBEDDING):
            if not (directory / name).is_file():
                raise EngineUnavailable(f"{name} is not in {directory}")
        return cls(Networks(directory, threads=spec.threads))

    @property
    def concurrency(self) -> int:
        """Two: a short recording need not wait for a long one. They share the threads."""
        return 2

    def run(self, request: DiarisationRequest, outlet: Outlet[Turns]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: nobody speaks in the recording of a known speaker.
        """
        known = [self._known(number, each) for number, each in enumerate(request.known)]
        samples = _samples(request.recording)
        frames = starts(samples.size)[-1] + FRAMES
        tracks = stitched(_until_stopped(self._embedder.windows(samples), outlet), frames)
        pieces = list(_until_stopped(self._embedder.pieces(samples, tracks, spans(tracks)), outlet))
        names = assigned_names([piece.voice for piece in pieces], speaker_embeddings(pieces), known)
        all_turns = turns([piece.span for piece in pieces], names, samples.size)
        outlet.emit(Turns(tuple(all_turns)))

    def close(self) -> None:
        """See `BlockingEngine.close`: the networks go with the object."""

    def _known(self, number: int, speaker: KnownSpeaker) -> tuple[str, Embedding]:
        voice = self._embedder.voice(_samples(speaker.recording))
        if voice is None:
            raise RequestInvalid(
                f"Nobody speaks in the reference of known speaker '{speaker.name}'.",
                param=f"known_speaker_references[{number}]",
                code="invalid_value",
            )
        return speaker.name, voice


def _samples(recording: Recording) -> Samples:
    """The samples, mapped and not read: memory does not grow with the recording's length."""
    if recording.samples == 0:
        return np.empty(0, np.int16)
    return np.memmap(recording.path, "<i2", "r", shape=(recording.samples,))


def _until_stopped(steps: Iterator[Step], outlet: Outlet[Turns]) -> Iterator[Step]:
    """Yield the steps until the caller has left.

    Raises:
        Stopped: the caller has left.
    """
    for step in steps:
        if outlet.stopped:
            raise Stopped
        yield step
