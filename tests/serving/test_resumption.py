"""What of an answer that is written again its reader has already."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    EffortIgnored,
    PromptProgress,
    Sampling,
    TextDelta,
    ThoughtDelta,
    ToolCallStarted,
    Usage,
)
from dragoman.serving.resumption import Diverged, Shown, shown_of

END = (ChoiceFinished(0, "stop"), ChatFinished(Usage(1, 1)))


def taken(shown: Shown, events: Sequence[ChatEvent]) -> list[ChatEvent]:
    return [new for event in events if (new := shown.take(event)) is not None]


def cut(text: str, places: Sequence[int]) -> list[ChatEvent]:
    """The text in pieces."""
    ends = sorted({place % (len(text) + 1) for place in places} | {len(text)})
    starts = [0, *ends[:-1]]
    return [TextDelta(0, text[a:b]) for a, b in zip(starts, ends, strict=True) if b > a]


@given(
    st.text(max_size=30),
    st.lists(st.integers(0, 100), max_size=5),
    st.lists(st.integers(0, 100), max_size=5),
    st.integers(0, 100),
)
def test_both_lives_together_are_the_answer_once(
    text: str, first: list[int], second: list[int], died: int
) -> None:
    shown = Shown()
    whole = [*cut(text, first), *END]
    before = taken(shown, whole[: died % len(whole)])
    shown.begin_again()
    after = taken(shown, [*cut(text, second), *END])
    assert "".join(e.text for e in (*before, *after) if isinstance(e, TextDelta)) == text
    assert [e for e in (*before, *after) if not isinstance(e, TextDelta)] == list(END)


@pytest.mark.parametrize(
    "again",
    [
        [TextDelta(0, "Hi")],
        [TextDelta(0, "Hel"), ChoiceFinished(0, "stop")],
        [TextDelta(0, "Hello there")],
        [ThoughtDelta(0, "Hm"), TextDelta(0, "Hello"), *END],
        [ThoughtDelta(0, "Hm. Well")],
    ],
)
def test_what_is_not_the_same_is_not_gone_on_with(again: list[ChatEvent]) -> None:
    shown = Shown()
    taken(shown, [ThoughtDelta(0, "Hm."), TextDelta(0, "Hello")])
    shown.begin_again()
    with pytest.raises(Diverged):
        taken(shown, again)


def test_thoughts_come_once_and_what_prepares_an_answer_does_too() -> None:
    shown = Shown()
    begin = [EffortIgnored(), PromptProgress(9, 0, 9, 0.1), ThoughtDelta(0, "Hm")]
    assert taken(shown, begin) == begin
    shown.begin_again()
    assert taken(shown, [*begin, ThoughtDelta(0, "."), TextDelta(0, "Hi"), *END]) == [
        ThoughtDelta(0, "."),
        TextDelta(0, "Hi"),
        *END,
    ]


def test_a_call_has_an_id_of_its_own_and_cannot_be_compared() -> None:
    shown = Shown()
    taken(shown, [TextDelta(0, "I look."), ToolCallStarted(0, 0, "call_1", "look")])
    assert not shown.can_resume


def test_only_what_chance_does_not_decide_is_compared() -> None:
    plain = ChatRequest(messages=())
    fixed = Sampling(temperature=0)
    assert shown_of(ChatRequest((), sampling=fixed)) is not None
    assert shown_of(ChatRequest((), sampling=Sampling(seed=1))) is not None
    assert shown_of(plain) is None
    assert shown_of(ChatRequest((), sampling=fixed, choices=2)) is None
    assert shown_of(ChatRequest((), sampling=fixed, top_logprobs=0)) is None
    assert shown_of(ChatRequest((), sampling=fixed, dry_run=True)) is None
    assert shown_of("a request of another kind") is None
