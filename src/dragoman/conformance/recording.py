"""The recording that is sent to be written down: a file, the server's own speech, or a tone."""

import io
import math
import struct
import wave

from dragoman.conformance.check import SPEECH, Shortfall
from dragoman.conformance.server import Server

WORDS = "Good morning. The train to Berlin leaves at nine. Please bring your tickets."
RATE = 16_000
LARGEST_RECORDING = 25 * 1024**2
"""The bytes that OpenAI takes."""


async def prepare(server: Server, own: bytes | None, *, speaks: bool) -> str:
    """Give the server a recording, and say in a few words what it is.

    It is `own`, or with `speaks` what the server speaks itself, else a tone.
    """
    server.recording, server.is_spoken = ("recording.wav", own or tone()), own is not None
    if own is not None:
        return "a file"
    if not speaks or (sound := await _speech(server)) is None:
        return "a tone"
    server.recording, server.is_spoken = ("recording.wav", sound), True
    return "the server's own speech"


async def _speech(server: Server) -> bytes | None:
    """Return a WAV that the server speaks itself; None where it cannot."""
    fields = {"input": WORDS, "voice": server.models.voice, "response_format": "wav"}
    try:
        sound = (await server.post(SPEECH, fields)).body
    except Shortfall:
        return None
    return sound if sound.startswith(b"RIFF") and len(sound) <= LARGEST_RECORDING else None


def tone(seconds: float = 2.0) -> bytes:
    """Return a WAV of a soft tone, in which nobody says anything."""
    count = int(seconds * RATE)
    samples = (int(3000 * math.sin(math.tau * 440 * n / RATE)) for n in range(count))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{count}h", *samples))
    return file.getvalue()
