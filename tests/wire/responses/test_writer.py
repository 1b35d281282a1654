"""Engine events as the events of a stream of a response."""

from collections.abc import Sequence
from typing import Any

import pytest

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChoiceFinished,
    EffortIgnored,
    LimitTooLow,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
    VoiceStarted,
)
from dragoman.domain.errors import EngineFailed
from dragoman.wire.chat.head import Stamp
from dragoman.wire.errors import ErrorBody
from dragoman.wire.responses.bodies import FunctionCall
from dragoman.wire.responses.request import parse
from dragoman.wire.responses.writer import ResponseWriter

DONE = ChatFinished(Usage(9, 3, cached_tokens=4))


def writer(**fields: Any) -> ResponseWriter:
    call = parse({"model": "m", "input": "x", **fields})
    return ResponseWriter(call.echo, call.style, Stamp("resp_1", 1_700_000_000), lambda: 1.0)


def kinds(events: Sequence[ChatEvent]) -> list[str]:
    written = writer()
    seen = [each.type for event in events for each in written.write(event)]
    return [kind.removeprefix("response.") for kind in [*seen, written.last().type]]


def test_nothing_is_written_before_the_answer_begins():
    assert list(writer().write(EffortIgnored())) == []
    assert list(writer().write(LimitTooLow(9))) == []


def test_an_answer_of_nothing_is_an_empty_message():
    assert kinds([ChoiceFinished(0, "stop"), DONE]) == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]


def test_a_limit_that_leaves_nothing_leaves_no_item():
    assert kinds([ChoiceFinished(0, "length"), DONE]) == ["created", "in_progress", "incomplete"]


def test_text_after_a_call_is_another_message():
    written = writer()
    for event in (
        TextDelta(0, "a"),
        ToolCallStarted(0, 0, "c", "f"),
        ToolCallDelta(0, 0, "{}"),
        TextDelta(0, "b"),
        ChoiceFinished(0, "tool_calls"),
        DONE,
    ):
        list(written.write(event))
    assert [item.type for item in written.response().output] == [
        "message",
        "function_call",
        "message",
    ]


def test_a_call_that_is_cut_is_incomplete():
    written = writer()
    for event in (
        ToolCallStarted(0, 0, "c", "f"),
        ToolCallDelta(0, 0, "{"),
        ChoiceFinished(0, "length"),
        DONE,
    ):
        list(written.write(event))
    (item,) = written.response().output
    assert isinstance(item, FunctionCall)
    assert item.status == "incomplete"


def test_a_failed_response_holds_what_there_is():
    written = writer()
    list(written.write(TextDelta(0, "Hel")))
    failed, error = written.failed(ErrorBody(message="it broke", type="server_error"))
    assert [failed.type, error.type] == ["response.failed", "error"]
    shown = failed.model_dump()["response"]
    assert shown["status"] == "failed"
    assert shown["output"][0]["content"][0]["text"] == "Hel"
    assert error.sequence_number == failed.sequence_number + 1
    assert error.model_dump()["error"]["message"] == "it broke"


def test_tokens_are_counted_as_the_engine_counts_them():
    written = writer()
    for event in (TextDelta(0, "a"), ChoiceFinished(0, "stop"), DONE):
        list(written.write(event))
    counted = written.response().usage
    assert counted is not None
    assert counted.model_dump() == {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 12,
    }


@pytest.mark.parametrize(
    "event",
    [
        ToolCallDelta(0, 0, "{}"),
        VoiceStarted(0, "a"),
    ],
)
def test_an_engine_that_does_something_else_has_failed(event: ChatEvent):
    with pytest.raises(EngineFailed):
        list(writer().write(event))


def test_half_an_answer_is_not_given_as_a_whole_one():
    written = writer()
    list(written.write(TextDelta(0, "a")))
    with pytest.raises(EngineFailed):
        written.last()


def test_an_answer_has_one_time_of_its_end():
    times = iter(range(5))
    call = parse({"model": "m", "input": "x"})
    stamp = Stamp("resp_1", 1_700_000_000)
    written = ResponseWriter(call.echo, call.style, stamp, lambda: next(times))
    for event in (TextDelta(0, "a"), ChoiceFinished(0, "stop"), DONE):
        list(written.write(event))
    assert written.response() == written.response()
