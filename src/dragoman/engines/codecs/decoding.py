"""One sound track onto one tape: placed by its clock, mixed to one channel."""

from collections.abc import Callable
from dataclasses import dataclass

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.codecs.container import BROKEN, Track, undecodable
from dragoman.engines.codecs.mixing import Mixer
from dragoman.engines.codecs.tape import Tape
from dragoman.engines.codecs.timeline import Piece, Timeline


@dataclass(frozen=True, slots=True)
class Decoded:
    """What decoding one track gave; times are in seconds."""

    channels: int
    """The most channels that the track had at once."""
    surround: bool
    """Whether the channels were weighted as surround sound is."""
    alone_s: float
    """How long one channel was used alone, because the sum lost its sound."""
    pauses_s: float
    """How much silence was put in where the file's clock left room."""
    missing_s: float
    """How much of the length that the file states was not there."""


class Decoding:
    """Brings a track onto a tape, behind what is there already."""

    def __init__(self, track: Track, tape: Tape) -> None:
        self._track = track
        self._tape = tape
        self._begins_s = tape.samples / SAMPLE_RATE
        self._timeline = Timeline(track.clock)
        self._shape: tuple[int, tuple[str, ...], int] | None = None
        self._mixer: Mixer | None = None
        self._channels = 0
        self._surround = False
        self._alone_s = 0.0
        """The seconds for which earlier mixers used one channel alone."""

    def run(self, check: Callable[[], None]) -> Decoded:
        """Decode all of it; `check` is called now and then, and may raise.

        Raises:
            RequestInvalid: it cannot be decoded, or is too long.
        """
        for piece in self._track.pieces():
            check()
            gap_s = self._timeline.place(piece)
            if gap_s is not None:
                self._take(piece, gap_s)
        self._flush()
        self._tape.flush()
        end_s, pauses_s = self._timeline.end_s, self._timeline.pauses_s
        # FLAC numbers its samples: what is missing there was damaged.
        if self._track.numbered and pauses_s > BROKEN * end_s:
            raise undecodable()
        return Decoded(
            channels=self._channels,
            surround=self._surround,
            alone_s=self._alone_s + (self._mixer.alone_s if self._mixer is not None else 0.0),
            pauses_s=pauses_s,
            missing_s=max(0.0, (self._track.said_s or 0.0) - end_s),
        )

    def _take(self, piece: Piece, gap_s: float) -> None:
        channels = piece.samples.shape[0]
        shape = (channels, piece.names, piece.rate)
        if gap_s or shape != self._shape:
            self._flush()
        if gap_s:
            self._tape.pause(self._begins_s + self._timeline.end_s - piece.length_s)
        if self._mixer is None or shape != self._shape:
            self._alone_s += self._mixer.alone_s if self._mixer is not None else 0.0
            self._mixer, self._shape = Mixer(*shape), shape
            self._channels = max(self._channels, channels)
            self._surround = self._surround or self._mixer.surround
        for mono in self._mixer.feed(piece.samples):
            self._tape.write(mono, piece.rate)

    def _flush(self) -> None:
        if self._mixer is not None and self._shape is not None:
            for mono in self._mixer.finish():
                self._tape.write(mono, self._shape[2])
