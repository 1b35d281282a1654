"""Chat on a server elsewhere that speaks OpenAI's API: vLLM, another Dragoman, OpenAI itself."""

from dragoman.domain.engine import EngineSpec
from dragoman.engines.remote_openai.engine import RemoteOpenAI
from dragoman.engines.remote_openai.settings import Settings

__all__ = ["RemoteOpenAI", "load"]


def load(spec: EngineSpec) -> RemoteOpenAI:
    """See `engines.ENGINES`; nothing is asked of the upstream yet.

    Raises:
        EngineUnavailable: an option is missing or wrong, or the key cannot be read.
    """
    return RemoteOpenAI(Settings.of(spec.options))
