"""Prompts that are too long: refused before they are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.decoding.prompt_budget import PromptBudget
from dragoman.engines.llama_cpp.decoding.server import LlamaServer
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.prompt.rendering import (
    ChatMl,
    Scribe,
    TrustedText,
    Turn,
    UntrustedText,
)

SCRIBE = Scribe(Vocabulary(100, {"<|im_start|>": 1, "<|im_end|>": 2}, 2))
ASKED = ChatRequest((Message("user", (TextPart("Hi"),)),))


class Counting(LlamaServer):
    """A token for each control token, and each four characters of text."""

    mark = None

    def __init__(self) -> None:
        self.counted = self.longest = 0

    def tokens(self, pieces: Sequence[int | str]) -> list[int]:
        self.counted += 1
        self.longest = max(len(piece) if isinstance(piece, str) else 1 for piece in pieces)
        lengths = [-(-len(piece) // 4) if isinstance(piece, str) else 1 for piece in pieces]
        return [7] * sum(lengths)

    def template(self, messages: Sequence[Mapping[str, str]]) -> str:
        return str(messages)


def prompts(counting: Counting, longest: int | None) -> PromptBudget:
    return PromptBudget(counting, SCRIBE, ChatMl(SCRIBE, None), 100, longest)


def said(text: str) -> list[Turn]:
    return [Turn("user", (UntrustedText(text),))]


def test_what_is_certainly_too_long_is_refused_uncounted() -> None:
    counting = Counting()
    with pytest.raises(RequestInvalid) as caught:
        prompts(counting, 4).of(ASKED, said("a" * 400))
    assert caught.value.code == "context_length_exceeded"
    assert caught.value.message == (
        "This model's maximum context length is 100 tokens. However, your messages resulted in at "
        "least 100 tokens. Please reduce the length of the messages."
    )
    assert prompts(counting, 4).size(said("a" * 500)) == 125
    assert not counting.counted


def test_of_a_very_long_text_a_beginning_is_counted() -> None:
    counting = Counting()
    with pytest.raises(RequestInvalid, match=r"at least 20\d tokens"):
        prompts(counting, None).of(ASKED, said("word " * 100_000))
    assert counting.longest < 1000
    assert prompts(counting, None).size(said("word " * 100_000)) < 210
    with pytest.raises(RequestInvalid, match=r"resulted in 25\d\d\d tokens"):
        prompts(counting, None).of(ASKED, said("x" * 100_000))


def test_bytes_count_and_not_characters() -> None:
    with pytest.raises(RequestInvalid, match="at least 150 tokens"):
        prompts(Counting(), 4).ensure_countable(said("한" * 200))


@pytest.mark.parametrize("longest", [4, None])
def test_what_may_fit_is_counted_and_refused_with_its_number(longest: int | None) -> None:
    counting = Counting()
    with pytest.raises(RequestInvalid, match=r"resulted in \d\d\d tokens"):
        prompts(counting, longest).of(ASKED, said("a" * 399))
    assert counting.counted == 1


def test_control_tokens_of_ours_do_not_count_as_text() -> None:
    prompts(Counting(), 4).ensure_countable([Turn("user", (TrustedText("<|im_start|>" * 90),))])


@pytest.mark.parametrize(("limit", "kept"), [(None, 2048), (32_000, 2048), (3000, 3000)])
def test_a_limit_beyond_all_room_keeps_no_more_cells_than_none(
    limit: int | None, kept: int
) -> None:
    request = replace(ASKED, max_tokens=limit)
    large = PromptBudget(Counting(), SCRIBE, ChatMl(SCRIBE, None), 8192)
    prompt = large.of(request, said("a" * 400))
    assert prompt.answer_tokens == min(limit or 8192, 8192 - prompt.size)
    assert prompt.cells(request, 1, 16_384) == prompt.size + kept
