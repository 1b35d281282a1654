"""All recordings in one file: as a rule one, but files are glued together, too."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer

from dragoman.domain.errors import RequestInvalid
from dragoman.engines.codecs.container import Track, opened, undecodable
from dragoman.engines.codecs.decoding import Decoded, Decoding
from dragoman.engines.codecs.leftovers import TAIL, next_part, wav_missing
from dragoman.engines.codecs.tape import Tape

GLUED = frozenset(
    {
        "aiff",
        "caf",
        "flv",
        "matroska,webm",
        "mov,mp4,m4a,3gp,3g2,mj2",
        "tta",
        "voc",
        "w64",
        "wav",
        "wv",
    }
)
"""Containers of which FFmpeg reads the first alone; in the others it reads on by itself."""

PLAIN = frozenset({"aiff", "au", "caf", "voc", "w64"})
"""Containers in which there is as a rule nothing behind the sound."""

MOST_PARTS = 1000
"""The most parts of one file that are decoded."""

MOST_FAILURES = 8
"""The most places that look like the beginning of a part, and are none, that are tried."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What came of a file."""

    decoded: tuple[Decoded, ...]
    tracks: int
    """The tracks of the first part."""
    unread: int
    """Bytes behind the sound that are none."""


def decode(source: str, number: int, tape: Tape, check: Callable[[], None]) -> Parts:
    """Track `number` of every part onto the tape; where a later part has it not, its first one.

    Raises:
        RequestInvalid: the first part cannot be decoded, or all together are too long.
    """
    with opened(source) as container:
        tracks, form = len(container.streams.audio), container.format.name
        track = Track(container, container.streams.audio[number - 1])
        parts = [Decoding(track, tape).run(check)]
        if form == "wav" and (rate := track.stream.codec_context.bit_rate):
            parts[0] = replace(parts[0], missing_s=8 * wav_missing(source) / rate)
    size, after = Path(source).stat().st_size, track.end
    unread = size - after if form in PLAIN and size - after > TAIL else 0
    failures = 0
    while form in GLUED and (begins := next_part(source, after)) is not None:
        if not failures:
            unread = size - begins
        if len(parts) == MOST_PARTS or failures == MOST_FAILURES:
            break
        try:
            with opened(source, begins) as container:
                track = Track(container, _of(container, number))
                parts.append(Decoding(track, tape).run(check))
        except RequestInvalid as error:
            if error.code != "invalid_value":
                raise
            after, failures = begins + 1, failures + 1
        else:
            after, failures, unread = begins + max(1, track.end), 0, 0
    return Parts(tuple(parts), tracks, unread)


def _of(container: InputContainer, number: int) -> AudioStream:
    tracks = container.streams.audio
    if not tracks:
        raise undecodable()
    return tracks[number - 1 if number <= len(tracks) else 0]
