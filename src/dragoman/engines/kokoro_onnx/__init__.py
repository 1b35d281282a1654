"""Speech by Kokoro-82M on ONNX Runtime."""

from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.speech import SpeechEvent, SpeechRequest


def load(spec: EngineSpec) -> BlockingEngine[SpeechRequest, SpeechEvent]:
    """Load the engine from the files in `spec.directory`: a second or two, and 350 MB."""
    from dragoman.engines.kokoro_onnx.engine import Kokoro  # noqa: PLC0415 - heavy libraries

    return Kokoro.load(spec)
