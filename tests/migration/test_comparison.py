"""What of an answer is different, and what that means."""

import json
from typing import Any

import pytest

from dragoman.audio.wav import wav_header
from dragoman.migration.bodies import Passed
from dragoman.migration.comparison import Comparison, Limits, compare
from dragoman.migration.exchange import Body, Request
from dragoman.migration.sending import Outcome
from dragoman.migration.sound import format_of, seconds_of
from dragoman.migration.words import MOST_UNITS, error_rate
from scripted_upstream import completion

FUNCTION = {"name": "add", "parameters": {"type": "object", "required": ["a"]}}


def outcome(document: Any, status: int = 200, seconds: float = 1.0) -> Outcome:
    data = json.dumps(document).encode()
    return Outcome(status, "application/json", [Passed(seconds / 2, data)], seconds / 2, seconds)


def stream(*events: Any) -> Outcome:
    data = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return Outcome(200, "text/event-stream", [Passed(0.1, data.encode())], 0.1, 1.0)


def chunk(**delta: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }


def calling(name: str, arguments: str) -> dict[str, Any]:
    call = {"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return completion("", choices=[{"index": 0, "message": message, "finish_reason": "tool_calls"}])


def plain(content_type: str, data: bytes) -> Outcome:
    return Outcome(200, content_type, [Passed(0, data)], 0, 1)


def compared(
    then: Outcome, now: Outcome, path: str = "chat/completions", **body: Any
) -> Comparison:
    request = Request("POST", f"/{path}", body=Body(json=body))
    return compare("a.json", request, then, now, with_types=True)


def aspects(comparison: Comparison) -> list[str]:
    return [difference.aspect for difference in comparison.differences]


def test_the_same_answer_differs_in_nothing_and_is_measured():
    then, now = outcome(completion("Hi")), outcome(completion("Ho"), seconds=3.0)
    comparison = compared(then, now)
    assert aspects(comparison) == []
    assert comparison.measures == {"latency_ratio": 3.0, "first_ratio": 3.0, "tokens_ratio": 1.0}
    assert Limits().faults(comparison) == []
    assert Limits(latency_ratio=2).faults(comparison) == ["latency_ratio 3.00 > 2"]


def test_another_status_says_why():
    refusal = {"error": {"message": "No such model."}}
    comparison = compared(outcome(completion("Hi")), outcome(refusal, 404))
    assert comparison.differences[0].message == "404, recorded 200: No such model."
    assert Limits().faults(comparison) == ["status"]
    assert aspects(compared(outcome(refusal, 404), outcome(refusal, 404))) == []


@pytest.mark.parametrize(
    ("answer", "differing"),
    [
        (completion("Hi", created="yesterday"), ["shape"]),
        (completion("Hi", usage=None), ["fields"]),
        (completion("Hi", choices=[]), ["fields", "shape"]),
    ],
)
def test_the_shape_is_what_the_official_client_reads(answer: Any, differing: list[str]):
    assert aspects(compared(outcome(completion("Hi")), outcome(answer))) == differing


@pytest.mark.parametrize(
    ("text", "differing"), [('{"a": 1}', []), ('{"a": "x"}', ["schema"]), ("a: 1", ["schema"])]
)
def test_answers_follow_the_schema_of_their_request(text: str, differing: list[str]):
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    then, now = outcome(completion('{"a": 2}')), outcome(completion(text))
    assert aspects(compared(then, now, response_format=wanted)) == differing
    # Where the recorded answer does not follow it either, nothing has become worse.
    assert aspects(compared(outcome(completion("x")), now, response_format=wanted)) == []


def test_what_a_schema_refers_to_is_not_fetched():
    wanted = {"type": "json_schema", "schema": {"$ref": "http://127.0.0.1:9/schema"}}
    then = outcome(completion("{}"))
    assert aspects(compared(then, then, text={"format": wanted})) == []


@pytest.mark.parametrize(
    ("name", "arguments", "differing"),
    [
        ("add", '{"a":1}', []),
        ("add", '{"a": 2}', ["arguments"]),
        ("add", "{}", ["schema"]),
        ("sum", '{"a": 1}', ["tools"]),
    ],
)
def test_calls_are_compared_by_name_and_by_value(name: str, arguments: str, differing: list[str]):
    then, now = outcome(calling("add", '{"a": 1}')), outcome(calling(name, arguments))
    tools = [{"type": "function", "function": FUNCTION}]
    assert aspects(compared(then, now, tools=tools)) == differing


def test_the_chunks_of_a_stream_are_put_together():
    def call(**function: str) -> dict[str, Any]:
        return {"tool_calls": [{"index": 0, "function": function}]}

    then = stream(chunk(**call(name="add", arguments='{"a"')), chunk(**call(arguments=": 1}")))
    now = stream(chunk(**call(name="add", arguments='{"a": 1}')))
    assert aspects(compared(then, now)) == []
    assert aspects(compared(then, outcome(calling("add", '{"a": 1}'))))[0] == "shape"


def test_a_response_is_read_whole_and_as_events():
    call = {"type": "function_call", "name": "add", "arguments": "{}", "call_id": "c"}
    response = {"status": "completed", "output": [call], "usage": {"output_tokens": 4}}
    request = Request("POST", "/responses", body=Body(json={}))
    begin = {"type": "response.created"}
    events = stream(begin, {"type": "response.completed", "response": response})
    other = {**response, "status": "incomplete", "output": [{**call, "name": "sum"}]}
    now = stream(begin, {"type": "response.incomplete", "response": other})
    comparison = compare("a", request, events, now, with_types=False)
    assert aspects(comparison) == ["finish", "tools"]
    assert comparison.measures["tokens_ratio"] == 1.0


@pytest.mark.parametrize(
    ("recorded", "answer", "share"),
    [
        ("Hello, World.", "hello world", 0.0),
        ("The quick brown fox", "the quick fox", 0.25),
        ("안녕하세요. 반갑습니다.", "안녕하세요 반갑습니까", 0.1),
        ("don't go", "dont go", 0.5),
    ],
)
def test_words_that_differ_are_counted(recorded: str, answer: str, share: float):
    rate = error_rate(recorded, answer)
    assert rate is not None
    assert rate.share == pytest.approx(share)


def test_a_long_transcript_is_compared_at_its_beginning():
    rate = error_rate("word " * MOST_UNITS, "word " * (MOST_UNITS + 1))
    assert rate is not None
    assert (rate.share, rate.is_of_beginning) == (0.0, True)
    assert error_rate("...", "word") is None


def test_subtitles_are_compared_by_their_words():
    then = plain("text/plain", b"1\n00:00:00,000 --> 00:00:01,000\nHi there\n")
    now = plain("text/plain", b"1\n00:00:00,100 --> 00:00:02,000\nHi then\n")
    comparison = compared(then, now, "audio/transcriptions")
    assert comparison.measures["word_error_rate"] == 0.5
    assert Limits(word_error_rate=0.4).faults(comparison) == ["word_error_rate 0.50 > 0.4"]


def test_sound_is_compared_by_format_and_length():
    wav = wav_header(48_000) + bytes(48_000)
    assert (format_of(wav), seconds_of(wav)) == ("wav", 1.0)
    assert (format_of(b"\xff\xf1\x50"), format_of(b"\xff\xfb\x90"), format_of(b"\0\1")) == (
        "aac",
        "mp3",
        "pcm",
    )
    then = plain("audio/wav", wav)
    longer = plain("audio/wav", wav_header(72_000) + bytes(72_000))
    comparison = compared(then, longer, "audio/speech")
    assert comparison.measures["length_ratio"] == 1.5
    assert Limits(length_deviation=0.4).faults(comparison) == ["length_ratio 1.50"]
    mp3 = plain("audio/mpeg", b"ID3")
    assert aspects(compared(then, mp3, "audio/speech")) == ["format"]
