"""Calls of one choice: what was answered is not called again."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.generation.calls import ToolCalls
from dragoman.engines.llama_cpp.generation.completer import Completer
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.prompt.rendering import Scribe
from dragoman.engines.llama_cpp.tools.answer_forms import Form
from dragoman.engines.llama_cpp.tools.grounding.checks import LONGEST_HELD, Vetting, as_written
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import Mentions
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

    def complete(
        self,
        _prompt: object,
        _fields: Mapping[str, Any],
        on_chunk: Callable[[CompletionChunk], bool],
    ) -> None:
        written = ""
        for number, piece in enumerate(self._pieces):
            end = self._end if number == len(self._pieces) - 1 else None
            on_chunk(CompletionChunk(0, piece, None, end, number + 1, 0))
            written += piece
            self.shown[written] = len(self._outlet.events)


def write(arguments: str, *earlier: str, end: str = "stop") -> tuple[ToolCalls, Basket, Writes]:
    basket = Basket()
    text = f'<tool_call>{{"name": "weather", "arguments": {arguments}'
    completer = Writes(text + ("}</tool_call>" if end == "stop" else ""), basket, end)
    form = Form("calls", arguments={"weather": {"type": "object"}})
    calls = ToolCalls(REQUEST, form, 0, basket, lambda _: None, Vetting(earlier, None))
    calls.write(cast("Completer", completer), [1], lambda _: [2], SCRIBE, {"n_predict": 99})
    return calls, basket, completer


LISTS = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "with": {"type": "array", "items": {"type": "string"}},
        "unit": {"type": "string"},
    },
    "required": ["city"],
}


def write_lists(arguments: str, **more: object) -> tuple[ToolCalls, Basket]:
    basket = Basket()
    schema = {**LISTS, **more}
    text = f'<tool_call>{{"name": "weather", "arguments": {arguments}}}</tool_call>'
    mentions = Mentions([Message("user", (TextPart("Weather in Oslo?"),))], {"weather": schema})
    form, vetting = Form("calls", arguments={"weather": schema}), Vetting((), None, mentions)
    calls = ToolCalls(REQUEST, form, 0, basket, lambda _: None, vetting)
    completer = cast("Completer", Writes(text, basket, "stop"))
    calls.write(completer, [1], lambda _: [2], SCRIBE, {"n_predict": 99})
    return calls, basket


def test_a_list_that_nobody_spoke_of_is_left_out_of_the_call_that_was_written() -> None:
    calls, basket = write_lists('{"city": "Oslo", "with": ["wind", "tides", "pollen"]}')
    assert not calls.rejected
    assert made(basket.events) == as_written("weather", '{"city": "Oslo"}')
    assert basket.events[-1] == ChoiceFinished(0, "stop")


def test_a_call_that_would_not_be_valid_without_it_is_made_as_it_is() -> None:
    arguments = '{"city": "Oslo", "with": ["wind", "tides"]}'
    _, basket = write_lists(arguments, minProperties=2)
    assert made(basket.events) == as_written("weather", arguments)


def test_a_list_without_end_is_cut_and_the_call_rejected() -> None:
    much = ", ".join(f'"{each}"' for each in ["wind", "tides", "pollen"] * 30)
    calls, basket = write_lists(f'{{"city": "Oslo", "with": [{much}]}}')
    assert calls.rejected
    assert calls.rejected.invented == ["with"]
    assert basket.events == []


MUCH = ["wind", "tides", "pollen"] * 20


def later(arguments: str) -> tuple[list[str], Basket]:
    """The arguments of the calls that are made where a second is written; and all events."""
    basket = Basket()
    asked = [Message("user", (TextPart("Weather in Oslo and in Rome?"),))]
    vetting = Vetting((), None, Mentions(asked, {"weather": LISTS}))
    form = Form("calls", "any", several=True, arguments={"weather": LISTS})

    def further(made: Sequence[tuple[str, str]], _: float) -> Form | None:
        return form if len(made) < 2 else None

    form = replace(form, further=further)
    texts = [
        f'<tool_call>{{"name": "weather", "arguments": {each}}}</tool_call>'
        for each in ('{"city": "Rome"}', arguments)
    ]

    class Model:
        def complete(
            self, _: object, __: object, on_chunk: Callable[[CompletionChunk], bool]
        ) -> None:
            text = texts.pop(0)
            for at in range(0, len(text), 3):
                end = "stop" if at + 3 >= len(text) else None
                if on_chunk(CompletionChunk(0, text[at : at + 3], None, end, at // 3, 0)):
                    return

        def first_tokens(self, *_: object) -> tuple[tuple[Alternative, ...], int]:
            return (), 0

    calls = ToolCalls(REQUEST, form, 0, basket, lambda _: None, vetting)
    calls.write(
        cast("Completer", Model()),
        [1],
        lambda _: [2],
        SCRIBE,
        {"n_predict": 9999, "grammar": "any"},
    )
    pieces: dict[int, str] = {}
    for event in basket.events:
        if isinstance(event, ToolCallDelta):
            pieces[event.index] = pieces.get(event.index, "") + event.arguments
    return list(pieces.values()), basket


def test_of_a_later_call_a_long_list_that_nobody_spoke_of_is_left_out_alone() -> None:
    long = {"city": "Oslo", "with": MUCH[:45], "unit": "celsius"}
    assert len(json.dumps(long)) > LONGEST_HELD
    calls, basket = later(json.dumps(long))
    assert calls == ['{"city": "Rome"}', '{"city": "Oslo", "unit": "celsius"}']
    assert basket.events[-1] == ChoiceFinished(0, "stop")


def test_of_a_later_call_with_a_list_without_end_what_came_before_it_is_made() -> None:
    calls, basket = later(json.dumps({"city": "Oslo", "with": MUCH * 99, "unit": "celsius"}))
    assert calls == ['{"city": "Rome"}', '{"city": "Oslo"}']
    assert basket.events[-1] == ChoiceFinished(0, "stop")


def test_a_later_call_that_would_not_be_valid_without_its_endless_list_is_not_made() -> None:
    calls, _ = later(json.dumps({"with": MUCH * 99, "city": "Oslo"}))
    assert calls == ['{"city": "Rome"}']


def test_a_later_call_whose_long_list_was_spoken_of_after_all_is_made_with_it() -> None:
    arguments = json.dumps({"city": "Oslo", "with": [*MUCH[:45], "Rome", "Oslo", "weather"]})
    assert len(arguments) > LONGEST_HELD
    calls, _ = later(arguments)
    assert calls == ['{"city": "Rome"}', arguments]


@pytest.mark.parametrize("often", [1, 99])
def test_a_later_call_that_is_the_one_before_but_for_its_list_is_not_made(often: int) -> None:
    calls, _ = later(json.dumps({"city": "Rome", "with": MUCH * often}))
    assert calls == ['{"city": "Rome"}']


def test_text_after_a_list_that_nobody_spoke_of_is_awaited_however_long_it_is() -> None:
    text = "Oslo lies on a fjord. " * 200
    calls, _ = later(json.dumps({"city": "Oslo", "with": MUCH[:45], "unit": text}))
    assert calls == ['{"city": "Rome"}', json.dumps({"city": "Oslo", "unit": text})]


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
    _, _, completer = write('{"city": "Rome, Italy"}', as_written("weather", OSLO))
    before, after = '"city": "', '"city": "Rom'
    assert not any(count for text, count in completer.shown.items() if text.endswith(before))
    assert all(count for text, count in completer.shown.items() if after in text)


def test_without_earlier_calls_nothing_is_held_back() -> None:
    _, _, completer = write(OSLO)
    assert min(count for text, count in completer.shown.items() if '"city' in text)


def test_a_call_that_is_cut_comes_out() -> None:
    calls, basket, _ = write('{"city": "Os', as_written("weather", OSLO), end="length")
    assert not calls.rejected
    assert made(basket.events) == as_written("weather", '{"city": "Os')
    assert basket.events[-1] == ChoiceFinished(0, "length")


def written(form: Form, *texts: str, goes_on: float = 0.5) -> Basket:
    """Calls of a model that writes `texts`, and each time goes on with that probability."""
    basket = Basket()

    class Model:
        def __init__(self) -> None:
            self.left = list(texts)
            self.grammars: list[str] = []

        def complete(
            self,
            _prompt: object,
            fields: Mapping[str, Any],
            on_chunk: Callable[[CompletionChunk], bool],
        ) -> None:
            self.grammars.append(fields["grammar"])
            on_chunk(
                CompletionChunk(0, f"<tool_call>{self.left.pop(0)}</tool_call>", None, "stop", 1, 0)
            )

        def first_tokens(self, *_: object) -> tuple[tuple[Alternative, ...], int]:
            return (
                Alternative("<tool_call>", math.log(goes_on), b"<tool_call>"),
                Alternative("", math.log(1 - goes_on), b""),
            ), 0

    calls = ToolCalls(REQUEST, form, 0, basket, lambda _: None)
    fields = {"n_predict": 99, "grammar": form.grammar}
    model = Model()
    calls.write(cast("Completer", model), [1], lambda _: [2], SCRIBE, fields)
    assert model.grammars == [form.grammar, "others"][: len(texts)]
    return basket


def names(basket: Basket) -> list[str]:
    return [event.name for event in basket.events if isinstance(event, ToolCallStarted)]


LIGHT = '{"name": "light", "arguments": {"on": true}}'
MUSIC = '{"name": "music", "arguments": {}}'
ANYTHING = {"light": {"type": "object"}, "music": {"type": "object"}}


def test_without_a_question_the_models_own_share_says_whether_another_call_follows() -> None:
    form = Form("calls", "others", several=True, arguments=ANYTHING)
    assert names(written(form, LIGHT, goes_on=0.01)) == ["light"]
    with pytest.raises(IndexError, match="pop"):
        written(form, LIGHT, goes_on=0.5)


def test_a_question_says_whether_another_call_follows_and_of_what() -> None:
    seen: list[tuple[list[tuple[str, str]], float]] = []

    def further(made: Sequence[tuple[str, str]], share: float) -> Form | None:
        seen.append((list(made), round(share, 3)))
        return replace(form, grammar="others", further=further) if len(made) < 2 else None

    form = Form("calls", "light only", several=True, arguments=ANYTHING, further=further)
    assert names(written(form, LIGHT, MUSIC, goes_on=0.001)) == ["light", "music"]
    made = [("light", '{"on": true}'), ("music", "{}")]
    assert seen == [(made[:1], 0.001), (made, 0.001)]
