"""What every engine keeps to, whoever wrote it: the rules of `domain.engine.BlockingEngine`."""

import json
import os
import struct
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from dragoman.domain.chat import (
    CHAT,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
)
from dragoman.domain.continuation import Continuation, PromptShown, Tokenised
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.diarisation import DIARISATION, DiarisationRequest, Turns
from dragoman.domain.engine import BlockingEngine, EngineSpec, Kind, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import SIGHT, Facts, Picture
from dragoman.domain.speech import SPEECH, Sound, SpeechFinished, SpeechRequest
from dragoman.domain.transcription import (
    TRANSCRIPTION,
    Recording,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines import ENGINES, function
from dragoman.serving.threads import Hosted
from outlets import Basket
from upstreams import Upstream, running


@dataclass(frozen=True)
class Row:
    """One engine under test."""

    engine: str
    kind: Kind[Any, Any]
    final: type
    model: str = ""
    """Whose weights; empty: it needs none."""
    options: tuple[tuple[str, str], ...] = ()
    upstream: Callable[[Upstream], object] | None = None
    """Writes down what the server says that the engine asks; None: it asks none."""

    @property
    def name(self) -> str:
        """The engine, and what of it is other than usual."""
        return "-".join([self.engine, *(value for _, value in self.options)])


def _chats(upstream: Upstream) -> None:
    pieces = [{"index": i, "delta": {"content": "One"}, "finish_reason": "stop"} for i in (0, 1)]
    upstream.says({"choices": pieces})


def _speaks(upstream: Upstream) -> None:
    upstream.headers, upstream.frames = {"Content-Type": "audio/pcm"}, [bytes(9600)] * 2


def _hears(upstream: Upstream) -> None:
    pieces = [{"start": i, "end": i + 1, "text": " One"} for i in (0, 1)]
    upstream.frames = [json.dumps({"text": "One One", "segments": pieces}).encode()]


FAKES = (
    Row("fake-chat", CHAT, ChatFinished),
    Row("fake-transcriber", TRANSCRIPTION, TranscriptionFinished),
    Row("fake-speaker", SPEECH, SpeechFinished),
    Row("fake-sight", SIGHT, Facts),
    Row("fake-speakers", DIARISATION, Turns),
)
ELSEWHERE = (
    Row("remote-openai", CHAT, ChatFinished, upstream=_chats),
    Row("remote-openai-transcription", TRANSCRIPTION, TranscriptionFinished, upstream=_hears),
    Row("remote-openai-speech", SPEECH, SpeechFinished, upstream=_speaks),
)
REAL = (
    Row("llama-cpp", CHAT, ChatFinished, "smollm2-135m-instruct"),
    Row("llama-cpp", CHAT, ChatFinished, "smollm2-135m-instruct", (("decoder", "server"),)),
    Row("whisper-ct2", TRANSCRIPTION, TranscriptionFinished, "whisper-tiny.en"),
    Row("kokoro-onnx", SPEECH, SpeechFinished, "kokoro-82m"),
    Row("recognisers", SIGHT, Facts, "recognisers"),
    Row("speakers", DIARISATION, Turns, "speakers"),
)
ROWS = {
    row: pytest.param(row, id=row.name, marks=[pytest.mark.model] if row.model else [])
    for row in (*FAKES, *ELSEWHERE, *REAL)
}
CHATS = [param for row, param in ROWS.items() if row.kind is CHAT and row.upstream is None]
SPEAKING = [param for row, param in ROWS.items() if len(row.kind.events) > 1]
"""Engines that emit more than one event: their caller can leave in between."""

Engine = BlockingEngine[Any, Any]


@pytest.fixture(scope="module", params=ROWS.values())
def row(request: pytest.FixtureRequest) -> Row:
    return request.param


@pytest.fixture(scope="module")
def engine(row: Row, weights: Callable[[str], Path]) -> Generator[Engine]:
    directory = str(weights(row.model)) if row.model else ""
    options = dict(row.options)
    with running() as upstream:
        if row.upstream:
            row.upstream(upstream)
            options |= {"base_url": upstream.url, "model": "far"}
        loaded: Engine = function(ENGINES[row.engine].load)(
            EngineSpec(row.engine, directory, options=options)
        )
        yield loaded
        loaded.close()


@pytest.fixture
def request_(row: Row, tmp_path: Path) -> Any:
    if row.kind is CHAT:
        turn = Message("user", (TextPart("Count from one to ten."),))
        return ChatRequest((turn,), choices=2, max_tokens=12)
    if row.kind in (TRANSCRIPTION, DIARISATION):
        samples = [3000 * (-1) ** (i // 20) for i in range(16_000)]
        path = tmp_path / "tone.s16"
        path.write_bytes(struct.pack(f"<{len(samples)}h", *samples))
        recording = Recording(str(path), len(samples))
        heard = row.kind is TRANSCRIPTION
        return TranscriptionRequest(recording) if heard else DiarisationRequest(recording)
    if row.kind is SPEECH:
        return SpeechRequest("One two three. Four five six.", "alloy", "wav")
    return Picture(64, 64, bytes(64 * 64 * 3), 640, 640)


def test_events_are_of_the_kind_and_end_with_the_final_one(
    engine: Engine, row: Row, request_: Any
) -> None:
    basket = Basket()
    engine.run(request_, basket)
    assert all(isinstance(event, row.kind.events) for event in basket.events)
    assert [isinstance(event, row.final) for event in basket.events].count(True) == 1
    assert isinstance(basket.events[-1], row.final)


def test_no_piece_is_empty(engine: Engine, request_: Any) -> None:
    basket = Basket()
    engine.run(request_, basket)
    for event in basket.events:
        match event:
            case TextDelta(_, text, logprobs):
                assert text or logprobs
            case ToolCallDelta(_, _, arguments):
                assert arguments
            case Sound(data):
                assert data
            case _:
                pass


@pytest.mark.parametrize("row", CHATS, indirect=True, scope="module")
def test_chat_finishes_every_choice_once_and_says_nothing_of_it_after(
    engine: Engine, request_: Any
) -> None:
    basket = Basket()
    engine.run(request_, basket)
    finished: list[int] = []
    for event in basket.events:
        match event:
            case ChoiceFinished(choice):
                finished.append(choice)
            case TextDelta(choice) | ToolCallStarted(choice) | ToolCallDelta(choice):
                assert choice not in finished
            case _:
                pass
    assert sorted(finished) == [0, 1]


@pytest.mark.parametrize("row", CHATS, indirect=True, scope="module")
@pytest.mark.parametrize("top", [None, 0, 1, 5])
@pytest.mark.parametrize("calling", [False, True])
def test_chat_tells_of_each_token_as_many_alternatives_as_were_asked_for(
    engine: Engine, request_: ChatRequest, top: int | None, *, calling: bool
) -> None:
    request = replace(request_, top_logprobs=top)
    if calling:
        count = {"type": "object", "properties": {"to": {"enum": [10]}}, "required": ["to"]}
        more = {"tools": (Tool("count", "Count.", count),), "tool_choice": ToolChoice("required")}
        request = replace(request, max_tokens=60, **more)
    basket = Basket()
    engine.run(request, basket)
    deltas = [event for event in basket.events if isinstance(event, TextDelta | ToolCallDelta)]
    told = [token for delta in deltas for token in delta.logprobs]
    assert deltas
    assert bool(told) == (top is not None)
    assert {len(token.top) for token in told} == ({top} if told else set())


@pytest.mark.parametrize("row", CHATS, indirect=True, scope="module")
@pytest.mark.parametrize("top", [None, 2])
def test_chat_goes_on_with_a_text_that_it_shows_first(engine: Engine, top: int | None) -> None:
    text = Continuation("One, two, three, 넷, ", echo=True)
    basket = Basket()
    engine.run(ChatRequest((), 2, 5, top_logprobs=top, continuation=text), basket)
    shown = [event for event in basket.events if isinstance(event, PromptShown)]
    assert basket.events[: len(shown)] == shown
    assert "".join(piece.text for piece in shown) == text.text
    first, *scores = [token.logprob for piece in shown for token in piece.tokens] or [None]
    assert first is None
    assert bool(scores) == (top is not None)
    assert all(score is not None and score <= 0 for score in scores)
    finished = [event for event in basket.events if isinstance(event, ChoiceFinished)]
    assert sorted(event.choice for event in finished) == [0, 1]
    assert any(isinstance(event, TextDelta) and event.text for event in basket.events)


@pytest.mark.parametrize("row", CHATS, indirect=True, scope="module")
def test_chat_tells_the_tokens_of_a_text_and_the_text_of_tokens(engine: Engine) -> None:
    def told(text: Continuation) -> Tokenised:
        basket = Basket()
        engine.run(ChatRequest((), continuation=text, tokens_only=True), basket)
        (event,) = basket.events
        assert isinstance(event, Tokenised)
        return event

    text = "def f(): return '한국어 🦦 é'\n"
    first = told(Continuation(text))
    assert first.text == text
    assert len(first.names) == len(first.tokens) > 1
    assert told(Continuation(tokens=first.tokens)) == first


@pytest.mark.parametrize("row", SPEAKING, indirect=True, scope="module")
def test_work_ends_when_nobody_listens(engine: Engine, request_: Any) -> None:
    basket = Basket(room=1)
    with pytest.raises(Stopped):
        engine.run(request_, basket)
    assert len(basket.events) == 1
    assert basket.refused <= 1


async def test_closing_a_stream_twice_is_harmless(engine: Engine, request_: Any) -> None:
    hosted = Hosted(engine)
    stream = hosted.stream(request_)
    with anyio.fail_after(60):
        await anext(stream)
        await stream.aclose()
        await stream.aclose()
    assert hosted.statistics().borrowed_tokens == 0


async def test_two_requests_at_once_do_not_mix(engine: Engine, row: Row, request_: Any) -> None:
    hosted = Hosted(engine)
    seen: list[list[Any]] = []

    async def ask() -> None:
        seen.append([event async for event in hosted.stream(request_)])

    with anyio.fail_after(120):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            tasks.start_soon(ask)
    for events in seen:
        assert [isinstance(event, row.final) for event in events].count(True) == 1
        assert isinstance(events[-1], row.final)


@pytest.mark.parametrize("row", CHATS, indirect=True, scope="module")
@pytest.mark.parametrize("max_tokens", [None, 10_000_000])
def test_chat_that_does_not_fit_is_refused_before_the_first_event(
    engine: Engine, max_tokens: int | None
) -> None:
    basket = Basket()
    turn = Message("user", (TextPart("word " * 200_000),))
    with pytest.raises(RequestInvalid) as caught:
        engine.run(ChatRequest((turn,), max_tokens=max_tokens), basket)
    assert (caught.value.param, caught.value.code) == ("messages", "context_length_exceeded")
    assert basket.events == []


@pytest.mark.parametrize("row", CHATS, indirect=True, scope="module")
def test_a_limit_beyond_all_room_is_answered(engine: Engine) -> None:
    basket = Basket()
    engine.run(ChatRequest((Message("user", (TextPart("Say hello"),)),), max_tokens=32_000), basket)
    assert isinstance(basket.events[-1], ChatFinished)


def test_a_program_that_imports_an_engine_tells_no_maker_of_it() -> None:
    # tests/live/test_nothing_leaves.py shows what this variable stops.
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
