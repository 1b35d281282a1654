"""WAV headers of speech, whose length may not be known when they are written.

Apart from the encoders: who only writes a header needs no library of sound.
"""

import struct

from dragoman.domain.speech import AudioFormat

SAMPLE_RATE = 24_000
"""Hz of speech."""
OPEN_LENGTH = 0xFFFFFFFF
"""What a WAV header says where the length is not known yet."""


def wav_header(data_bytes: int | None = None, rate: int = SAMPLE_RATE) -> bytes:
    """Return the header of mono 16-bit PCM at `rate` Hz.

    `data_bytes` None stands for a stream of open length.
    """
    data = OPEN_LENGTH if data_bytes is None else data_bytes
    riff = OPEN_LENGTH if data_bytes is None else data_bytes + 36
    layout = struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    return (
        struct.pack("<4sI8s", b"RIFF", riff, b"WAVEfmt ")
        + layout
        + struct.pack("<4sI", b"data", data)
    )


def whole(audio_format: AudioFormat, data: bytes) -> bytes:
    """Return a stream that has ended as a file: a WAV says how long it is."""
    header = len(wav_header())
    return wav_header(len(data) - header) + data[header:] if audio_format == "wav" else data
