"""Fields of local servers: what each means, and which of two is told to be too much."""

from typing import Any

import pytest

from dragoman.domain.chat import AnswerFormat, FreeText, JsonDocument, Sampling
from dragoman.domain.conversation import Grammar
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat import local
from dragoman.wire.chat.request import FIELDS, ChatCall, parse
from wire.chat.faults import TURN, fault

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def call(**changes: Any) -> ChatCall:
    return parse({"model": "m", "messages": [TURN], **changes})


@pytest.mark.parametrize(
    ("sent", "sampling"),
    [
        ({"top_k": 40}, Sampling(top_k=40)),
        ({"top_k": -1, "min_p": 0}, Sampling(top_k=-1, min_p=0)),
        ({"typical_p": 0.9}, Sampling(typical_p=0.9)),
        ({"repeat_penalty": 1.1}, Sampling(repeat_penalty=1.1, repeat_last_n=64)),
        (
            {"repeat_penalty": 1.1, "repeat_last_n": -1},
            Sampling(repeat_penalty=1.1, repeat_last_n=-1),
        ),
        ({"repetition_penalty": 1.2}, Sampling(repeat_penalty=1.2)),
        ({"repetition_penalty": 1.2, "repeat_penalty": 1.2}, Sampling(repeat_penalty=1.2)),
        ({"top_k": None}, Sampling()),
    ],
)
def test_sampling(sent: dict[str, Any], sampling: Sampling) -> None:
    assert call(**sent).request.sampling == sampling


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"guided_json": SCHEMA}, JsonDocument(SCHEMA)),
        ({"guided_json": '{"type": "object"}'}, JsonDocument({"type": "object"})),
        ({"json_schema": SCHEMA}, JsonDocument(SCHEMA)),
        ({"structured_outputs": {"json": SCHEMA}}, JsonDocument(SCHEMA)),
        ({"structured_outputs": {"json_object": True}}, JsonDocument({"type": "object"})),
        ({"structured_outputs": {"json_object": False, "regex": None}}, FreeText()),
        ({"guided_regex": "[0-9]+"}, Grammar("regex", "[0-9]+")),
        ({"structured_outputs": {"regex": "[0-9]+"}}, Grammar("regex", "[0-9]+")),
        ({"guided_choice": ["네", 'a"b', "네"]}, Grammar("lark", 'start: "네" | "a\\"b"\n')),
        ({"guided_grammar": 'start: "a"'}, Grammar("lark", 'start: "a"')),
        ({"guided_grammar": 'root ::= "a"'}, Grammar("gbnf", 'root ::= "a"')),
        ({"grammar": 'root ::= "a"'}, Grammar("gbnf", 'root ::= "a"')),
        ({"grammar": None}, FreeText()),
    ],
)
def test_what_the_answer_must_look_like(sent: dict[str, Any], expected: AnswerFormat) -> None:
    assert call(**sent).request.format == expected


@pytest.mark.parametrize(
    ("sent", "effort", "ignored"),
    [
        ({"chat_template_kwargs": {"enable_thinking": False}}, "none", ()),
        ({"chat_template_kwargs": {"thinking": True}}, "medium", ()),
        ({"enable_thinking": False}, "none", ()),
        ({"chat_template_kwargs": {"x": 1}}, None, ("chat_template_kwargs.x",)),
        (
            {"enable_thinking": True, "reasoning_effort": "low", "think": False},
            "low",
            ("think",),
        ),
    ],
)
def test_thinking(sent: dict[str, Any], effort: str | None, ignored: tuple[str, ...]) -> None:
    read = call(**sent)
    assert (read.request.effort, read.ignored) == (effort, ignored)


@pytest.mark.parametrize(
    ("sent", "message", "param"),
    [
        ({"min_p": 2}, "Invalid 'min_p': decimal above maximum value", "min_p"),
        ({"top_k": 1.5}, "Invalid type for 'top_k'", "top_k"),
        ({"repetition_penalty": 0}, "Invalid 'repetition_penalty'", "repetition_penalty"),
        (
            {"repeat_penalty": 1.1, "repetition_penalty": 1.2},
            "'repetition_penalty' and 'repeat_penalty' are the same setting: send one of them.",
            "repetition_penalty",
        ),
        (
            {"guided_json": {}, "guided_regex": "a"},
            "'guided_json' and 'guided_regex' both say",
            "guided_json",
        ),
        (
            {
                "grammar": "x",
                "response_format": {"type": "json_schema", "json_schema": {"name": "x"}},
            },
            "'grammar' and 'response_format' both say",
            "grammar",
        ),
        ({"guided_json": "{"}, "Invalid 'guided_json'. Expected a JSON schema", "guided_json"),
        ({"guided_choice": []}, "Invalid 'guided_choice': empty array", "guided_choice"),
        (
            {"structured_outputs": {"structural_tag": "x"}},
            "Unknown parameter: 'structured_outputs.structural_tag'.",
            "structured_outputs.structural_tag",
        ),
        (
            {"structured_outputs": {}},
            "Invalid 'structured_outputs'. Expected one of json, regex",
            "structured_outputs",
        ),
        (
            {"chat_template_kwargs": {"enable_thinking": "no"}},
            "Invalid type for 'chat_template_kwargs.enable_thinking'",
            "chat_template_kwargs.enable_thinking",
        ),
        ({"documents": []}, "Unknown parameter: 'documents'.", "documents"),
    ],
)
def test_faults(sent: dict[str, Any], message: str, param: str) -> None:
    told, at, _ = fault(**sent)
    assert told.startswith(message)
    assert at == param


def test_no_field_is_both_served_and_without_effect() -> None:
    served = {*FIELDS, *local.SERVED}
    assert not served & local.WITHOUT_EFFECT.keys()
    assert all(local.WITHOUT_EFFECT.values())


def test_what_is_kept_of_the_messages_is_as_it_came() -> None:
    messages = [{**TURN, "id": "1"}]
    read = parse({"model": "m", "messages": messages})
    assert read.messages == messages
    assert read.ignored == ("messages.id",)


@pytest.mark.parametrize("value", [1, "x", None, [1], [None], [{"content": 5}], [{"role": []}]])
def test_messages_of_any_shape_are_sieved_and_then_refused(value: object) -> None:
    for unknown in ("refuse", "tell"):
        with pytest.raises(RequestInvalid) as caught:
            parse({"model": "m", "messages": value}, unknown)
        assert (caught.value.param or "").startswith("messages")
