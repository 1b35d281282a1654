"""Grammars without a model: built, and written under, by llguidance for Python on single bytes."""

import json
import random
from collections.abc import Mapping
from typing import Any

from llguidance import LLMatcher, LLTokenizer

from dragoman.engines.llama_cpp.constraints import grammar

BYTES = LLTokenizer("byte")
MOST = 4000


def builds(rules: str) -> bool:
    """As llama.cpp does it, with another tokenizer."""
    return not LLMatcher(BYTES, rules, log_level=0).is_error()


def text_under(schema: Mapping[str, Any], seed: int) -> str | None:
    """A JSON text that the schema's grammar allows, drawn; None: it grew too long."""
    return text_of(grammar.document(schema), seed)


def text_of(rules: str, seed: int) -> str | None:
    """A text that the grammar allows, drawn; None: it grew too long."""
    drawn = random.Random(seed)
    matcher = LLMatcher(BYTES, rules, log_level=0)
    text = bytearray()
    while not matcher.is_stopped() and len(text) < MOST:
        weights = matcher.compute_logit_bias()
        assert not matcher.is_error(), matcher.get_error()
        allowed = [byte for byte in range(256) if byte < len(weights) and weights[byte]]
        # Ends are likelier than anything inside: else it would go on for ever.
        ends = [byte for byte in allowed if byte in b'"]}']
        if matcher.is_accepting() and (not allowed or drawn.random() < 0.5):
            break
        byte = drawn.choice(ends if ends and drawn.random() < 0.4 else allowed)
        matcher.consume_token(byte)
        text.append(byte)
    return text.decode() if matcher.is_accepting() else None


def size(schema: object) -> int:
    """Characters of it as JSON."""
    return len(json.dumps(schema))
