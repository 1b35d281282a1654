import base64
import io
from typing import Any

import pytest
from PIL import Image

from dragoman.domain.chat import (
    ChatRequest,
    JsonDocument,
    JsonObject,
    Sampling,
    Spoken,
    ToolChoice,
)
from dragoman.domain.conversation import (
    AudioPart,
    AudioReferencePart,
    CustomTool,
    FilePart,
    Grammar,
    ImagePart,
    Message,
    Part,
    PixelsPart,
    TextPart,
    Tool,
    ToolCall,
)
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.remote_openai.body import body

ASKED = (Message("user", (TextPart("Hi."),)),)
TOOLS = (Tool("add", "Adds.", {"type": "object"}), Tool("sub", "", {"type": "object"}))
CLOSED = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "string"}}},
    "required": ["a"],
    "additionalProperties": False,
}


def test_a_plain_request_says_nothing_that_was_not_asked_for() -> None:
    assert body(ChatRequest(ASKED), "far") == {
        "model": "far",
        "messages": [{"role": "user", "content": "Hi."}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_calls_and_results_keep_their_ids() -> None:
    messages = (
        Message("user", (TextPart("1"), TextPart("+1?")), name="kim"),
        Message("assistant", tool_calls=(ToolCall("c1", "add", '{"a":1}'),)),
        Message("tool", (TextPart("2"),), tool_call_id="c1"),
    )
    function = {"name": "add", "arguments": '{"a":1}'}
    assert body(ChatRequest(messages), "far")["messages"] == [
        {"role": "user", "content": "1+1?", "name": "kim"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        },
        {"role": "tool", "content": "2", "tool_call_id": "c1"},
    ]


def test_a_picture_travels_as_png_with_the_same_pixels() -> None:
    rgb = bytes(range(18))
    message = Message("user", (TextPart("What?"), PixelsPart(3, 2, rgb)))
    text, picture = body(ChatRequest((message,)), "far")["messages"][0]["content"]
    assert text == {"type": "text", "text": "What?"}
    head, _, data = picture["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert (image.format, image.size, image.tobytes()) == ("PNG", (3, 2), rgb)


def test_words_of_local_servers_are_passed_on_where_they_were_said() -> None:
    sampling = Sampling(top_k=40, min_p=0.0, repeat_penalty=1.1, repeat_last_n=64)
    sent = body(ChatRequest(ASKED, sampling=sampling), "far")
    local = {"top_k", "min_p", "typical_p", "repeat_penalty", "repetition_penalty", "repeat_last_n"}
    assert {name: sent[name] for name in local & sent.keys()} == {
        "top_k": 40,
        "min_p": 0.0,
        "repeat_penalty": 1.1,
        "repetition_penalty": 1.1,
        "repeat_last_n": 64,
    }
    with pytest.raises(RequestInvalid, match="'grammar' is not supported with this model"):
        body(ChatRequest(ASKED, format=Grammar("regex", "a")), "far")


def test_ids_of_openais_tokens_go_only_to_a_model_that_means_the_same_by_them() -> None:
    request = ChatRequest(ASKED, sampling=Sampling(logit_bias={1: 2}, encoding="o200k_base"))
    assert body(request, "gpt-4o-mini")["logit_bias"] == {"1": 2}
    for name in ("gpt-4", "meta-llama/Llama-3"):
        with pytest.raises(RequestInvalid, match="'logit_bias' is not supported with this model"):
            body(request, name)


def test_a_default_that_the_caller_said_is_passed_on_and_one_that_was_not_is_not() -> None:
    silent = body(ChatRequest(ASKED), "far")
    spoken = body(ChatRequest(ASKED, sampling=Sampling(1.0, 1.0, None, 0.0, 0.0)), "far")
    assert {name: spoken[name] for name in spoken.keys() - silent.keys()} == {
        "temperature": 1.0,
        "top_p": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
    }


def test_sampling_and_limits_are_passed_on() -> None:
    request = ChatRequest(
        ASKED,
        choices=3,
        max_tokens=7,
        stop=("a", "b"),
        sampling=Sampling(0.0, 0.5, 0, 0.25, -0.5, {42: -100}),
        top_logprobs=0,
    )
    said = body(request, "far")
    assert {name: said[name] for name in said.keys() - body(ChatRequest(ASKED), "far").keys()} == {
        "n": 3,
        "max_completion_tokens": 7,
        "stop": ["a", "b"],
        "temperature": 0.0,
        "top_p": 0.5,
        "seed": 0,
        "presence_penalty": 0.25,
        "frequency_penalty": -0.5,
        "logit_bias": {"42": -100},
        "logprobs": True,
        "top_logprobs": 0,
    }


@pytest.mark.parametrize(
    ("choice", "names", "said"),
    [
        (ToolChoice(), ["add", "sub"], "auto"),
        (ToolChoice("none"), ["add", "sub"], "none"),
        (ToolChoice("required"), ["add", "sub"], "required"),
        (
            ToolChoice("required", ("sub",)),
            ["sub"],
            {"type": "function", "function": {"name": "sub"}},
        ),
        (ToolChoice("auto", ("add",)), ["add"], "auto"),
    ],
)
def test_only_allowed_tools_are_shown(choice: ToolChoice, names: list[str], said: Any) -> None:
    told = body(ChatRequest(ASKED, tools=TOOLS, tool_choice=choice), "far")
    assert [tool["function"]["name"] for tool in told["tools"]] == names
    assert told["tool_choice"] == said
    assert "parallel_tool_calls" not in told


def test_custom_tools_and_their_calls_are_passed_on() -> None:
    messages = (
        *ASKED,
        Message("assistant", tool_calls=(ToolCall("c1", "sql", "SELECT 1", custom=True),)),
        Message("tool", (TextPart("1"),), tool_call_id="c1"),
    )
    tools = (CustomTool("sql", "Asks.", Grammar("regex", "SELECT .*")), CustomTool("any", ""))
    choice = ToolChoice("required", ("sql",))
    told = body(ChatRequest(messages, tools=tools, tool_choice=choice), "far")
    grammar = {"definition": "SELECT .*", "syntax": "regex"}
    wanted = {"type": "grammar", "grammar": grammar}
    sql = {"name": "sql", "description": "Asks.", "format": wanted}
    assert told["tools"] == [{"type": "custom", "custom": sql}]
    assert told["tool_choice"] == {"type": "custom", "custom": {"name": "sql"}}
    assert told["messages"][1]["tool_calls"] == [
        {"id": "c1", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}}
    ]


def test_a_prediction_is_passed_on() -> None:
    said = body(ChatRequest(ASKED, prediction="x"), "far")
    assert said["prediction"] == {"type": "content", "content": "x"}


def test_one_call_at_a_time_is_asked_for() -> None:
    request = ChatRequest(ASKED, tools=TOOLS, tool_choice=ToolChoice(parallel=False))
    assert body(request, "far")["parallel_tool_calls"] is False


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (CLOSED, True),
        ({"type": "object"}, False),
        ({**CLOSED, "required": []}, False),
        ({**CLOSED, "$defs": {"open": {"type": "object", "properties": {}}}}, False),
    ],
)
def test_schemas_are_strict_where_openai_takes_it(schema: dict[str, Any], *, strict: bool) -> None:
    said = body(ChatRequest(ASKED, format=JsonDocument(schema)), "far")["response_format"]
    named = {"name": "answer", "schema": schema, "strict": strict}
    assert said == {"type": "json_schema", "json_schema": named}


def test_json_mode_is_passed_on() -> None:
    said = body(ChatRequest(ASKED, format=JsonObject()), "far")
    assert said["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("request_", "param"),
    [
        (ChatRequest(ASKED, dry_run=True), "x_dry_run"),
        (ChatRequest(ASKED, spoken=Spoken("alloy", "wav")), "audio"),
    ],
)
def test_what_cannot_be_passed_on_is_refused(request_: ChatRequest, param: str) -> None:
    with pytest.raises(RequestInvalid, match=f"'{param}'") as refused:
        body(request_, "far")
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (ImagePart("https://example.com/a.png"), "image_url"),
        (AudioPart(b"", "wav"), "input_audio"),
        (AudioReferencePart("audio_1"), "audio"),
        (FilePart("a.pdf", b""), "file"),
    ],
)
def test_parts_that_skills_should_have_turned_are_refused(part: Part, kind: str) -> None:
    with pytest.raises(RequestInvalid, match=f"{kind} is only supported") as refused:
        body(ChatRequest((Message("user", (part,)),)), "far")
    assert refused.value.param == "messages"
