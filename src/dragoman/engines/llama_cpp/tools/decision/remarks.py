"""Remarks beside a list that came back: how many there are, or which is the one meant.

A small model that has to tell how many tasks there are miscounts them, and of five times tells any
one as the last. Counting and comparing are arithmetic.
"""

import json
import re

from dragoman.engines.llama_cpp.json_values import lists
from dragoman.engines.llama_cpp.tools.decision import ranking
from dragoman.engines.llama_cpp.tools.decision.effects import stem
from dragoman.engines.llama_cpp.tools.grounding.wording import normal, words

LONGEST_REQUEST = 2_000
"""Characters of a request that is read."""
LONGEST = 200
"""Characters of an element that is repeated."""
SHORTEST = 4
"""Letters of a word that names what is counted."""
_HOW_MANY = re.compile(
    r"\b(?:how many|number of|wie viele|cuant[oa]s|combien de|quant[ei])"
    r"\s+([^\W\d_]+)(?:\s+([^\W\d_]+))?(?:\s+([^\W\d_]+))?"
)
"""Counting, and the words after it, of which one must be in the name of the function."""
_HOW_MANY_IN_KOREAN = re.compile(r"몇 ?(?:개|명|건|권|번|장|편|곳|대|마리|가지|통)|개수")


def remark(request: str, source: str, result: str) -> str:
    """The remark after a result; empty: none.

    `source`: the function that gave it.
    """
    text = normal(request[:LONGEST_REQUEST])
    found = list(lists(result))
    if len(found) != 1:
        return ""
    (elements,) = found
    meant = ranking.extreme(text, source, elements)
    if len(meant) != 1:
        return f" ({len(elements)} in all)" if _counts(text, source) else ""
    values = [value for _, value in elements[meant[0]]]
    shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
    return f" (the {ranking.superlative(text)}: {shown})" if len(shown) <= LONGEST else ""


def _counts(request: str, source: str) -> bool:
    """Whether a request wants what a function gave to be counted."""
    if _HOW_MANY_IN_KOREAN.search(request):
        return True
    counted = _HOW_MANY.search(request)
    named = {stem(word) for word in words(source.replace("_", " "))}
    return bool(counted) and any(
        stem(word) in named for word in counted.groups("") if len(word) >= SHORTEST
    )
