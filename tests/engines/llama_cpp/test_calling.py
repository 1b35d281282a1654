"""Calls of one choice: what was answered is not called again."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.binding import Chunk
from dragoman.engines.llama_cpp.calling import Calls
from dragoman.engines.llama_cpp.decoder import Decoder
from dragoman.engines.llama_cpp.forms import Form
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.grounding import Vetting, as_written
from dragoman.engines.llama_cpp.prompt import Scribe
from outlets import Basket

SCRIBE = Scribe(Vocabulary(special={}, size=1, end=0))
REQUEST = ChatRequest((Message("user", (TextPart("Hi"),)),))
OSLO = '{"city": "Oslo"}'


class Writes:
    """Decodes a text, some characters a token, and sees when events come."""

    def __init__(self, text: str, outlet: Basket, end: str = "stop") -> None:
        self._pieces = [text[at : at + 3] for at in range(0, len(text), 3)]
        self._outlet = outlet
        self._end = end
        self.shown: dict[str, int] = {}
        """How many events were out after each beginning of the text."""

    def decode(
        self, _prompt: object, _fields: Mapping[str, Any], on_chunk: Callable[[Chunk], bool]
    ) -> None:
        written = ""
        for number, piece in enumerate(self._pieces):
            end = self._end if number == len(self._pieces) - 1 else None
            on_chunk(Chunk(0, piece, None, end, number + 1, 0))
            written += piece
            self.shown[written] = len(self._outlet.events)


def write(arguments: str, *earlier: str, end: str = "stop") -> tuple[Calls, Basket, Writes]:
    basket = Basket()
    text = f'<tool_call>{{"name": "weather", "arguments": {arguments}'
    decoder = Writes(text + ("}</tool_call>" if end == "stop" else ""), basket, end)
    form = Form("calls", arguments={"weather": {"type": "object"}})
    calls = Calls(REQUEST, form, 0, basket, lambda _: None, Vetting(earlier, None))
    calls.write(cast("Decoder", decoder), [1], lambda _: [2], SCRIBE, {"n_predict": 99})
    return calls, basket, decoder


def made(events: list[ChatEvent]) -> str:
    started = [event.name for event in events if isinstance(event, ToolCallStarted)]
    deltas = [event.arguments for event in events if isinstance(event, ToolCallDelta)]
    return as_written("".join(started), "".join(deltas))


def test_a_call_that_was_answered_is_not_made_again() -> None:
    calls, basket, _ = write(OSLO, as_written("weather", OSLO))
    assert calls.rejected
    assert basket.events == []


@pytest.mark.parametrize("arguments", ['{"city": "Oslo N"}', '{"city": "Osaka"}', "{}"])
def test_another_call_comes_out_whole(arguments: str) -> None:
    calls, basket, _ = write(arguments, as_written("weather", OSLO), as_written("time", "{}"))
    assert not calls.rejected
    assert made(basket.events) == as_written("weather", arguments)
    assert isinstance(basket.events[-1], ChoiceFinished)


def test_a_call_comes_out_as_soon_as_it_is_another() -> None:
    _, _, decoder = write('{"city": "Rome, Italy"}', as_written("weather", OSLO))
    before, after = '"city": "', '"city": "Rom'
    assert not any(count for text, count in decoder.shown.items() if text.endswith(before))
    assert all(count for text, count in decoder.shown.items() if after in text)


def test_without_earlier_calls_nothing_is_held_back() -> None:
    _, _, decoder = write(OSLO)
    assert min(count for text, count in decoder.shown.items() if '"city' in text)


def test_a_call_that_is_cut_comes_out() -> None:
    calls, basket, _ = write('{"city": "Os', as_written("weather", OSLO), end="length")
    assert not calls.rejected
    assert made(basket.events) == as_written("weather", '{"city": "Os')
    assert basket.events[-1] == ChoiceFinished(0, "length")
