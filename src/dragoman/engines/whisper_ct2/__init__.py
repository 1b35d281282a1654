"""Transcription with Whisper on CTranslate2, through faster-whisper's decoder."""

import os

from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.transcription import TranscriptionEvent, TranscriptionRequest


def load(spec: EngineSpec) -> BlockingEngine[TranscriptionRequest, TranscriptionEvent]:
    """Load the CTranslate2 model in `spec.directory`.

    Options: `beam_size` (5), `device` ("auto"), `compute_type` (as the device does best).

    Raises:
        EngineUnavailable: the files are no such model, an option makes no sense, or its device is
            not there.
    """
    # The library asks the hub for what it misses; this process has all it needs.
    os.environ["HF_HUB_OFFLINE"] = "1"
    from dragoman.engines.whisper_ct2.engine import WhisperEngine  # noqa: PLC0415 - heavy
    from dragoman.engines.whisper_ct2.model import Whisper, vad_model  # noqa: PLC0415 - heavy
    from dragoman.engines.whisper_ct2.settings import settings  # noqa: PLC0415 - with them
    from dragoman.engines.whisper_ct2.vad import VoiceDetector  # noqa: PLC0415 - heavy

    checked = settings(spec)
    return WhisperEngine(Whisper(checked), VoiceDetector(vad_model()), checked.num_workers)
