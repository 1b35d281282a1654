"""The head of a GGUF file: what kind of model it is, and which of its tokens are not text.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import hashlib
import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dragoman.domain.errors import EngineUnavailable

_SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9
_NOT_TEXT = (3, 4)
"""Token types: control, and defined by the model's authors (`<tool_call>`)."""
_WHOLE = ("gpt2", "llama")
"""Tokenizers under which every byte of a text is in one of its tokens."""

SAMPLES, SAMPLE_BYTES = 64, 16_384
"""How many parts of the tensors a model is known by, and how long each of them is."""

_FIM = (
    (
        *("fim_pre_token_id", "prefix_token_id"),
        *("<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "▁<PRE>", "<PRE>"),
        *("[PREFIX]", "<|code_prefix|>"),
    ),
    (
        *("fim_suf_token_id", "suffix_token_id"),
        *("<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "▁<SUF>", "<SUF>"),
        *("[SUFFIX]", "<|code_suffix|>"),
    ),
    (
        *("fim_mid_token_id", "middle_token_id"),
        *("<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "▁<MID>", "<MID>"),
        *("[MIDDLE]", "<|code_middle|>"),
    ),
)
"""For the text before, after and between: the keys of its token, new and old, and its usual names.

Source: https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
"""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The part of a tokenizer that prompts need."""

    size: int
    special: dict[str, int]
    """Tokens that are not made of text: their names, and their ids."""
    end: int
    """The token that ends an answer."""
    longest: int | None = None
    """The most bytes that one token stands for; None: the tokenizer may leave bytes out."""
    start: int | None = None
    """The token that may stand before a text; None: there is none."""
    starts: bool = False
    """Whether it always does."""
    fim: tuple[int, int, int] | None = None
    """The control tokens before a text, its rest, and the middle that is to be filled in; None: the
    model was not trained to fill in."""
    tokens: tuple[str, ...] = field(default=(), repr=False)
    """All, as the file writes them."""
    bytewise: bool = True
    """Whether it writes each byte of a token as a character of its own, as GPT-2's does."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the file: the model's name, sizes and tokenizer."""

    name: str
    context: int
    """Tokens that the model was trained to see at once."""
    vocabulary: Vocabulary
    digest: str
    """SHA-256 over the head and the length of the file."""
    template: str | None = field(default=None, repr=False)
    """How a conversation is written, in Jinja; None: the file does not say."""


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.at = 0

    def number(self, code: str) -> Any:  # noqa: ANN401 - the file says what it is
        layout = struct.Struct("<" + code)
        (value,) = layout.unpack_from(self._data, self.at)
        self.at += layout.size
        return value

    def text(self) -> str:
        length = self.number("Q")
        if self.at + length > len(self._data):
            raise struct.error("a string runs over the end of the file")
        raw = self._data[self.at : self.at + length]
        self.at += length
        return raw.decode("utf-8", "replace")

    def value(self, kind: int) -> Any:  # noqa: ANN401 - the file says what it is
        if kind == _STRING:
            return self.text()
        if kind != _ARRAY:
            return self.number(_SCALARS[kind])
        inner = self.number("I")
        count = self.number("Q")
        if inner in (_STRING, _ARRAY):
            return [self.value(inner) for _ in range(count)]
        layout = struct.Struct(f"<{count}{_SCALARS[inner]}")
        values = layout.unpack_from(self._data, self.at)
        self.at += layout.size
        return values


def read(path: Path) -> Head:
    """Read the head of the file; about 0.3 s for 150,000 tokens.

    Raises:
        EngineUnavailable: it is not a GGUF file of a language model, or cut off.
    """
    said, digest = fields(path)
    try:
        return _head(said, digest)
    except (ValueError, KeyError) as error:
        raise EngineUnavailable(f"{path.name} is not a whole GGUF model: {error}") from error


def fields(path: Path) -> tuple[dict[str, Any], str]:
    """Everything that the head of the file says, and its digest.

    Raises:
        EngineUnavailable: it is not a GGUF file, or cut off.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _fields(data)
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise EngineUnavailable(f"{path.name} is not a whole GGUF model: {error}") from error


def _fields(data: mmap.mmap) -> tuple[dict[str, Any], str]:
    if data[:4] != b"GGUF":
        raise ValueError("it does not begin with GGUF")
    reader = _Reader(data)
    reader.at = 16
    said: dict[str, Any] = {}
    for _ in range(reader.number("Q")):
        key = reader.text()
        said[key] = reader.value(reader.number("I"))
    digest = hashlib.sha256(data[: reader.at])
    digest.update(str(len(data)).encode())
    # Other weights of the same form have the same head: a fine-tuned model, for example.
    for place in range(reader.at, len(data), max(SAMPLE_BYTES, len(data) // SAMPLES)):
        digest.update(data[place : place + SAMPLE_BYTES])
    return said, digest.hexdigest()


def _head(fields: Mapping[str, Any], digest: str) -> Head:
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    kinds: tuple[int, ...] = fields["tokenizer.ggml.token_type"]
    special = {
        token: number
        for number, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
        if kind in _NOT_TEXT and len(token) > 1
    }
    architecture = fields["general.architecture"]
    # Their bytes or more: some tokenizers write one byte as a character of two or three.
    longest = max(len(token.encode()) for token in tokens)
    if fields.get("tokenizer.ggml.model") not in _WHOLE:
        longest = None
    end = int(fields["tokenizer.ggml.eos_token_id"])
    start = fields.get("tokenizer.ggml.bos_token_id")
    return Head(
        name=str(fields.get("general.name", architecture)),
        context=int(fields[f"{architecture}.context_length"]),
        vocabulary=Vocabulary(
            len(tokens),
            special,
            end,
            longest,
            start=None if start is None else int(start),
            starts=bool(
                fields.get(
                    "tokenizer.ggml.add_bos_token", fields.get("tokenizer.ggml.model") == "llama"
                )
            ),
            fim=fim(fields, tokens),
            tokens=tuple(tokens),
            bytewise=fields.get("tokenizer.ggml.model") == "gpt2",
        ),
        digest=digest,
        template=fields.get("tokenizer.chat_template"),
    )


def fim(fields: Mapping[str, Any], tokens: Sequence[str]) -> tuple[int, int, int] | None:
    """The tokens for filling in: those that the file names, or those with a usual name."""
    names = {name for each in _FIM for name in each[2:]}
    known = {token: number for number, token in enumerate(tokens) if token in names}
    found: list[int] = []
    for key, older, *usual in _FIM:
        value = fields.get(f"tokenizer.ggml.{key}", fields.get(f"tokenizer.ggml.{older}"))
        number = value if value is not None else next(filter(None, map(known.get, usual)), None)
        if number is None or not 0 <= int(number) < len(tokens):
            return None
        found.append(int(number))
    prefix, suffix, middle = found
    return prefix, suffix, middle
