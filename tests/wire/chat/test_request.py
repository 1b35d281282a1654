"""What a request asks of the engine."""

from dataclasses import replace
from typing import Any

import pytest

from dragoman.domain.chat import (
    ChatRequest,
    FreeText,
    JsonDocument,
    JsonObject,
    Sampling,
    Spoken,
    ToolChoice,
)
from dragoman.domain.conversation import (
    AudioReferencePart,
    CustomTool,
    Grammar,
    ImagePart,
    Message,
    TextPart,
    Tool,
    ToolCall,
)
from dragoman.wire.chat.effectless import ACCEPTED_WITHOUT_EFFECT
from dragoman.wire.chat.request import FIELDS, ChatCall, StreamOptions, parse

TURN = {"role": "user", "content": "ping"}
NO_ARGUMENTS: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}


def call(**changes: Any) -> ChatCall:
    return parse({"model": "m", "messages": [TURN], **changes})


def asked(**changes: Any) -> ChatRequest:
    return call(**changes).request


def turn(message: Any) -> Message:
    return asked(messages=[message]).messages[0]


def test_the_smallest_request_has_openais_defaults() -> None:
    read = call()
    assert read.request == ChatRequest((Message("user", (TextPart("ping"),)),))
    assert (read.model, read.stream, read.store, read.service_tier) == (
        "m",
        False,
        False,
        "default",
    )
    assert read.options == StreamOptions(include_usage=False, include_obfuscation=True)


def test_null_is_the_same_as_absent() -> None:
    optional = {name: None for name in FIELDS if name not in {"model", "messages"}}
    assert call(**optional) == call()


def test_sampling() -> None:
    fields = {"temperature": 0, "top_p": 0.5, "presence_penalty": -2, "frequency_penalty": 2}
    read = asked(**fields, seed=-(2**63), logit_bias={"50": -100, "7": 1.5})
    assert read.sampling == Sampling(0, 0.5, -(2**63), -2, 2, {50: -100, 7: 1.5})


def test_what_is_not_said_of_sampling_is_none_and_a_default_that_is_said_is_kept() -> None:
    assert asked().sampling == Sampling(None, None, None, None, None, None)
    assert asked(temperature=1).sampling == Sampling(temperature=1.0)
    said = asked(temperature=1, top_p=1, presence_penalty=0, frequency_penalty=0)
    assert said.sampling == Sampling(1.0, 1.0, None, 0.0, 0.0)


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_both_names_of_the_limit_mean_the_same(name: str) -> None:
    assert asked(**{name: 7}).max_tokens == 7


def test_n() -> None:
    assert asked(n=3).choices == 3


@pytest.mark.parametrize(("stop", "read"), [("a", ("a",)), (["a", "b"], ("a", "b"))])
def test_stop_is_one_or_many(stop: object, read: tuple[str, ...]) -> None:
    assert asked(stop=stop).stop == read


@pytest.mark.parametrize(
    ("fields", "top"),
    [
        ({"logprobs": True, "top_logprobs": 2}, 2),
        ({"logprobs": True}, 0),
        ({"logprobs": False}, None),
        ({}, None),
    ],
)
def test_logprobs(fields: dict[str, Any], top: int | None) -> None:
    assert asked(**fields).top_logprobs == top


def test_stream_options() -> None:
    options = {"include_usage": True, "include_obfuscation": False}
    assert call(stream=True, stream_options=options).options == StreamOptions(True, False)


@pytest.mark.parametrize(
    ("tier", "resolved"),
    [("auto", "default"), ("fast", "priority"), ("flex", "flex"), ("default", "default")],
)
def test_the_tier_is_resolved_as_openai_does(tier: str, resolved: str) -> None:
    assert call(service_tier=tier).service_tier == resolved


def test_metadata_and_store() -> None:
    read = call(store=True, metadata={"a": "b"})
    assert (read.store, read.metadata) == (True, {"a": "b"})


@pytest.mark.parametrize("name", ["system", "developer"])
def test_developer_is_another_word_for_system(name: str) -> None:
    assert turn({"role": name, "content": "x"}) == Message("system", (TextPart("x"),))


def test_parts_of_every_role() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    for role in ("system", "developer", "user", "assistant"):
        message = turn({"role": role, "name": "n", "content": parts})
        assert (message.text, message.name) == ("ab", "n")


def test_a_picture() -> None:
    url = {"url": "https://a/b.png", "detail": "low"}
    parts = [{"type": "image_url", "image_url": url}, {"type": "text", "text": "?"}]
    message = turn({"role": "user", "content": parts})
    assert message.parts == (ImagePart("https://a/b.png", "low"), TextPart("?"))


def test_where_to_cache_may_be_marked() -> None:
    mark = {"prompt_cache_breakpoint": {"mode": "explicit"}}
    part = {"type": "text", "text": "a", **mark}
    assert turn({"role": "user", "content": [part]}).text == "a"


@pytest.mark.parametrize("role", ["user", "assistant", "system"])
@pytest.mark.parametrize("empty", [{}, {"content": None}, {"content": ""}])
def test_content_may_be_missing(role: str, empty: dict[str, Any]) -> None:
    assert turn({"role": role, **empty}).text == ""


@pytest.mark.parametrize(
    "said",
    [{"content": [{"type": "refusal", "refusal": "no"}]}, {"content": None, "refusal": "no"}],
)
def test_a_refusal_is_what_the_assistant_said(said: dict[str, Any]) -> None:
    assert turn({"role": "assistant", **said}).text == "no"


def test_an_answer_may_be_sent_back_with_all_its_keys() -> None:
    dumped: dict[str, Any] = {
        "role": "assistant",
        "content": "x",
        "refusal": None,
        "annotations": [],
        "audio": None,
        "function_call": None,
        "tool_calls": None,
    }
    assert turn(dumped) == Message("assistant", (TextPart("x"),))


def test_an_answer_may_be_sent_back_with_what_the_clients_helpers_add() -> None:
    function = {"name": "f", "arguments": '{"a":1}', "parsed_arguments": {"a": 1}}
    call = {"id": "c1", "type": "function", "index": 0, "function": function}
    said = {"role": "assistant", "content": None, "parsed": None, "tool_calls": [call]}
    read = asked(messages=[TURN, said, {"role": "tool", "tool_call_id": "c1", "content": "21"}])
    assert read.messages[1].tool_calls == (ToolCall("c1", "f", '{"a":1}'),)


def test_calls_and_their_results() -> None:
    function = {"name": "f", "arguments": '{"a":1}'}
    read = asked(
        messages=[
            TURN,
            {
                "role": "assistant",
                "tool_calls": [{"id": "c1", "type": "function", "function": function}],
            },
            {"role": "tool", "tool_call_id": "c1", "name": "f", "content": "21"},
        ]
    )
    assert read.messages[1].tool_calls == (ToolCall("c1", "f", '{"a":1}'),)
    result = Message("tool", (TextPart("21"),), name="f", tool_call_id="c1")
    assert read.messages[2] == result


def test_the_old_form_of_calls_and_results() -> None:
    read = asked(
        messages=[
            {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "21"},
        ]
    )
    assert read.messages[0].tool_calls == (ToolCall("", "f", "{}"),)
    assert read.messages[1] == Message("tool", (TextPart("21"),), name="f")


def tool(name: str = "f", **function: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **function}}


def test_a_tool() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    read = asked(tools=[tool(description="d", parameters=schema)])
    assert read.tools == (Tool("f", "d", schema),)
    assert read.tool_choice == ToolChoice()


def test_a_strict_tool() -> None:
    read = asked(tools=[tool(parameters=NO_ARGUMENTS, strict=True)])
    assert read.tools == (Tool("f", "", NO_ARGUMENTS, strict=True),)


@pytest.mark.parametrize("given", [{}, {"parameters": {}}, {"parameters": None}])
def test_a_tool_without_parameters_takes_no_arguments(given: dict[str, Any]) -> None:
    assert asked(tools=[tool(**given)]).tools == (Tool("f", "", NO_ARGUMENTS),)


ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [tool("g")]}}


@pytest.mark.parametrize(
    ("choice", "read", "reason"),
    [
        ("auto", ToolChoice("auto"), "tool_calls"),
        ("none", ToolChoice("none"), "tool_calls"),
        ("required", ToolChoice("required"), "tool_calls"),
        (tool("g"), ToolChoice("required", ("g",), parallel=False), "stop"),
        (ALLOWED, ToolChoice("auto", ("g",)), "tool_calls"),
    ],
)
def test_tool_choice(choice: object, read: ToolChoice, reason: str) -> None:
    made = call(tools=[tool(), tool("g")], tool_choice=choice)
    assert made.request.tool_choice == read
    assert made.tools.finish_reason("tool_calls") == reason


CUSTOM = {"type": "custom", "custom": {"name": "c"}}
LARK = {"type": "grammar", "grammar": {"syntax": "lark", "definition": 'start: "a"'}}


@pytest.mark.parametrize(
    ("wanted", "grammar"),
    [
        (None, None),
        ({"type": "text"}, None),
        (LARK, Grammar("lark", 'start: "a"')),
    ],
)
def test_a_custom_tool(wanted: object, grammar: Grammar | None) -> None:
    given = {"type": "custom", "custom": {"name": "c", "description": "d", "format": wanted}}
    assert asked(tools=[given]).tools == (CustomTool("c", "d", grammar),)


@pytest.mark.parametrize(
    ("choice", "read"),
    [
        (CUSTOM, ToolChoice("required", ("c",), parallel=False)),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [CUSTOM]}},
            ToolChoice("auto", ("c",)),
        ),
    ],
)
def test_a_custom_tool_may_be_chosen(choice: object, read: ToolChoice) -> None:
    assert asked(tools=[tool(), CUSTOM], tool_choice=choice).tool_choice == read


def test_a_call_of_a_custom_tool_may_be_sent_back_with_its_result() -> None:
    made = {"id": "c1", "type": "custom", "custom": {"name": "c", "input": "any <text>"}}
    messages = [
        {"role": "user", "content": "Go."},
        {"role": "assistant", "content": None, "tool_calls": [made]},
        {"role": "tool", "tool_call_id": "c1", "content": "done"},
    ]
    said = asked(messages=messages).messages[1]
    assert said.tool_calls == (ToolCall("c1", "c", "any <text>", custom=True),)


def test_one_call_at_a_time() -> None:
    assert asked(tools=[tool()], parallel_tool_calls=False).tool_choice.parallel is False


@pytest.mark.parametrize(
    ("choice", "read", "reason"),
    [
        (None, ToolChoice("auto", None, parallel=False), "function_call"),
        ("none", ToolChoice("none", None, parallel=False), "function_call"),
        ({"name": "f"}, ToolChoice("required", ("f",), parallel=False), "stop"),
    ],
)
def test_functions_are_tools_by_their_old_name(
    choice: object, read: ToolChoice, reason: str
) -> None:
    made = call(functions=[{"name": "f"}], function_call=choice)
    assert made.request.tools == (Tool("f", "", NO_ARGUMENTS),)
    assert made.request.tool_choice == read
    assert made.tools.finish_reason("tool_calls") == reason
    assert made.tools.finish_reason("length") == "length"


SCHEMA = {"type": "object"}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"type": "text"}, FreeText()),
        ({"type": "json_object"}, JsonObject()),
        (
            {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}},
            JsonDocument(SCHEMA),
        ),
        ({"type": "json_schema", "json_schema": {"name": "a"}}, JsonDocument(SCHEMA)),
    ],
)
def test_response_format(given: object, read: object) -> None:
    said = [{"role": "user", "content": [{"type": "text", "text": "as JSON"}]}]
    assert asked(messages=said, response_format=given).format == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user", "u"),
        ("safety_identifier", "s" * 128),
        ("prompt_cache_key", "k" * 64),
        ("prompt_cache_retention", "24h"),
        ("prompt_cache_options", {"mode": "explicit", "ttl": "30m"}),
        ("service_tier", "default"),
        ("verbosity", "medium"),
        ("modalities", ["text"]),
    ],
)
def test_what_has_no_effect_has_none(name: str, value: object) -> None:
    sent = call(**{name: value})
    assert replace(sent, ignored=()) == call()
    assert sent.ignored == ((name,) if name in ACCEPTED_WITHOUT_EFFECT else ())


@pytest.mark.parametrize(
    ("modalities", "audio", "spoken"),
    [
        (["text", "audio"], {"voice": "alloy", "format": "wav"}, Spoken("alloy", "wav")),
        (["audio"], {"voice": "cedar", "format": "pcm16"}, Spoken("cedar", "pcm")),
        (["audio"], {"voice": {"id": "v"}, "format": "mp3"}, Spoken("v", "mp3", own=True)),
        (["text"], None, None),
        (None, None, None),
    ],
)
def test_spoken_answers(modalities: object, audio: object, spoken: Spoken | None) -> None:
    assert asked(modalities=modalities, audio=audio).spoken == spoken


def test_an_earlier_spoken_answer_is_known_by_its_id() -> None:
    audio = {"id": "audio_1", "data": "UklG", "expires_at": 1, "transcript": "Hello"}
    for sent in (audio, {"id": "audio_1"}):
        said = [{"role": "assistant", "content": None, "audio": sent}]
        assert asked(messages=said).messages[0].parts == (AudioReferencePart("audio_1"),)


@pytest.mark.parametrize("effort", [None, "none", "minimal", "low", "high", "xhigh", "max"])
def test_how_long_to_think_is_for_the_engine_to_say(effort: str | None) -> None:
    assert asked(reasoning_effort=effort).effort == effort


def test_an_earlier_thought_may_be_sent_back_and_is_not_shown_again() -> None:
    turn = {"role": "assistant", "content": "A", "reasoning_content": "hm"}
    assert asked(messages=[turn]).messages[0].text == "A"


def test_verbosity_is_told_to_the_model() -> None:
    assert asked(verbosity="medium").instructions == ()
    low, high = (asked(verbosity=name).instructions for name in ("low", "high"))
    assert "briefly" in low[0]
    assert "at length" in high[0]


def test_consensus_needs_log_probabilities_that_the_answer_does_not_show() -> None:
    wanted = call(x_consensus=True, n=2)
    assert (wanted.request.top_logprobs, wanted.scored) == (0, False)
    wanted = call(x_consensus=True, n=2, logprobs=True, top_logprobs=3)
    assert (wanted.request.top_logprobs, wanted.scored) == (3, True)


def test_every_field_without_effect_is_one_that_is_known() -> None:
    assert set(ACCEPTED_WITHOUT_EFFECT) < set(FIELDS)


@pytest.mark.parametrize(
    "content", ["one two", [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]]
)
def test_a_prediction_is_a_text_or_its_parts(content: Any) -> None:
    assert asked(prediction={"type": "content", "content": content}).prediction == "one two"
