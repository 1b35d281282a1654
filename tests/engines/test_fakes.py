"""The fakes: simple, and honest about it."""

import re
from typing import Any, get_args

import jsonschema
import pytest

from dragoman.domain.chat import (
    ChatFinished,
    ChatRequest,
    JsonDocument,
    JsonObject,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
)
from dragoman.domain.conversation import (
    CustomTool,
    Grammar,
    Message,
    TextPart,
    Tool,
    ToolCall,
)
from dragoman.domain.diarisation import DiarisationRequest, Turn, Turns
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import AudioFormat, Sound, SpeechFinished, SpeechRequest
from dragoman.domain.transcription import (
    KnownSpeaker,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionRequest,
)
from dragoman.engines.fake import FakeChat, FakeSpeaker, FakeSpeakers, FakeTranscriber, load_chat
from dragoman.engines.fake.samples import smallest
from dragoman.engines.fake.script import Say, say
from outlets import Basket

TURN = (Message("user", (TextPart("one two three"),)),)


def chat(request: ChatRequest, engine: FakeChat | None = None) -> list[Any]:
    basket = Basket()
    (engine or load_chat(EngineSpec("fake-chat", ""))).run(request, basket)
    return basket.events


def text(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_the_demonstration_says_that_it_is_one() -> None:
    assert "fake chat model" in text(chat(ChatRequest(TURN)))
    assert "3 words" in text(chat(ChatRequest(TURN)))


def test_the_demonstration_keeps_to_a_shape() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert text(chat(ChatRequest(TURN, format=JsonDocument(schema)))) == '{"a": 0}'
    assert text(chat(ChatRequest(TURN, format=JsonObject()))) == '{"fake": true}'


@pytest.mark.parametrize(
    ("grammar", "follows"),
    [
        (None, "[A-Z].*"),
        (Grammar("regex", r"^\d{2}/[xy]+$"), r"\d{2}/[xy]+"),
        (Grammar("regex", "(a|b)+c{3}"), "[ab]+c{3}"),
        (Grammar("lark", 'start: "say " WORD\nWORD: /[a-z]{3}/'), "say [a-z]{3}"),
    ],
)
def test_the_demonstration_gives_a_custom_tool_what_its_grammar_allows(
    grammar: Grammar | None, follows: str
) -> None:
    tools = (CustomTool("c", "", grammar),)
    events = chat(ChatRequest(TURN, tools=tools, tool_choice=ToolChoice("required")))
    assert events[0] == ToolCallStarted(0, 0, "call_0_0", "c", custom=True)
    typed = "".join(event.arguments for event in events if isinstance(event, ToolCallDelta))
    assert re.fullmatch(follows, typed)


@pytest.mark.parametrize("rule", ["(", "a{2000}"])
def test_the_demonstration_refuses_a_grammar_that_no_short_text_follows(rule: str) -> None:
    tools = (CustomTool("c", "", Grammar("regex", rule)),)
    with pytest.raises(RequestInvalid, match="Invalid grammar"):
        chat(ChatRequest(TURN, tools=tools, tool_choice=ToolChoice("required")))


@pytest.mark.parametrize(("names", "called"), [(None, "f"), (("g",), "g")])
def test_the_demonstration_calls_what_it_must(names: tuple[str, ...] | None, called: str) -> None:
    tools = (Tool("f", "", {"type": "object"}), Tool("g", "", {"type": "object"}))
    choice = ToolChoice("required", names)
    events = chat(ChatRequest(TURN, tools=tools, tool_choice=choice))
    assert events[0].name == called
    assert "".join(e.arguments for e in events if isinstance(e, ToolCallDelta)) == "{}"


def test_the_demonstration_calls_each_tool_once_before_one_again() -> None:
    tools = (Tool("f", "", {"type": "object"}), Tool("g", "", {"type": "object"}))
    called = Message("assistant", tool_calls=(ToolCall("call_1", "f", "{}"),))
    turns = (*TURN, called, Message("tool", tool_call_id="call_1"))
    choice = ToolChoice("required")
    events = chat(ChatRequest(turns, tools=tools, tool_choice=choice))
    assert events[0].name == "g"


def test_say_joins_to_what_was_to_be_said() -> None:
    steps = say("a  b c")
    assert "".join(step.text for step in steps if isinstance(step, Say)) == "a  b c"


@pytest.mark.parametrize(
    ("stop", "heard"),
    [((), "Hello!"), (("lo",), "Hel"), (("el",), "H"), (("!", "l"), "He"), (("x",), "Hello!")],
)
def test_stop_sequences_are_found_across_pieces(stop: tuple[str, ...], heard: str) -> None:
    engine = FakeChat([Say("He"), Say("ll"), Say("o!")])
    events = chat(ChatRequest(TURN, stop=stop), engine)
    assert text(events) == heard


def test_tokens_are_counted_over_all_choices() -> None:
    engine = FakeChat([Say("a"), Say("b")])
    finished = chat(ChatRequest(TURN, choices=3, max_tokens=1), engine)[-1]
    assert isinstance(finished, ChatFinished)
    assert (finished.usage.prompt_tokens, finished.usage.completion_tokens) == (3, 3)


@pytest.mark.parametrize(
    "schema",
    [
        {
            "type": "object",
            "properties": {"a": {"type": "string", "minLength": 2}},
            "required": ["a"],
        },
        {"type": "object", "properties": {"a": {}}},
        {"type": "array", "items": {"enum": ["x"]}, "minItems": 2},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"type": ["integer", "null"]},
        {"type": "number", "minimum": 3},
        {"type": "boolean"},
        {"const": 7},
        {
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/a"}},
            "required": ["a"],
            "$defs": {"a": {"type": "integer"}},
        },
    ],
)
def test_the_smallest_document_is_valid(schema: dict[str, Any]) -> None:
    jsonschema.validate(smallest(schema), schema)


NODE = {
    "type": "object",
    "properties": {
        side: {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/node"}]} for side in ("left", "right")
    },
    "required": ["left", "right"],
}


def test_what_may_go_on_for_ever_ends() -> None:
    tree = {"$ref": "#/$defs/node", "$defs": {"node": NODE}}
    jsonschema.validate(smallest(tree), tree)


def doubling(levels: int) -> dict[str, Any]:
    """A few bytes a level, each of which doubles the document."""
    parts = {
        f"p{level}": {
            "type": "array",
            "items": {"$ref": f"#/$defs/p{level + 1}"},
            "minItems": 2,
        }
        for level in range(levels)
    }
    return {"$ref": "#/$defs/p0", "$defs": {**parts, f"p{levels}": {"type": "null"}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "string", "minLength": 10**12},
        {"type": "array", "items": {"type": "null"}, "minItems": 10**12},
        {"anyOf": [{"$ref": "#"}] * 50},
        doubling(20),
        doubling(40),
    ],
)
def test_a_schema_whose_documents_are_too_large_ends_its_own_request_alone(
    schema: dict[str, Any],
) -> None:
    with pytest.raises(RequestInvalid, match="found none"):
        chat(ChatRequest(TURN, format=JsonDocument(schema)))


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": []},
        {"anyOf": 1},
        {"type": []},
        {"type": "colour"},
        {"type": "object", "required": [["a"], "b"], "properties": [1]},
        {"type": "array", "minItems": 2},
        {"type": "string", "minLength": "2"},
        {"$ref": "#/nowhere/at/all"},
        {"$ref": 7},
    ],
)
def test_a_schema_that_is_none_breaks_nothing(schema: dict[str, Any]) -> None:
    smallest(schema)


@pytest.mark.parametrize("audio_format", get_args(AudioFormat))
def test_the_speaker_hums_in_every_format(audio_format: AudioFormat) -> None:
    basket = Basket()
    FakeSpeaker().run(SpeechRequest("one two three", "alloy", audio_format), basket)
    *sounds, finished = basket.events
    assert all(isinstance(sound, Sound) for sound in sounds)
    assert isinstance(finished, SpeechFinished)
    assert finished.duration_s == pytest.approx(0.6)


def hum(voice: str, speed: float) -> bytes:
    basket = Basket()
    FakeSpeaker().run(SpeechRequest("one two", voice, "pcm", speed), basket)
    return b"".join(event.data for event in basket.events if isinstance(event, Sound))


def test_the_speaker_hears_voice_and_speed() -> None:
    assert hum("alloy", 1) != hum("nova", 1)
    assert len(hum("alloy", 2)) * 2 == len(hum("alloy", 1))


def test_the_recogniser_says_how_much_it_heard() -> None:
    basket = Basket()
    request = TranscriptionRequest(Recording("", 32_000), language="ko", words=True)
    FakeTranscriber().run(request, basket)
    language, segment, _ = basket.events
    assert language == LanguageFound("ko", 1.0)
    assert isinstance(segment, Segment)
    assert "fake recogniser: it heard 2.00 seconds" in segment.text
    assert segment.words[-1].end_s == pytest.approx(2.0)
    assert " ".join(word.text for word in segment.words) == segment.text.strip()


def test_the_recogniser_hears_nothing_in_nothing() -> None:
    basket = Basket()
    FakeTranscriber().run(TranscriptionRequest(Recording("", 0)), basket)
    assert not any(isinstance(event, Segment) for event in basket.events)


def test_the_speakers_take_turns_by_the_clock() -> None:
    known = (KnownSpeaker("Kim", Recording("there", 32_000)),)
    basket = Basket()
    FakeSpeakers().run(DiarisationRequest(Recording("nowhere", 32_000), known), basket)
    assert basket.events == [Turns((Turn(0.0, 1.0, "Kim"), Turn(1.0, 2.0, "A")))]
