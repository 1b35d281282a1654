"""What is read ahead, and who goes first."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from chat_events import usage
from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp import load
from dragoman.engines.llama_cpp.generation import warmup
from dragoman.engines.llama_cpp.generation.admission import KvBudget
from dragoman.engines.llama_cpp.generation.warmup import STEP, OwnPrefixes, PrefixWarmup, Read
from outlets import Basket

PROMPT = [1, 2, 3]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warmup, "PATIENCE_S", 0.01)


def never() -> bool:
    return False


def forgotten(_: Sequence[int]) -> bool:
    return False


def warming(read: Read, budget: KvBudget, prompt: Sequence[int]) -> PrefixWarmup:
    return PrefixWarmup(read, budget, OwnPrefixes(read, [prompt], forgotten))


class Reader:
    """Reads until it is stopped, but its second prompt to the end."""

    def __init__(self) -> None:
        self.reading = threading.Event()
        self.read: list[Sequence[int]] = []

    def into_cache(
        self, prompt: Sequence[int], stopped: Callable[[], bool], *, durable: bool = False
    ) -> None:
        self.reading.set()
        self.read.append(prompt)
        while len(self.read) == 1:
            if stopped():
                raise Stopped


def test_reading_gives_way_and_begins_again_when_nobody_asks() -> None:
    budget, reader = KvBudget(2, 100), Reader()
    reading = warming(reader.into_cache, budget, PROMPT)
    assert reader.reading.wait(5)
    with budget.reserve(2, 90, never):
        assert reader.read == [PROMPT]
        assert not reading.wait(0.1)
    assert reading.wait(5)
    assert reader.read == [PROMPT, PROMPT]
    assert not budget.busy


def test_nothing_is_read_while_somebody_asks() -> None:
    budget, reader = KvBudget(2, 100), Reader()
    with budget.reserve(1, 10, never):
        reading = warming(reader.into_cache, budget, PROMPT)
        assert not reader.reading.wait(0.1)
    assert reader.reading.wait(5)
    reading.close()
    assert reading.wait(0)


def test_what_cannot_be_read_ahead_is_told_and_left(caplog: pytest.LogCaptureFixture) -> None:
    def broken(
        prompt: Sequence[int], stopped: Callable[[], bool], *, durable: bool = False
    ) -> None:
        raise EngineFailed("it broke")

    assert warming(broken, KvBudget(1, 10), PROMPT).wait(5)
    assert "it broke" in caplog.text


def test_who_comes_waits_for_a_step_and_not_for_the_whole() -> None:
    budget, text = KvBudget(2, 1000), list(range(3 * STEP + 1))
    steps: list[int] = []
    kept: list[bool] = []
    come, gone = threading.Event(), threading.Event()

    def into_cache(
        prompt: Sequence[int], stopped: Callable[[], bool], *, durable: bool = False
    ) -> None:
        if len(steps) == 2 and not come.is_set():
            come.set()
            assert gone.wait(5)
        if stopped():
            raise Stopped
        steps.append(len(prompt))
        kept.append(durable)

    reading = warming(into_cache, budget, text)
    assert come.wait(5)
    with budget.reserve(1, 10, never):
        gone.set()
        assert not reading.wait(0.1)
        assert steps == [STEP, 2 * STEP]
    assert reading.wait(5)
    # It goes on where it was, and only what was read to its end is kept for processes to come.
    assert steps[2:] == [3 * STEP, 3 * STEP + 1]
    assert kept == [False] * 3 + [True]


class Notebook:
    """Notes what is read, and whether it is kept; stops where that is so."""

    def __init__(self) -> None:
        self.durable: list[Sequence[int]] = []

    def into_cache(
        self, prompt: Sequence[int], stopped: Callable[[], bool], *, durable: bool = False
    ) -> None:
        if stopped():
            raise Stopped
        if durable:
            self.durable.append(prompt)


def test_whoever_first_needs_a_prefix_reads_it_for_all() -> None:
    notebook = Notebook()
    examples = [[*range(100), 7], [*range(200, 300), 7], [*range(400, 500), 7]]
    prefixes = OwnPrefixes(notebook.into_cache, examples, lambda prompt: prompt[0] == 400)
    question = [*range(200, 300), 1, 2, 3]
    with pytest.raises(Stopped):
        prefixes.read_before(question, lambda: True)
    for prompt in (question, question, [*range(400, 500), 1], [*range(40), 1], []):
        prefixes.read_before(prompt, never)
    assert notebook.durable == [examples[1]]
    assert prefixes.unread == [examples[0]]
    assert PrefixWarmup(notebook.into_cache, KvBudget(1, 200), prefixes).wait(5)
    assert notebook.durable == [examples[1], examples[0]]


@pytest.mark.model
def test_the_first_request_with_tools_finds_the_lesson_read(
    weights: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    engine = load(EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct"))))
    lesson = len(engine._prefixes.unread[0])
    reading = engine._warmup
    assert reading
    assert reading.wait(300)
    basket = Basket()
    tool = Tool("get_weather", "Weather of a city", {"type": "object", "properties": {}})
    message = Message("user", (TextPart("Weather in Paris?"),))
    engine.run(ChatRequest((message,), tools=(tool,), max_tokens=4), basket)
    engine.close()
    assert lesson > 300
    # All but the last of it, where the answer would begin.
    assert usage(basket.events).cached_tokens >= lesson - 3
