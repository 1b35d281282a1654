"""Chat: what its page and the list of changes promise, with real weights."""

import base64
import json
import math
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openai import BadRequestError, OpenAI

pytestmark = pytest.mark.model

OTTER = Path(__file__).parents[2] / "examples/data/otter.png"
HELLO: Any = [{"role": "user", "content": "Say hello."}]


def ask(client: OpenAI, question: str, **fields: object) -> Any:
    asked: dict[str, Any] = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": question}],
        "temperature": 0,
        "max_tokens": 60,
        **fields,
    }
    create: Any = client.chat.completions.create
    return create(**asked)


NEEDED: dict[str, Any] = {"required": ["a"]}


def function_of(name: str, parameters: dict[str, Any], **more: Any) -> Any:
    return {"type": "function", "function": {"name": name, "parameters": parameters, **more}}


def test_a_stop_sequence_a_bias_and_a_seed_do_what_they_say(client: OpenAI):
    counted = ask(client, "Count: one, two, three, four, five, six.", stop=["four"])
    assert "four" not in counted.choices[0].message.content
    assert counted.choices[0].finish_reason == "stop"
    first, again = (
        ask(client, "Name an animal.", temperature=1, seed=7, presence_penalty=0.5) for _ in "ab"
    )
    assert first.choices[0].message.content == again.choices[0].message.content
    assert first.system_fingerprint == again.system_fingerprint
    yes = ask(client, "Is the sky blue? Answer yes or no.", logprobs=True, top_logprobs=2)
    assert math.exp(yes.choices[0].logprobs.content[0].logprob) > 0.5


def test_a_translation_takes_the_likeliest_words_unless_a_temperature_is_sent(client: OpenAI):
    """What the last bit of a sum decides between two words is no concern of this test."""
    messages = [
        {"role": "system", "content": "Translate into English, freely and with variety."},
        {"role": "user", "content": "오늘은 날씨가 좋아서 친구와 함께 강가를 오래 걸었다."},
    ]

    def less_likely(**fields: Any) -> float:
        """How much likelier than a word of the answers another one was, at most (a factor)."""
        create: Any = client.chat.completions.create
        answers = [
            create(
                model="gpt-4o",
                messages=messages,
                max_tokens=40,
                seed=seed,
                logprobs=True,
                top_logprobs=1,
                **fields,
            )
            for seed in range(3)
        ]
        tokens = [token for answer in answers for token in answer.choices[0].logprobs.content]
        return max(math.exp(token.top_logprobs[0].logprob - token.logprob) for token in tokens)

    assert less_likely() == pytest.approx(1, abs=0.1)
    assert less_likely(temperature=1) > 1.5


def test_a_schema_is_kept_to_and_one_that_cannot_be_is_refused(client: OpenAI):
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"city": {"type": "string", "pattern": "^[A-Z][a-z]+$"}},
        "required": ["city"],
        "additionalProperties": False,
    }

    def asked(schema: dict[str, Any], **fields: object) -> Any:
        form = {
            "type": "json_schema",
            "json_schema": {"name": "a", "strict": True, "schema": schema},
        }
        return ask(client, "The capital of France, as JSON?", response_format=form, **fields)

    assert json.loads(asked(schema).choices[0].message.content) == {"city": "Paris"}
    with pytest.raises(BadRequestError):
        asked({**schema, "not": {"type": "string"}})
    answer = client.chat.completions.with_raw_response.create(
        model="gpt-4o",
        messages=HELLO,
        max_tokens=1,
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "a", "strict": True, "schema": schema},
        },
    )
    assert int(answer.headers["x-dragoman-smallest-answer"]) > 1


def pet(kind: str, **members: Any) -> dict[str, Any]:
    properties = {"kind": {"type": "string", "const": kind}, **members}
    return {"type": "object", "properties": properties, "required": list(properties)}


BOOKMARK: dict[str, Any] = {
    "type": "object",
    "properties": {
        "url": {"type": "string", "format": "uri", "example": "https://example.com"},
        "title": {"type": "string", "pattern": r"\b[A-Z]"},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 5},
        "pet": {
            "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat"}},
        },
    },
    "required": ["url", "title", "tags", "pet"],
    "$defs": {
        "Cat": pet("cat", lives={"type": "integer"}),
        "Dog": pet("dog", tricks={"type": "array", "items": {"type": "string"}}),
    },
}


def test_a_schema_as_generators_write_it_is_usable_and_what_has_no_effect_is_named(client: OpenAI):
    tools = [
        function_of("save_bookmark", {**BOOKMARK, "unevaluatedProperties": False}),
        function_of("broken", {"type": "object", "properties": {"a": {"$ref": "#"}}} | NEEDED),
    ]
    choice: Any = {"type": "function", "function": {"name": "save_bookmark"}}
    answer = client.chat.completions.with_raw_response.create(
        model="gpt-4o",
        messages=[
            {
                "role": "user",
                "content": "Save https://example.org/otters as Otters, tags river and animals, "
                "for my cat, which has nine lives.",
            }
        ],
        tools=tools,
        tool_choice=choice,
        temperature=0,
        max_tokens=200,
    )
    call: Any = (answer.parse().choices[0].message.tool_calls or [None])[0]
    found = json.loads(call.function.arguments)
    # It need not keep to what is named; this model does.
    jsonschema.validate(found, BOOKMARK, jsonschema.Draft202012Validator)
    assert found["url"] == "https://example.org/otters"
    assert found["pet"] == {"kind": "cat", "lives": 9}
    assert found.keys() == BOOKMARK["properties"].keys()
    named = "tools[0].function.parameters (format pattern uniqueItems)"
    assert answer.headers["x-dragoman-ignored"] == named
    either = client.chat.completions.with_raw_response.create(
        model="gpt-4o", messages=HELLO, tools=tools, max_tokens=1, tool_choice="required"
    )
    broken = "tools[1].function.parameters"
    assert either.headers["x-dragoman-ignored"] == f"{named}, {broken}"
    form: Any = {
        "type": "json_schema",
        "json_schema": {"name": "a", "schema": {"type": "array", "contains": {"const": 5}}},
    }
    listed = client.chat.completions.with_raw_response.create(
        model="gpt-4o", messages=HELLO, max_tokens=40, response_format=form
    )
    assert listed.headers["x-dragoman-ignored"] == "response_format (contains)"
    assert (listed.parse().choices[0].message.content or "").startswith("[")


def test_a_strict_function_keeps_to_the_pattern_of_a_uuid_and_is_refused_a_format(client: OpenAI):
    uuid = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

    def asked(**kind: str) -> Any:
        schema = {
            "type": "object",
            "properties": {"id": {"type": "string", **kind}},
            "required": ["id"],
            "additionalProperties": False,
        }
        return ask(
            client,
            "Delete the record with the id 7.",
            tools=[function_of("delete", schema, strict=True)],
            tool_choice="required",
        )

    call = asked(pattern=uuid).choices[0].message.tool_calls[0]
    assert re.fullmatch(uuid, json.loads(call.function.arguments)["id"])
    with pytest.raises(BadRequestError, match="uri"):
        asked(format="uri")


def test_old_functions_and_custom_tools_are_called(client: OpenAI):
    function = {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    old = ask(
        client, "Weather in Rome?", functions=[function], function_call={"name": "weather"}
    ).choices[0]
    assert json.loads(old.message.function_call.arguments)["city"] == "Rome"
    form = {"syntax": "regex", "definition": r"^(January|May) \d{1,2}, \d{4}$"}
    tool = {
        "type": "custom",
        "custom": {"name": "remember", "format": {"type": "grammar", "grammar": form}},
    }
    said = ask(
        client, "Remember the 5th of May 2020.", tools=[tool], tool_choice="required"
    ).choices[0]
    assert re.fullmatch(form["definition"], said.message.tool_calls[0].custom.input)


def test_several_answers_agree_and_a_dry_run_makes_none(client: OpenAI):
    answer = ask(
        client, "2 + 2? A number only.", n=3, temperature=0.3, extra_body={"x_consensus": True}
    )
    assert 0 < answer.model_extra["x_consensus"]["agreement"] <= 1
    dry = client.post(
        "/chat/completions",
        body={"model": "gpt-4o", "messages": HELLO, "max_tokens": 100, "x_dry_run": True},
        cast_to=dict[str, Any],
    )
    assert (dry["object"], dry["fits"]) == ("x_dry_run", True)
    assert dry["prompt_tokens"] > 5


def test_a_stream_ends_with_usage_and_hides_its_lengths(client: OpenAI):
    chunks = list(ask(client, "Say hello.", stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens > 0
    texts = [chunk for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert texts
    assert all(chunk.to_dict()["obfuscation"] for chunk in texts)


@pytest.mark.parametrize(
    "fields",
    [
        {"user": "a", "safety_identifier": "a"},
        {"prompt_cache_key": "a", "prompt_cache_retention": "24h"},
        {"service_tier": "auto"},
        {"verbosity": "low", "reasoning_effort": "none"},
    ],
)
def test_fields_without_effect_are_accepted(client: OpenAI, fields: dict[str, object]):
    assert ask(client, "Say hello.", model="gpt-5-mini", max_tokens=None, **fields).choices


def look(client: OpenAI, question: str, url: str = "") -> Any:
    """The whole answer to a question about a picture, the otter if no other is named."""
    otter = "data:image/png;base64," + base64.b64encode(OTTER.read_bytes()).decode()
    content: Any = [
        {"type": "text", "text": question},
        {"type": "image_url", "image_url": {"url": url or otter, "detail": "low"}},
    ]
    return client.chat.completions.with_raw_response.create(
        model="gpt-4o", messages=[{"role": "user", "content": content}]
    )


def test_recognisers_say_what_is_in_a_picture_and_who_looked(client: OpenAI):
    answer = look(client, "What's in this image?")
    assert answer.headers["x-dragoman-seen-by"] == "recognisers"
    assert "otter" in answer.parse().choices[0].message.content
    assert answer.parse().usage.prompt_tokens >= 85
    assert "수달" in look(client, "이 그림에 무엇이 있나요?").parse().choices[0].message.content
    for bad, code in (
        ("data:image/png;base64,!!!", "invalid_base64"),
        ("data:image/png;base64,AAAA", "invalid_image_format"),
        ("ftp://example.com/a.png", "invalid_image_url"),
    ):
        with pytest.raises(BadRequestError) as refused:
            look(client, "What is it?", bad)
        assert refused.value.code == code


def test_an_open_question_about_a_picture_gets_no_invented_scene(client: OpenAI):
    answer = look(client, "What is the animal doing and where?").parse().choices[0].message.content
    assert "otter" in answer
    assert "I can only tell" in answer
    assert not re.search("lake|swim|river|water", answer, re.IGNORECASE)
    korean = (
        look(client, "이 동물은 어디에서 무엇을 하고 있나요?").parse().choices[0].message.content
    )
    assert "수달" in korean
    assert not re.search("호수|헤엄|수영|강에|물", korean)
