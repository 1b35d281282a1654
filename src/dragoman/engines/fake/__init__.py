"""Engines without weights, for tests, docs and demonstrations: they say that they are fake."""

import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path

from typing_extensions import override

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    Usage,
)
from dragoman.domain.engine import EngineSpec, Outlet
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
    """See `engines.ENGINES`.

    Tests of what happens around an engine in another process have options. `holds`: it begins an
    answer and does not go on; `hangs`: it does not stop either; `hoards`: it takes memory;
    `breaks`: it does not load; `kills`: it ends its process before the first event;
    `unmeasurable`: its gauges fail; `dies_once`, `differs`: see `Mortal`.
    """
    if spec.options.get("breaks"):
        raise EngineUnavailable("this fake was told not to load")
    if spec.options.get("holds"):
        return FakeChat([Say("Wait"), Wait(threading.Event())])
    if mark := spec.options.get("dies_once"):
        return Mortal(Path(mark), differs=bool(spec.options.get("differs")))
    special = {
        "hangs": Deadlocked,
        "hoards": Hoarder,
        "unmeasurable": Unmeasurable,
        "kills": Deadly,
    }
    for name, make in special.items():
        if spec.options.get(name):
            return make()
    return FakeChat(demonstration)


class Deadlocked(FakeChat):
    """Begins an answer, then looks at nothing any more."""

    def __init__(self) -> None:
        super().__init__(())

    @override
    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See the class."""
        outlet.emit(TextDelta(0, "Wait"))
        threading.Event().wait()


class Mortal(FakeChat):
    """Begins its first answer and waits to be killed; the next process answers to the end.

    The file `mark` tells it. It writes the same text in other pieces, or with `differs` another.
    """

    def __init__(self, mark: Path, *, differs: bool) -> None:
        super().__init__(())
        self._mark = mark
        self._differs = differs

    @override
    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See the class."""
        if not self._mark.exists():
            for piece in ("on", "e tw", "o th"):
                outlet.emit(TextDelta(0, piece))
            self._mark.touch()
            threading.Event().wait()
        for piece in ("one ", "2 " if self._differs else "two ", "three ", "four"):
            outlet.emit(TextDelta(0, piece))
        outlet.emit(ChoiceFinished(0, "stop"))
        outlet.emit(ChatFinished(Usage(3, 4)))


class Hoarder(FakeChat):
    """Takes more and more memory, up to a gigabyte, until it is stopped or ended."""

    def __init__(self) -> None:
        super().__init__(())

    @override
    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See the class."""
        hoard: list[bytes] = []
        while len(hoard) < 64 and not outlet.stopped:
            hoard.append(b"x" * 2**24)
            outlet.emit(TextDelta(0, "more "))
        threading.Event().wait()


class Unmeasurable(FakeChat):
    """Answers as ever, and fails when it is to measure itself."""

    def __init__(self) -> None:
        super().__init__(demonstration)

    def gauges(self) -> Mapping[str, float]:
        """See the class."""
        raise ArithmeticError


class Deadly(FakeChat):
    """Ends its process, as native code does that crashes."""

    def __init__(self) -> None:
        super().__init__(())

    @override
    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See the class."""
        os.kill(os.getpid(), signal.SIGKILL)


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
