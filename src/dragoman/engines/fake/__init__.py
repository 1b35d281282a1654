"""Engines without weights, for tests, docs and demonstrations: they say that they are fake."""

from dragoman.domain.engine import EngineSpec
from dragoman.engines.fake.chat import FakeChat
from dragoman.engines.fake.script import demonstration
from dragoman.engines.fake.sight import FakeSight
from dragoman.engines.fake.speech import FakeSpeaker
from dragoman.engines.fake.transcription import FakeTranscriber

__all__ = [
    "FakeChat",
    "FakeSight",
    "FakeSpeaker",
    "FakeTranscriber",
    "load_chat",
    "load_sight",
    "load_speaker",
    "load_transcriber",
]


def load_chat(_: EngineSpec) -> FakeChat:
    """See `engines.ENGINES`."""
    return FakeChat(demonstration)


def load_transcriber(_: EngineSpec) -> FakeTranscriber:
    """See `engines.ENGINES`."""
    return FakeTranscriber()


def load_speaker(_: EngineSpec) -> FakeSpeaker:
    """See `engines.ENGINES`."""
    return FakeSpeaker()


def load_sight(_: EngineSpec) -> FakeSight:
    """See `engines.ENGINES`."""
    return FakeSight()
