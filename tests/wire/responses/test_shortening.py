"""`truncation: auto`: what is left out, and what stays together."""

from dataclasses import replace

from dragoman.domain.chat import ChatRequest, Estimate
from dragoman.domain.conversation import Message, TextPart, ToolCall
from dragoman.wire.responses.shortening import ROOM_TOKENS, fits, groups, most, without

SYSTEM = Message("system", (TextPart("be kind"),))
FIRST, LAST = Message("user", (TextPart("1"),)), Message("user", (TextPart("2"),))
CALL = Message("assistant", tool_calls=(ToolCall("c", "f", "{}"),))
RESULT = Message("tool", (TextPart("x"),), tool_call_id="c")
ALL = (SYSTEM, FIRST, CALL, RESULT, LAST)


def test_a_call_and_its_results_are_one_group() -> None:
    assert groups(ALL) == [[SYSTEM], [FIRST], [CALL, RESULT], [LAST]]


def test_instructions_and_the_last_message_stay() -> None:
    assert most(ALL) == 2
    assert without(ChatRequest(ALL), 1).messages == (SYSTEM, CALL, RESULT, LAST)
    assert without(ChatRequest(ALL), 2).messages == (SYSTEM, LAST)


def test_the_prompt_leaves_room_for_an_answer_within_reason() -> None:
    whole = Estimate(prompt_tokens=3_000, max_tokens=1_096, context_tokens=4_096, fits=True)
    assert fits(whole, None)
    tight = replace(whole, prompt_tokens=4_096 - ROOM_TOKENS + 1)
    assert not fits(tight, None)
    assert not fits(tight, 100_000)
    assert fits(tight, 24)
    assert not fits(replace(tight, fits=False), 24)
