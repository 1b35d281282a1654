"""Many streams at once, with the real weights: all get along, and who leaves costs nothing more."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import anyio
import anyio.lowlevel
import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import override

from clients import Shelf, http_client
from dragoman.api import speech
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.speech import SPEECH, SpeechEvent, SpeechFinished, SpeechRequest
from dragoman.engines.kokoro_onnx import load
from dragoman.engines.kokoro_onnx.engine import Kokoro
from dragoman.engines.kokoro_onnx.network import Network, Prosody
from dragoman.serving.app import create_app
from fake_engines import Held

pytestmark = pytest.mark.model

SENTENCES = "One. Two. Three."


class Counted(Network):
    """The network, and which thread asked it in what order."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.asked: list[str] = []

    @override
    def predict_prosody(
        self, phonemes: str, style: NDArray[np.float32], speed: float, stopped: Callable[[], bool]
    ) -> Prosody:
        return self._network.predict_prosody(phonemes, style, speed, stopped)

    @override
    def vocode(
        self, prosody: Prosody, first: int, last: int, stopped: Callable[[], bool]
    ) -> NDArray[np.float32]:
        self.asked.append(threading.current_thread().name)
        return self._network.vocode(prosody, first, last, stopped)


class Listener:
    """An outlet that can be left from outside, or after so many events."""

    def __init__(self, room: int = 1000) -> None:
        self.stopped = False
        self.events: list[SpeechEvent] = []
        self._room = room

    def emit(self, event: SpeechEvent) -> None:
        if self.stopped:
            raise Stopped
        self.events.append(event)
        self.stopped = len(self.events) >= self._room


@pytest.fixture(scope="module")
def loaded(weights: Callable[[str], Path]) -> Kokoro:
    engine = load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m"))))
    assert isinstance(engine, Kokoro)
    return engine


@pytest.fixture
def network(loaded: Kokoro) -> Counted:
    return Counted(loaded.network)


@pytest.fixture
def engine(loaded: Kokoro, network: Counted) -> Kokoro:
    return Kokoro(network, loaded.voices, loaded.reader, loaded.lock)


def together(
    engine: Kokoro, listeners: Sequence[Listener], *, leaving: Sequence[Listener] = ()
) -> None:
    """All listen to the same text; `leaving` do so while they wait for their first turn."""

    def listen(listener: Listener) -> None:
        with contextlib.suppress(Stopped):
            engine.run(SpeechRequest(SENTENCES, "alloy", "pcm"), listener)

    threads = [
        threading.Thread(target=listen, args=(listener,), name=str(number))
        for number, listener in enumerate(listeners)
    ]
    with engine.lock:
        for number, thread in enumerate(threads):
            thread.start()
            while engine.lock.waiting <= number:
                pass
        for listener in leaving:
            listener.stopped = True
    for thread in threads:
        thread.join(timeout=120)


def test_ten_streams_take_turns_sentence_by_sentence(engine: Kokoro, network: Counted):
    listeners = [Listener() for _ in range(10)]
    together(engine, listeners)
    assert all(isinstance(listener.events[-1], SpeechFinished) for listener in listeners)
    assert network.asked[:10] == [str(number) for number in range(10)]
    counts = dict.fromkeys(network.asked, 0)
    assert len(counts) == 10
    for name in network.asked:
        counts[name] += 1
        assert counts[name] <= min(counts.values()) + 2
    assert set(counts.values()) == {3}


def test_who_leaves_gets_not_one_more_sentence(engine: Kokoro, network: Counted):
    stays, after_a_sound, before_it = Listener(), Listener(room=1), Listener()
    together(engine, [stays, after_a_sound, before_it], leaving=[before_it])
    assert isinstance(stays.events[-1], SpeechFinished)
    assert [network.asked.count(name) for name in "012"] == [3, 1, 0]
    assert before_it.events == []
    with engine.lock:
        assert engine.lock.waiting == 0


def test_who_leaves_in_the_middle_of_a_part_does_not_wait_for_its_end(loaded: Kokoro):
    looks = 0

    def stopped() -> bool:
        nonlocal looks
        looks += 1
        return True

    style = loaded.voices.find("alloy").style("en", 500)
    prosody = loaded.network.predict_prosody("ma na " * 80, style, 1.0, lambda: False)
    with pytest.raises(Stopped):
        loaded.network.vocode(prosody, 0, prosody.frames, stopped)
    assert looks == 1
    assert loaded.network.vocode(prosody, 0, 9, lambda: False).size == 9 * 600


async def test_a_hang_up_ends_the_speaking(engine: Kokoro, network: Counted):
    held = Held({SPEECH: {"kokoro-82m": engine}})
    app = create_app(held, Shelf(), more=speech.routes(held))
    body = {
        "model": "kokoro-82m",
        "voice": "alloy",
        "input": "Yes. " * 200,
        "response_format": "pcm",
    }
    async with http_client(app) as client:
        async with client.stream("POST", "/v1/audio/speech", json=body) as answer:
            async for _ in answer.aiter_bytes():
                break
        with anyio.fail_after(20):
            while held.borrowed:
                await anyio.lowlevel.checkpoint()
    spoken = len(network.asked)
    assert spoken < 150
    engine.run(SpeechRequest("Yes.", "alloy", "pcm"), Listener())
    assert len(network.asked) == spoken + 1
