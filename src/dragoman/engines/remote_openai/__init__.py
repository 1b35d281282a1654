"""Models on servers elsewhere that speak OpenAI's API: vLLM, another Dragoman, OpenAI itself."""

from dragoman.domain.engine import EngineSpec
from dragoman.engines.remote_openai.chat import RemoteOpenAI
from dragoman.engines.remote_openai.settings import Settings, SpeechSettings
from dragoman.engines.remote_openai.speech import RemoteSpeech
from dragoman.engines.remote_openai.transcription import RemoteTranscription

__all__ = [
    "RemoteOpenAI",
    "RemoteSpeech",
    "RemoteTranscription",
    "load",
    "load_speech",
    "load_transcription",
]


def load(spec: EngineSpec) -> RemoteOpenAI:
    """See `engines.ENGINES`; nothing is asked of the upstream yet.

    Raises:
        EngineUnavailable: an option is missing or wrong, or the key cannot be read.
    """
    return RemoteOpenAI(Settings.of(spec.options))


def load_speech(spec: EngineSpec) -> RemoteSpeech:
    """The same for a model that speaks.

    Raises:
        EngineUnavailable: an option is missing or wrong, or the key cannot be read.
    """
    return RemoteSpeech(SpeechSettings.of(spec.options))


def load_transcription(spec: EngineSpec) -> RemoteTranscription:
    """The same for a model that transcribes, and perhaps translates.

    Raises:
        EngineUnavailable: an option is missing or wrong, or the key cannot be read.
    """
    return RemoteTranscription(Settings.of(spec.options))
