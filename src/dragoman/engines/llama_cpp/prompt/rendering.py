"""From a conversation to the model's prompt, in which only we can write control tokens.

A prompt is made of control tokens, as ids, and of text. Text that comes from outside is cut inside
everything that looks like a control token, so that no tokenizer can put it together again.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from dragoman.engines.llama_cpp.gguf import Vocabulary

Pieces: TypeAlias = list[int | str]
TurnRole: TypeAlias = Literal["system", "user", "assistant"]

START, END = "<|im_start|>", "<|im_end|>"


@dataclass(frozen=True, slots=True)
class TrustedText:
    """Text of ours: control tokens in it are meant."""

    text: str


@dataclass(frozen=True, slots=True)
class UntrustedText:
    """Text from outside: nothing in it is a control token."""

    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, in the three roles that every chat model knows."""

    role: TurnRole
    content: tuple[TrustedText | UntrustedText, ...]


class Writer(Protocol):
    """Writes a conversation as a model was trained to read it."""

    @property
    def default_system(self) -> str | None:
        """The system text for a conversation that has none."""
        ...

    def write(self, turns: Sequence[Turn]) -> Pieces:
        """The prompt, up to where the answer begins."""
        ...


class Scribe:
    """Knows a model's control tokens."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._special = vocabulary.special
        longest_first = sorted(map(re.escape, vocabulary.special), key=len, reverse=True)
        self._pattern = re.compile("|".join(longest_first) or "(?!)")
        self._names = {number: name for name, number in vocabulary.special.items()}

    def pieces(self, content: Iterable[TrustedText | UntrustedText]) -> Pieces:
        """The content as text and ids; neighbouring text of one origin is joined."""
        pieces: Pieces = []
        for part in _joined(content):
            pieces += (
                self.trusted(part.text)
                if isinstance(part, TrustedText)
                else self.untrusted(part.text)
            )
        return pieces

    def name(self, token: int) -> str:
        """The name of a control token, which stands for it in a trusted text."""
        return self._names[token]

    def trusted(self, text: str) -> Pieces:
        """Control tokens in `text` become ids."""
        pieces: Pieces = []
        at = 0
        for found in self._pattern.finditer(text):
            if found.start() > at:
                pieces.append(text[at : found.start()])
            pieces.append(self._special[found.group()])
            at = found.end()
        return [*pieces, text[at:]] if at < len(text) else pieces

    def untrusted(self, text: str) -> Pieces:
        """`text` in pieces, none of which holds the name of a control token."""
        pieces: Pieces = []
        at = 0
        searched = 0
        while found := self._pattern.search(text, searched):
            cut = found.start() + 1
            pieces.append(text[at:cut])
            at = searched = cut
        return [*pieces, text[at:]] if at < len(text) else pieces


def _joined(content: Iterable[TrustedText | UntrustedText]) -> list[TrustedText | UntrustedText]:
    # A tokenizer sees more of a word when its neighbours are in the same piece.
    parts: list[TrustedText | UntrustedText] = []
    for part in content:
        if parts and type(parts[-1]) is type(part):
            parts[-1] = type(part)(parts[-1].text + part.text)
        else:
            parts.append(part)
    return parts


@dataclass(frozen=True, slots=True)
class ChatMl:
    """The form of Qwen, SmolLM and many others. See `Writer`."""

    scribe: Scribe
    default_system: str | None

    def write(self, turns: Sequence[Turn]) -> Pieces:
        """See `Writer.write`."""
        pieces: Pieces = []
        if self.default_system and (not turns or turns[0].role != "system"):
            pieces += self._turn("system", (TrustedText(self.default_system),))
        for turn in turns:
            pieces += self._turn(turn.role, turn.content)
        return [*pieces, *self.scribe.trusted(f"{START}assistant\n")]

    def _turn(self, role: TurnRole, content: tuple[TrustedText | UntrustedText, ...]) -> Pieces:
        first, *rest = content or (TrustedText(""),)
        # In one piece: the line end after the role may be one token with what follows.
        head = type(first)(f"{role}\n{first.text}")
        return [
            *self.scribe.trusted(START),
            *self.scribe.pieces((head, *rest)),
            *self.scribe.trusted(f"{END}\n"),
        ]


Template: TypeAlias = Callable[[Sequence[Mapping[str, str]]], str]


@dataclass(frozen=True, slots=True)
class Templated:
    """Any other form: the model's own template, filled with marks that we replace. See `Writer`."""

    scribe: Scribe
    template: Template
    default_system: str | None = None

    def write(self, turns: Sequence[Turn]) -> Pieces:
        """See `Writer.write`."""
        nonce = secrets.token_hex(8)
        marks = [f"mark{nonce}x{number}x" for number in range(len(turns))]
        written = self.template(
            [{"role": turn.role, "content": mark} for turn, mark in zip(turns, marks, strict=True)]
        )
        pieces: Pieces = []
        for part in re.split(f"(mark{nonce}x[0-9]+x)", written):
            if part.startswith(f"mark{nonce}"):
                pieces += self.scribe.pieces(turns[int(part.split("x")[-2])].content)
            elif part:
                pieces += self.scribe.trusted(part)
        return pieces


def writer(scribe: Scribe, vocabulary: Vocabulary, template: Template) -> Writer:
    """The writer that agrees with the model's own template."""
    if {START, END} <= vocabulary.special.keys():
        written = template([{"role": "user", "content": "Hello"}])
        question = f"{START}user\nHello{END}\n{START}assistant\n"
        system = re.escape(f"{START}system\n") + "(.*?)" + re.escape(f"{END}\n")
        form = re.fullmatch(f"(?:{system})?{re.escape(question)}", written, re.DOTALL)
        if form:
            return ChatMl(scribe, form[1])
    return Templated(scribe, template)
