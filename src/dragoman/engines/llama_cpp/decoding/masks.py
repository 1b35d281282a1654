"""Grammars as masks over the vocabulary, by llguidance."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer

from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.decoding.library import DecodingLibrary
from dragoman.engines.llama_cpp.decoding.sampler import Allowed

SPECIAL = b"\xff"
"""The byte that llguidance puts before the name of a token that is not text."""
LOST = "the grammar cannot be followed any further"
"""llguidance's own words hold the answer and the whole grammar: they are for nobody's log."""


class Grammars:
    """Builds grammars for the tokens of one model."""

    def __init__(self, library: DecodingLibrary, special: Mapping[str, int]) -> None:
        names = {number: name for name, number in special.items()}
        tokens = [
            _spelt(library.piece(token), names.get(token)) for token in range(library.vocabulary)
        ]
        # It calls the library's tokenizer itself, without Python in between.
        make: Any = LLTokenizer
        words, tokenize = library.tokenizer
        ending = [token for token in names if library.ends(token)]
        self._tokenizer: LLTokenizer = make.from_llamacpp(
            tokens=tokens, vocab_ptr=words, tokenize_fptr=tokenize, eos_token=ending
        )
        self._size = library.vocabulary

    def builds(self, grammar: str) -> bool:
        """Whether the grammar can be built."""
        return not LLMatcher(self._tokenizer, grammar, log_level=0).is_error()

    def mask(self, grammar: str) -> "Mask":
        """A mask for an answer from its beginning.

        Raises:
            EngineFailed: the grammar cannot be built.
        """
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise EngineFailed("the grammar cannot be built")
        return Mask(matcher, self._size)


def _spelt(text: bytes, name: str | None) -> bytes:
    """A token as llguidance takes it: by its name where a model means by it more than text."""
    if name is not None and (not text or (text.startswith(b"<") and text.endswith(b">"))):
        return SPECIAL + name.encode()
    return text


class Mask:
    """Which tokens may come next in one answer."""

    def __init__(self, matcher: LLMatcher, size: int) -> None:
        self._matcher = matcher
        self._size = size

    def copy(self) -> "Mask":
        """Another answer that has come as far."""
        return Mask(self._matcher.deep_copy(), self._size)

    def allowed(self) -> Allowed:
        """Which tokens may come next; it is not worked out under Python's lock.

        Raises:
            EngineFailed: none may, or the grammar has become too complex.
        """
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        if self._matcher.is_error():
            raise EngineFailed(LOST)
        allowed = np.unpackbits(bits, count=self._size, bitorder="little").view(np.bool_)
        if not allowed.any():
            raise EngineFailed("the grammar allows nothing more, not even the end")
        return allowed

    def accept(self, token: int) -> None:
        """Go on after `token`.

        Raises:
            EngineFailed: it was not allowed.
        """
        if not self._matcher.consume_token(token):
            raise EngineFailed(LOST)

    def forced(self) -> list[int]:
        """The tokens that must come next whatever the model gives them; often none."""
        return self._matcher.compute_ff_tokens()

    @property
    def over(self) -> bool:
        """Whether nothing but the end may come."""
        return self._matcher.is_stopped()
