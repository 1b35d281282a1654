"""References of known speakers: decoded beside the upload, and gone with it."""

from pathlib import Path

import anyio.to_thread

from dragoman.api.uploads import Upload
from dragoman.domain.engine import Engines, ask
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import AUDIO_CODEC, DecodeRequest, KnownSpeaker, Recording
from dragoman.wire.audio import known_speakers as wire

LONGEST_S = 60.0
"""Decoded, so that the answer can say how much too long it is."""


async def decoded(
    known: tuple[wire.KnownVoice, ...], upload: Upload, engines: Engines
) -> tuple[KnownSpeaker, ...]:
    """The voices as recordings.

    Raises:
        RequestInvalid: one of them is no sound, too short or too long.
    """
    speakers: list[KnownSpeaker] = []
    for number, voice in enumerate(known):
        recording = await _recording(voice, number, upload, engines)
        wire.refuse_length(recording)
        speakers.append(KnownSpeaker(voice.name, recording))
    return tuple(speakers)


async def _recording(
    voice: wire.KnownVoice, number: int, upload: Upload, engines: Engines
) -> Recording:
    source = Path(upload.directory) / f"reference-{number}"
    await anyio.to_thread.run_sync(source.write_bytes, voice.data)
    request = DecodeRequest(str(source), f"{source}-samples", LONGEST_S)
    try:
        return await ask(engines, AUDIO_CODEC, request)
    except RequestInvalid as error:
        raise wire.undecoded(number, error) from error
