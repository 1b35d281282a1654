"""Bytes of tokens, and the tokens for filling in, without a model."""

import pytest

from dragoman.engines.llama_cpp.gguf import Vocabulary, fim
from dragoman.engines.llama_cpp.vocabulary import TokenBytes, named

GPT2 = Vocabulary(
    7,
    {"<|end|>": 5},
    5,
    tokens=("a", "Ġa", "Ċ", "ðŁ", "a", "<|end|>", "íķľ"),
)
LLAMA = Vocabulary(4, {"</s>": 0}, 0, tokens=("</s>", "▁a", "<0xF0>", "é"), bytewise=False)


def test_tokens_have_the_bytes_that_their_vocabulary_writes() -> None:
    spelling = TokenBytes(GPT2)
    data = [spelling.data(token) for token in range(7)]
    assert data == [b"a", b" a", b"\n", b"\xf0\x9f", b"a", b"<|end|>", "한".encode()]
    assert spelling.text((6, 1, 5)) == "한 a<|end|>"
    other = TokenBytes(LLAMA)
    assert [other.data(token) for token in range(4)] == [b"</s>", b" a", b"\xf0", "é".encode()]


def test_a_part_of_a_character_is_named_by_its_bytes() -> None:
    assert TokenBytes(GPT2).name(3) == named(b"\xf0\x9f") == "bytes:\\xf0\\x9f"
    assert TokenBytes(GPT2).name(6) == "한"


def test_tokens_are_found_by_their_bytes_and_control_tokens_are_not() -> None:
    spelling = TokenBytes(GPT2)
    assert spelling.tokens(b" a") == [1]
    assert spelling.tokens(b"a") == [0, 4]
    assert spelling.tokens(b"<|end|>") == []
    assert spelling.tokens(b"b") == []


@pytest.mark.parametrize(
    ("fields", "tokens", "expected"),
    [
        ({}, ["x", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_prefix|>"], (3, 1, 2)),
        ({}, ["x", "▁<SUF>", "▁<MID>", "▁<PRE>"], (3, 1, 2)),
        (
            {"fim_pre_token_id": 0, "fim_suf_token_id": 1, "fim_mid_token_id": 2},
            ["a"] * 3,
            (0, 1, 2),
        ),
        ({"prefix_token_id": 2, "suffix_token_id": 1, "middle_token_id": 0}, ["a"] * 3, (2, 1, 0)),
        ({"prefix_token_id": 0}, ["a", "<|fim_suffix|>", "<|fim_middle|>"], (0, 1, 2)),
        ({"prefix_token_id": 9}, ["a", "<|fim_suffix|>", "<|fim_middle|>"], None),
        ({}, ["<|fim_suffix|>", "<|fim_middle|>"], None),
    ],
)
def test_the_tokens_for_filling_in_are_the_files_or_have_usual_names(
    fields: dict[str, int], tokens: list[str], expected: tuple[int, int, int] | None
) -> None:
    keyed = {f"tokenizer.ggml.{name}": number for name, number in fields.items()}
    assert fim(keyed, tokens) == expected
