"""Texts that are spoken."""

import base64
import binascii
from collections.abc import Mapping, Sequence

from dragoman.conformance.check import SPEECH, Check, Differs, check
from dragoman.conformance.checks.faults import refusal
from dragoman.conformance.events import read
from dragoman.conformance.reading import require, text, value, whole
from dragoman.conformance.server import NO_SUCH_MODEL, Answer, Fields, Server

WORDS = "The quick brown fox jumps over the lazy dog."
PCM_BYTES_PER_S = 48_000
"""Bytes of a second of the format `pcm`: 24 kHz, 16 bits, one channel."""
TYPES: Mapping[str, Sequence[str]] = {
    "mp3": ("audio/mpeg", "audio/mp3"),
    "opus": ("audio/opus", "audio/ogg"),
    "aac": ("audio/aac",),
    "flac": ("audio/flac", "audio/x-flac"),
    "wav": ("audio/wav", "audio/x-wav", "audio/wave"),
    "pcm": ("audio/pcm", "audio/l16", "application/octet-stream"),
}
EVENTFUL: Mapping[str, str] = {"tts-1": "gpt-4o-mini-tts", "tts-1-hd": "gpt-4o-mini-tts"}
"""OpenAI's names that refuse `stream_format: sse` → the one that does not."""


def container(sound: bytes) -> str:
    """Name the format of a sound by its first bytes; `pcm` where nothing says so."""
    for sign, name in ((b"RIFF", "wav"), (b"fLaC", "flac"), (b"OggS", "opus"), (b"ID3", "mp3")):
        if sound.startswith(sign):
            return name
    if len(sound) > 1 and sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0:
        return "aac" if sound[1] & 0x06 == 0 else "mp3"  # the layer; AAC has none
    return "pcm"


async def spoken(server: Server, fields: Fields) -> Answer:
    """Return the sound of `WORDS`.

    Raises:
        Shortfall: there is none.
    """
    request = {"input": WORDS, "voice": server.models.voice, **fields}
    answer = await server.post(SPEECH, request)
    require(len(answer.body) > 200, f"{len(answer.body)} bytes of sound")
    return answer


async def _require_format(server: Server, name: str) -> None:
    answer = await spoken(server, {"response_format": name})
    form = container(answer.body)
    require(form == name, f"the bytes are {form}")
    types = TYPES[name]
    require(answer.content_type in types, f"content-type is {answer.content_type or 'missing'}")
    if name == "pcm":
        require(len(answer.body) % 2 == 0, "samples are not 16 bits")


@check("speech.default", SPEECH)
async def default(server: Server) -> None:
    """The sound is MP3 where no response_format is sent."""
    form = container((await spoken(server, {})).body)
    require(form == "mp3", f"the bytes are {form}")


@check("speech.mp3", SPEECH)
async def mp3(server: Server) -> None:
    """The format mp3 is MP3, with its content-type."""
    await _require_format(server, "mp3")


@check("speech.opus", SPEECH)
async def opus(server: Server) -> None:
    """The format opus is Opus in Ogg, with its content-type."""
    await _require_format(server, "opus")


@check("speech.aac", SPEECH)
async def aac(server: Server) -> None:
    """The format aac is AAC in ADTS, with its content-type."""
    await _require_format(server, "aac")


@check("speech.flac", SPEECH)
async def flac(server: Server) -> None:
    """The format flac is FLAC, with its content-type."""
    await _require_format(server, "flac")


@check("speech.wav", SPEECH)
async def wav(server: Server) -> None:
    """The format wav is WAV, with its content-type."""
    await _require_format(server, "wav")


@check("speech.pcm", SPEECH)
async def pcm(server: Server) -> None:
    """The format pcm is samples of 16 bits without a header."""
    await _require_format(server, "pcm")


@check("speech.events", SPEECH)
async def events(server: Server) -> None:
    """The stream_format sse sends pieces in base64, then the usage."""
    models = server.models
    request: Fields = {
        "model": EVENTFUL.get(models.speech, models.speech),
        "input": WORDS,
        "voice": models.voice,
        "response_format": "pcm",
    }
    documents = (await read(server, SPEECH, request)).documents
    require(documents, "the stream has no events")
    *pieces, last = documents
    sound = bytearray()
    for piece in pieces:
        require(value(piece, "type") == "speech.audio.delta", "an event is no speech.audio.delta")
        sound += _decoded(text(piece, "audio"))
    require(value(last, "type") == "speech.audio.done", "the last is no speech.audio.done")
    whole(last, "usage.total_tokens")
    require(len(sound) > PCM_BYTES_PER_S // 2, "less than half a second of sound")


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Differs("a piece is no base64") from error


@check("speech.speed", SPEECH)
async def speed(server: Server) -> str:
    """The sound is about half as long at speed 2."""
    plain = len((await spoken(server, {"response_format": "pcm"})).body)
    fast = len((await spoken(server, {"response_format": "pcm", "speed": 2.0})).body)
    require(0.35 < fast / plain < 0.7, f"{fast / plain:.2f} of the length")
    return f"{fast / plain:.2f} of the length"


@check("speech.instructions", SPEECH)
async def instructions(server: Server) -> None:
    """The field instructions is understood."""
    await spoken(server, {"instructions": "Speak calmly."})


@check("speech.unknown_voice", SPEECH)
async def unknown_voice(server: Server) -> None:
    """A voice that there is not is a 400."""
    refusal(await _send(server, {"voice": "no-such-voice-of-dragoman"}), 400)


@check("speech.empty_input", SPEECH)
async def empty_input(server: Server) -> None:
    """An empty text is a 400."""
    refusal(await _send(server, {"input": ""}), 400)


@check("speech.long_input", SPEECH)
async def long_input(server: Server) -> None:
    """A text of more than 4096 characters is a 400."""
    # Blanks, so that a server without this bound is not at work for minutes.
    refusal(await _send(server, {"input": f"Hello{' ' * 4096}again."}), 400)


@check("speech.speed_range", SPEECH)
async def speed_range(server: Server) -> None:
    """A speed of 9 is a 400."""
    refusal(await _send(server, {"speed": 9}), 400)


@check("speech.unknown_model", SPEECH)
async def unknown_model(server: Server) -> None:
    """An unknown model is a 404 with an error object."""
    refusal(await _send(server, {"model": NO_SUCH_MODEL}), 404)


async def _send(server: Server, fields: Fields) -> Answer:
    models = server.models
    request = {"model": models.speech, "voice": models.voice, "input": "Hello.", **fields}
    return await server.send("POST", SPEECH.path, request)


CHECKS: Sequence[Check] = (
    default,
    mp3,
    opus,
    aac,
    flac,
    wav,
    pcm,
    events,
    speed,
    instructions,
    unknown_voice,
    empty_input,
    long_input,
    speed_range,
    unknown_model,
)
