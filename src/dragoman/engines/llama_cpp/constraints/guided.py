"""Answers that follow a grammar of the caller's: which are taken, and whether one was kept to."""

from dataclasses import replace

from dragoman.domain.conversation import Grammar
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.llama_cpp.constraints import custom_grammars, gbnf, grammar, lark
from dragoman.engines.llama_cpp.constraints.custom_grammars import Follower, Input


def prepared(custom: Grammar) -> Input:
    """The grammar, checked.

    Raises:
        RequestInvalid: it is too large, malformed, or cannot be built.
    """
    if len(custom.definition) > lark.LONGEST_CHARS:
        raise refused(lark.fault(custom) or "it is too long")
    if custom.syntax == "gbnf":
        try:
            custom = replace(custom, syntax="lark", definition=gbnf.lark(custom.definition))
        except gbnf.GbnfInvalid as error:
            raise refused(str(error)) from error
    elif custom.syntax == "lark":
        custom = replace(custom, definition=_bare(custom.definition))
    rules = custom_grammars.checked(custom, refused)
    rule, renamed = lark.renamed(rules)
    return Input(rules, grammar.followed(rule, renamed))


def refused(fault: str) -> RequestInvalid:
    """The error for one fault in it."""
    return RequestInvalid(
        f"Invalid grammar for the answer: {fault}.", param="grammar", code="invalid_grammar"
    )


def ensure_followed(text: str, rules: str) -> None:
    """See that a whole answer is what the rules allow.

    Raises:
        EngineFailed: it is not, though it was decoded under them.
    """
    if not Follower(rules).whole_with(text):
        raise EngineFailed("the answer is not what its grammar allows")


def _bare(definition: str) -> str:
    """Without the head that llguidance's own grammars may have."""
    return definition.strip().removeprefix(grammar.HEAD.strip())
