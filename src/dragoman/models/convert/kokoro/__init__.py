"""Kokoro's graph as the engine runs it: made once, when the weights are installed.

For another export of the same network, whose tensors may have other names:

    python -m dragoman.models.convert.kokoro EXPORT.onnx FOLDER [--durations NAME …]

writes the three files that the engine loads.
"""

from pathlib import Path

PROSODY = "kokoro-prosody.onnx"
VOCODER, VOCODER_OF_CONVOLUTIONS = "kokoro-vocoder.onnx", "kokoro-vocoder-convolutions.onnx"


def kokoro(source: Path, target: Path, variant: str) -> None:
    """Write the half of the published graph `source` that a recipe of `derive.RECIPES` names.

    Raises:
        ValueError: `source` is not Kokoro's published graph.
    """
    from dragoman.models.convert.kokoro.split import split  # noqa: PLC0415 - takes `onnx`

    halves = split(source.read_bytes(), products=variant == "vocoder")
    target.write_bytes(halves.prosody if variant == "prosody" else halves.vocoder)
