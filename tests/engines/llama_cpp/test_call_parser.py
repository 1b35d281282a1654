"""Deciding about calls and reading them, without a model."""

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
)
from dragoman.domain.conversation import Tool
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.tools.call_parser import (
    CallParser,
    call_id,
    call_probability,
    offered,
)

WEATHER = Tool("get_weather", "", {"type": "object"})
TIME = Tool("get_time", "", {"type": "object"})


def read(pieces: list[str]) -> list[ChatEvent]:
    fold = CallParser(0, 20)
    return [
        event
        for piece in pieces
        for event in fold.feed(piece, TokenLogprob(piece, -0.1, piece.encode()))
    ]


def arguments(events: list[ChatEvent], index: int) -> str:
    deltas = [event for event in events if isinstance(event, ToolCallDelta)]
    return "".join(delta.arguments for delta in deltas if delta.index == index)


def test_a_call_is_read_while_it_is_written() -> None:
    events = read(['<tool_call>{"name": "get_w', 'eather", "arguments": {"ci', 'ty": "Oslo"}', "}"])
    (started, *deltas) = events
    assert isinstance(started, ToolCallStarted)
    assert (started.index, started.name) == (0, "get_weather")
    assert [d.arguments for d in deltas if isinstance(d, ToolCallDelta)] == ['{"ci', 'ty": "Oslo"}']


def test_a_second_call_has_the_next_index_and_another_id() -> None:
    line = '<tool_call>{"name": "get_time", "arguments": {}}</tool_call>\n'
    started = [event for event in read([line, line]) if isinstance(event, ToolCallStarted)]
    assert [event.index for event in started] == [0, 1]
    assert len({event.id for event in started}) == 2


def test_the_head_of_a_custom_tools_call_is_read() -> None:
    (started,) = read(['<tool_call>{"name": "run', '_sql"', "}\n"])
    assert isinstance(started, ToolCallStarted)
    assert (started.name, started.custom) == ("run_sql", True)


def test_log_probabilities_of_arguments_have_the_bytes_of_the_arguments() -> None:
    events = read(['{"name": "f", "arguments": {"', 'a": 1}}', "</tool_call>"])
    logged = [
        entry for event in events if isinstance(event, ToolCallDelta) for entry in event.logprobs
    ]
    assert b"".join(entry.data for entry in logged) == b'{"a": 1}'


@given(
    st.dictionaries(st.text(max_size=4), st.recursive(st.text() | st.integers(), st.lists)),
    st.integers(1, 7),
)
def test_any_arguments_come_out_as_they_were_written(values: dict[str, object], step: int) -> None:
    written = json.dumps(values, ensure_ascii=False)
    line = f'<tool_call>{{"name": "f", "arguments": {written}}}</tool_call>'
    events = read([line[at : at + step] for at in range(0, len(line), step)])
    assert arguments(events, 0) == written


def test_ids_look_like_openais() -> None:
    assert re.fullmatch(r"call_[0-9A-Za-z]{24}", call_id())


def test_the_probability_of_a_call_is_that_of_all_its_beginnings() -> None:
    first = [
        Alternative(token, math.log(0.1), token.encode())
        for token in ("<tool_call>", '{"', "```", "get_", "The", "g", " ", "<|im_end|>")
    ]
    assert call_probability(first, [WEATHER]) == pytest.approx(0.4)


def test_none_offers_no_tool_and_names_offer_those() -> None:
    tools = (WEATHER, TIME)
    assert offered(tools, ToolChoice("none")) == ()
    assert offered(tools, ToolChoice("auto")) == tools
    assert offered(tools, ToolChoice("required", ("get_time",))) == (TIME,)


def test_a_tool_that_is_not_there_cannot_be_chosen() -> None:
    with pytest.raises(RequestInvalid) as caught:
        offered((WEATHER,), ToolChoice("required", ("get_time",)))
    assert caught.value.param == "tool_choice"
