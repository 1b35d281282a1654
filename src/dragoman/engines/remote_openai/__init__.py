"""Models on servers elsewhere that speak OpenAI's API: vLLM, another Dragoman, OpenAI itself."""

from dragoman.domain.engine import EngineSpec
from dragoman.engines.remote_openai.chat import RemoteOpenAI
from dragoman.engines.remote_openai.settings import Settings, SpeechSettings
from dragoman.engines.remote_openai.speech import RemoteSpeech

__all__ = ["RemoteOpenAI", "RemoteSpeech", "load", "load_speech"]


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
