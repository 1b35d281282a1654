"""Prompts that fit: counted, with room for an answer, their pictures read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.chat import ChatRequest
from dragoman.domain.engine import Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.decoding.backend import Backend
from dragoman.engines.llama_cpp.prompt import vision
from dragoman.engines.llama_cpp.prompt.rendering import Pieces, Scribe, Turn, UntrustedText, Writer
from dragoman.engines.llama_cpp.prompt.vision import Shown

UNBOUNDED_TOKENS = 2048
"""Cells kept for an answer without a limit; it may take more while there are more."""

USUAL_LENGTH, LARGE_LENGTH = 8, 32
"""Characters for each token of the context: a text of so many is nearly always too long."""
LONGEST_WORD = 1000
"""Characters in which a very long text is expected to have a space."""
_BETWEEN = re.compile(r"\w ")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as the model reads it."""

    tokens: list[int]
    """The tokens of the prompt's text."""
    answer_tokens: int
    """The most that an answer may take: `max_tokens`, or the room that is left if that is less."""
    shown: Shown | None = None
    """Text and pictures, if there are any."""
    picture_tokens: int = 0

    @property
    def source(self) -> list[int] | Shown:
        """The prompt as it is given to llama.cpp."""
        return self.shown or self.tokens

    @property
    def size(self) -> int:
        """Tokens of text and pictures."""
        return len(self.tokens) + self.picture_tokens

    def followed_by(self, tokens: list[int], text: str, answer_tokens: int) -> "Prompt":
        """The same with more after it, in both forms."""
        shown = self.shown.followed_by(text) if self.shown else None
        return replace(
            self, tokens=[*self.tokens, *tokens], shown=shown, answer_tokens=answer_tokens
        )

    def cells(self, request: ChatRequest, together: int, all_cells: int) -> int:
        """How many cells to keep for `together` choices."""
        answer = self.answer_tokens
        # A limit beyond all room says nothing of the answer: agents send one with every request.
        if request.max_tokens is None or request.max_tokens > answer:
            answer = min(answer, UNBOUNDED_TOKENS)
        return min(all_cells, self.size + together * answer)


class PromptBudget:
    """Makes the prompts of one model."""

    def __init__(
        self,
        binding: Backend,
        scribe: Scribe,
        writer: Writer,
        context: int,
        longest: int | None = None,
    ) -> None:
        """`context`: tokens of a prompt and its answer together; `longest`: bytes of a token."""
        self._binding = binding
        self._scribe = scribe
        self._writer = writer
        self._context = context
        self._longest = longest

    def ensure_countable(self, turns: Sequence[Turn]) -> None:
        """See that it is worth counting: that the conversation is not certainly too long.

        Raises:
            RequestInvalid: it is. To count 50 MB takes a minute and a gigabyte.
        """
        if (least := self._least(turns)) >= self._context:
            raise self._too_long(f"at least {least}")

    def size(self, turns: Sequence[Turn]) -> int:
        """Tokens of the conversation, without its pictures; at least so many, if too many."""
        if (least := self._least(turns)) >= self._context:
            return least
        text = vision.without_marks(self._writer.write(turns), self._binding.mark or "\0")
        return len(self._binding.tokens(text))

    def of(self, request: ChatRequest, turns: Sequence[Turn]) -> Prompt:
        """The conversation, pictures not read yet.

        Raises:
            RequestInvalid: it does not fit.
        """
        self.ensure_countable(turns)
        pieces = self._writer.write(turns)
        shown = vision.shown(pieces, self._scribe, request.messages)
        if shown:
            pieces = vision.without_marks(pieces, self._binding.mark or "")
        tokens = self._binding.tokens(pieces)
        room = self._room(len(tokens))
        # How large pictures are is known when they are read: until then, as large as can be.
        unknown = room - 1 if shown else 0
        return Prompt(tokens, min(room, request.max_tokens or room), shown, unknown)

    def read(self, prompt: Prompt, stopped: Callable[[], bool]) -> tuple[Prompt, int | None]:
        """The prompt, its pictures counted, and how much of it was cached if that is known now.

        Raises:
            RequestInvalid: it does not fit.
            Stopped: nobody listens.
        """
        if prompt.shown is None:
            return prompt, None
        most = self._context - 1
        size, cached = self._binding.read(prompt.shown, most, stopped)
        if stopped():
            raise Stopped
        answer = min(prompt.answer_tokens, self._room(size))
        pictures = size - len(prompt.tokens)
        return replace(prompt, answer_tokens=answer, picture_tokens=pictures), cached

    def after(self, prompt: Prompt, pieces: Pieces, answer_tokens: int) -> Prompt:
        """The prompt with `pieces` after it, and no more for the answer than there is room for."""
        tokens = self._binding.tokens(pieces)
        room = self._context - prompt.size - len(tokens)
        text = vision.written(pieces, self._scribe) if prompt.shown else ""
        return prompt.followed_by(tokens, text, min(answer_tokens, room))

    def _least(self, turns: Sequence[Turn]) -> int:
        """A number of tokens that the conversation has at least, found without counting it all."""
        # Text of ours may be control tokens, or stand for a picture.
        texts = [
            part.text for turn in turns for part in turn.content if isinstance(part, UntrustedText)
        ]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        by_length = size // self._longest if self._longest else 0
        return (
            by_length
            if by_length >= self._context
            else self._begun(max(texts, key=len, default=""))
        )

    def _begun(self, text: str) -> int:
        """Tokens of the beginning of a very long text, if they are too many; else 0.

        It is cut between two words, where no token goes on.
        """
        for size in (USUAL_LENGTH * self._context, LARGE_LENGTH * self._context):
            if len(text) < 2 * size:
                return 0
            between = _BETWEEN.search(text, size, size + LONGEST_WORD)
            if between:
                tokens = len(self._binding.tokens([text[: between.start() + 1]]))
                if tokens >= self._context:
                    return tokens
        return 0

    def _room(self, size: int) -> int:
        """The most tokens that an answer to a prompt of that size may have."""
        room = self._context - size
        if room <= 0:
            raise self._too_long(str(size))
        return room

    def _too_long(self, size: str) -> RequestInvalid:
        return RequestInvalid(
            f"This model's maximum context length is {self._context} tokens. However, your "
            f"messages resulted in {size} tokens. Please reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )
