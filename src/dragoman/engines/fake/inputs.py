"""A text that follows a grammar, as far as a demonstration needs it."""

import time

from llguidance import LLMatcher, LLTokenizer

from dragoman.domain.conversation import Grammar
from dragoman.domain.errors import RequestInvalid

LONGEST = 1_000
"""Bytes."""
SLOWEST_S = 1.0
"""The most seconds of the processor's time, for all of it."""
ANYTHING = "This is a fake input."


def shortest(grammar: Grammar | None, param: str = "tools") -> str:
    """A short text that follows the grammar, which stands in the field `param`.

    Raises:
        RequestInvalid: the grammar cannot be built, or no short text was found.
    """
    if grammar is None:
        return ANYTHING
    if grammar.syntax == "gbnf":
        raise RequestInvalid(
            "Invalid grammar: the fake model does not know llama.cpp's.",
            param=param,
            code="invalid_value",
        )
    if grammar.syntax == "lark":
        built = LLMatcher.grammar_from_lark(grammar.definition)
    else:
        built = LLMatcher.grammar_from_regex(grammar.definition)
    matcher = LLMatcher(LLTokenizer("byte"), built, log_level=0)
    text = bytearray()
    started = time.thread_time()
    while len(text) < LONGEST and not matcher.is_error():
        if time.thread_time() - started > SLOWEST_S:
            break
        if matcher.is_accepting():
            return text.decode()
        allowed = matcher.compute_logit_bias()
        if matcher.is_error():
            break
        # Not always the first: what may repeat would never end.
        readable = [byte for byte in _READABLE if allowed[byte]]
        byte = readable[len(text) % len(readable)]
        matcher.consume_token(byte)
        text.append(byte)
    reason, *_ = matcher.get_error().splitlines() or ["no short text follows it"]
    raise RequestInvalid(
        f"Invalid grammar: {reason}",
        param=param,
        code="invalid_value",
    )


_READABLE = (*range(0x61, 0x7B), *range(0x20, 0x7F), *range(0x20), *range(0x7F, 0x100))
"""Bytes, letters first."""
