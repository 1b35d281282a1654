"""Custom tools: which grammars are taken, and whether an input follows its own.

The dialect is llguidance's, as at OpenAI.

Source: https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llguidance import LLMatcher, LLTokenizer

from dragoman.domain.conversation import CustomTool, Grammar
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.llama_cpp.constraints import grammar as ours
from dragoman.engines.llama_cpp.constraints import lark

SLOWEST_TRIAL_S = 0.25
"""The most seconds of processor time for writing `TRIAL_BYTES`: ambiguous grammars slow down as the
text grows."""
TRIAL_BYTES = 128
SLOWEST_PIECE_S = 0.1
"""The same for one piece of an input: everybody's next token waits for it."""


@dataclass(frozen=True, slots=True)
class Input:
    """The form of a custom tool's input; both None: any text."""

    rules: str | None = None
    """The grammar, for `Follower`."""
    grammar: str | None = None
    """The same for llama.cpp."""


def prepared(tool: CustomTool, number: int, special: Mapping[str, int]) -> Input:
    """The input of `tools[number]`, its grammar checked.

    Raises:
        RequestInvalid: it is too large, malformed, or cannot be built.
    """
    if tool.grammar is None:
        return Input()
    rules = checked(tool.grammar, lambda fault: unbuildable(number, tool.name, fault))
    rule, renamed = lark.renamed(rules)
    # As decoding has it: what is ignored between words may stand before the end of the call, too.
    followed = ours.typed(rule, renamed, {})
    if fault := _built(followed):
        raise unbuildable(number, tool.name, fault)
    return Input(followed, ours.typed(rule, renamed, special))


def checked(grammar: Grammar, refused: Callable[[str], RequestInvalid]) -> str:
    """The grammar's rules; `refused` makes an error of a fault in them.

    Raises:
        RequestInvalid: it is too large, malformed, or cannot be built.
    """
    if fault := lark.fault(grammar):
        raise refused(fault)
    if grammar.syntax == "regex":
        rules = "start: " + lark.slashed(grammar.definition)
    else:
        rules = grammar.definition
    if fault := _built(rules):
        raise refused(fault)
    return rules


def unbuildable(number: int, name: str, fault: str) -> RequestInvalid:
    """The error for one fault in a grammar."""
    return RequestInvalid(
        f"Invalid grammar for custom tool '{name}': {fault}.",
        param=f"tools[{number}].custom.format.grammar.definition",
        code="invalid_grammar",
    )


class Follower:
    """Follows an input as it is written, and knows whether it keeps to its grammar.

    Decoding sees to that; this notices if it has not: llama.cpp drops a grammar that grows too
    large under way, and says nothing.
    """

    def __init__(self, rules: str) -> None:
        self._matcher = LLMatcher(LLTokenizer("byte"), rules, log_level=0)

    def feed(self, text: str) -> None:
        """Take what is to be shown next.

        Raises:
            EngineFailed: it breaks the grammar, or the grammar has become too slow.
        """
        data = list(text.encode())
        started = time.thread_time()
        if self._matcher.try_consume_tokens(data) != len(data):
            raise EngineFailed("the input is not what its grammar allows")
        if time.thread_time() - started > SLOWEST_PIECE_S:
            raise EngineFailed("the grammar is too ambiguous for so long an input")

    def whole_with(self, text: str) -> bool:
        """Whether the input would be whole with `text` at its end."""
        ahead = self._matcher.deep_copy()
        data = list(text.encode())
        return ahead.try_consume_tokens(data) == len(data) and ahead.is_accepting()


def _built(rules: str) -> str | None:
    """The reason why the grammar cannot be built and used; None: it can."""
    matcher = LLMatcher(LLTokenizer("byte"), rules, log_level=0)
    started = time.thread_time()
    for number in range(TRIAL_BYTES):
        if matcher.is_error() or matcher.is_stopped():
            break
        weights = matcher.compute_logit_bias()
        allowed = [byte for byte in range(256) if byte < len(weights) and weights[byte]]
        if not allowed:
            break
        matcher.consume_token(allowed[number % len(allowed)])
        if time.thread_time() - started > SLOWEST_TRIAL_S:
            return "it is too ambiguous: texts that follow it take too long to check"
    if not matcher.is_error():
        return None
    first, *rest = matcher.get_error().splitlines() or [""]
    why = next((line for line in rest if line.startswith("error: ")), "").removeprefix("error:")
    return f"it cannot be built: {first.strip().rstrip('.:')[:300]}{why}"
