"""What goes into a frame comes out of it."""

import pytest

from dragoman.domain import chat, conversation
from dragoman.domain.continuation import Continuation, PromptShown, PromptToken, Tokenised
from dragoman.domain.errors import EngineFailed, RequestInvalid, ServiceError
from dragoman.domain.picture import SIGHT, Facts, Picture, Thing
from dragoman.serving.process.frames import FrameCodec

REQUEST = chat.ChatRequest(
    messages=(
        conversation.Message("system", (conversation.TextPart("Kürze, 안녕"),), name="x"),
        conversation.Message(
            "user", (conversation.TextPart("a"), conversation.ImagePart("data:image/png;base64,AA"))
        ),
        conversation.Message(
            "user",
            (conversation.AudioPart(b"\x00\xff", "wav"), conversation.FilePart("a.pdf", b"%")),
        ),
        conversation.Message(
            "assistant", tool_calls=(conversation.ToolCall("call_1", "f", '{"a": 1}'),)
        ),
        conversation.Message("tool", (conversation.TextPart("42"),), tool_call_id="call_1"),
    ),
    choices=3,
    sampling=chat.Sampling(logit_bias={50: -100.0}, seed=2**62),
    format=chat.JsonDocument({"type": "object", "properties": {"a": {"enum": [1, None, "x"]}}}),
    tools=(conversation.Tool("f", "", {"type": "object"}),),
    tool_choice=chat.ToolChoice("required", ("f",), parallel=False),
    top_logprobs=2,
)


@pytest.mark.parametrize(
    "answer",
    [
        chat.FreeText(),
        chat.JsonObject(),
        REQUEST.format,
        conversation.Grammar("gbnf", "root ::= ."),
    ],
)
def test_a_chat_request_survives_the_way(answer: chat.AnswerFormat):
    codec = FrameCodec(chat.CHAT)
    request = chat.ChatRequest(messages=REQUEST.messages, format=answer)
    assert codec.unpack_request(codec.pack_request(request)) == request
    assert codec.unpack_request(codec.pack_request(REQUEST)) == REQUEST


@pytest.mark.parametrize("tokens", [None, (), (1, 2)])
def test_a_text_to_continue_survives_the_way(tokens: tuple[int, ...] | None):
    codec = FrameCodec(chat.CHAT)
    text = Continuation("안녕", tokens, "o200k_base", suffix="", echo=True)
    sampling = chat.Sampling(top_k=1, min_p=0.0, logit_bias={1: 2.0}, encoding="cl100k_base")
    request = chat.ChatRequest((), sampling=sampling, continuation=text, tokens_only=True)
    assert codec.unpack_request(codec.pack_request(request)) == request


@pytest.mark.parametrize(
    "event",
    [
        PromptShown("é", (PromptToken("bytes:\\xc3", b"\xc3", None), PromptToken("x", b"x", -1.0))),
        Tokenised((1, 2), ("a", "b"), "ab", 8, end="</s>"),
        chat.TextDelta(
            1,
            "ᄒ",
            (chat.TokenLogprob("\ufffd", -0.5, b"\xe1\x84", (chat.Alternative("x", -1.0, b"x"),)),),
        ),
        chat.ToolCallStarted(0, 0, "call_1", "f"),
        chat.ToolCallDelta(0, 0, "{"),
        chat.ChoiceFinished(0, "tool_calls"),
        chat.ChatFinished(chat.Usage(1, 2, 3)),
    ],
)
def test_a_chat_event_survives_the_way(event: chat.ChatEvent):
    codec = FrameCodec(chat.CHAT)
    assert codec.unpack_event(codec.pack_event(event)) == event


def test_pixels_and_facts_survive_the_way():
    codec = FrameCodec(SIGHT)
    picture = Picture(2, 1, bytes(range(6)), 2, 1)
    facts = Facts(2, 1, "picture", "otter", "probably", (Thing("cup", 2, "left"),), ("안녕",))
    assert codec.unpack_request(codec.pack_request(picture)) == picture
    assert codec.unpack_event(codec.pack_event(facts)) == facts


@pytest.mark.parametrize("kind", [RequestInvalid, EngineFailed])
def test_an_error_is_raised_again_as_it_was(kind: type[ServiceError]):
    codec = FrameCodec(chat.CHAT)
    with pytest.raises(kind) as caught:
        codec.unpack_event(codec.pack_error(kind("no", param="messages[0]", code="c", retry_s=1.5)))
    assert vars(caught.value) == {
        "message": "no",
        "param": "messages[0]",
        "code": "c",
        "retry_s": 1.5,
    }
