"""Engines without weights, for tests, docs and demonstrations: they say that they are fake."""

import threading

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.fake.chat import FakeChat
from dragoman.engines.fake.perception import FakeSight, FakeSpeakers, FakeTranscriber
from dragoman.engines.fake.script import Say, Wait, demonstration
from dragoman.engines.fake.speech import FakeSpeaker

__all__ = [
    "FakeChat",
    "FakeSight",
    "FakeSpeaker",
    "FakeSpeakers",
    "FakeTranscriber",
    "load_chat",
    "load_sight",
    "load_speaker",
    "load_speakers",
    "load_transcriber",
]


def load_chat(spec: EngineSpec) -> FakeChat:
    """See `engines.ENGINES`. Option `holds`: begins an answer and does not go on; `breaks`: dies.

    Tests of what happens around an engine in another process need both.
    """
    if spec.options.get("breaks"):
        raise EngineUnavailable("this fake was told not to load")
    if spec.options.get("holds"):
        return FakeChat([Say("Wait"), Wait(threading.Event())])
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


def load_speakers(_: EngineSpec) -> FakeSpeakers:
    """See `engines.ENGINES`."""
    return FakeSpeakers()
