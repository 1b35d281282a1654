"""Where the beginning of a prompt was read."""

from typing import Any

from dragoman.engines.remote_openai.prefixes import (
    BLOCK,
    MAX_BLOCKS,
    MAX_REMEMBERED,
    Prefixes,
    blocks,
)
from dragoman.engines.remote_openai.upstreams import Upstreams


def body(*texts: str, tools: Any = None) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text} for text in texts], "tools": tools}


def test_a_longer_conversation_begins_with_the_blocks_of_the_shorter() -> None:
    short, long = blocks(body("a" * 2000)), blocks(body("a" * 2000, "b" * 2000))
    assert len(short) == 2000 // BLOCK
    assert list(long[: len(short)]) == list(short)
    assert len(long) > len(short)


def test_other_tools_are_another_beginning() -> None:
    plain, with_tools = blocks(body("a" * 2000)), blocks(body("a" * 2000, tools=[{"name": "f"}]))
    assert not set(plain) & set(with_tools)


def test_the_same_words_after_another_beginning_are_another_prompt() -> None:
    assert not set(blocks(body("a" * 256 + "c" * 2000))) & set(blocks(body("b" * 256 + "c" * 2000)))


def test_a_text_that_is_continued_has_blocks_too() -> None:
    short, long = blocks({"prompt": "a" * 1000}), blocks({"prompt": "a" * 1000 + "b" * 1000})
    assert list(long[: len(short)]) == list(short)
    assert len(blocks({"prompt": [1, 2, 3] * 1000})) > 3


def test_a_short_prompt_has_none_and_a_huge_one_has_not_too_many() -> None:
    assert blocks(body("Hi.")) == []
    assert len(blocks(body("a" * 5_000_000, "b"))) == MAX_BLOCKS


def test_who_has_read_most_of_a_prompt_holds_it() -> None:
    prefixes = Prefixes()
    shared, own = blocks(body("s" * 4000)), blocks(body("s" * 4000, "u" * 3000))
    prefixes.remember(shared, 1)
    prefixes.remember(shared, 2)
    prefixes.remember(own, 2)
    assert prefixes.holders(shared, among=3) == 3
    assert prefixes.holders(own, among=3) == 2
    assert prefixes.holders(own, among=1) == 1  # the other is left out: half is better than none
    assert prefixes.holders(own, among=4) == 0
    assert prefixes.holders((), among=3) == 0


def test_a_small_part_of_a_prompt_is_not_worth_the_way() -> None:
    prefixes = Prefixes()
    prefixes.remember(blocks(body("s" * 600)), 1)
    assert prefixes.holders(blocks(body("s" * 600, "u" * 6000)), among=1) == 0


def test_the_oldest_are_forgotten() -> None:
    prefixes = Prefixes()
    first = [b"first"]
    prefixes.remember(first, 1)
    for number in range(MAX_REMEMBERED):
        prefixes.remember([number.to_bytes(8)], 1)
    assert prefixes.holders(first, among=1) == 0
    assert prefixes.holders([(MAX_REMEMBERED - 1).to_bytes(8)], among=1) == 1


def test_who_knows_a_prompt_gets_it_unless_much_busier() -> None:
    upstreams = Upstreams(["a", "b"])
    prompt = blocks(body("a" * 2000))
    bits: list[int] = []
    for _ in range(8):
        begun = upstreams.begin(prompt, ())
        assert begun is not None
        bits.append(begun.upstream.bit)
    # Five more than the other has are too many; from then on both know it.
    assert bits == [1, 1, 1, 1, 1, 2, 2, 2]
