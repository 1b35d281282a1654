"""Which regular expressions are taken in schemas: those without look-around or back-references.

Matching such a pattern takes linear time, and the grammar engine knows all of it.
"""

import re
import warnings
from dataclasses import dataclass

LONGEST = 4096
MOST_REPEATS = 2000
"""Product of nested counted repetitions."""
MOST_BRANCHES = 8_000
"""How often repetitions of no fixed count repeat, all together, times how many of them there are.

The grammar engine gives up on a step of more, in the middle of a text. Repetitions inside one
another multiply; those one after the other add up.
"""

_FORBIDDEN = (
    (re.compile(r"\(\?(=|!|<=|<!)"), "look-around is not supported"),
    (re.compile(r"\(\?P[=>]|\(\?\(|\\k|\\[1-9]"), "back-references are not supported"),
    (re.compile(r"\(\?[a-zA-Z-]+[):]"), "flags are not supported"),
    (re.compile(r"\\[bBAZzGX]"), "word boundaries and other places are not supported"),
    (re.compile(r"[*+?}]\+"), "possessive repetition is not supported"),
)
_CLASS = re.compile(r"\\[pP](?:\{\^?[A-Za-z_]+(?:=[A-Za-z_]+)?\}|[LMNPSZC])")
"""A class by property, of Unicode."""
_PIECE = re.compile(
    r"""(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\()|(?P<close>\))"""
    r"""|\{(?P<least>\d+)(?P<range>,)?(?P<most>\d*)\}|(?P<free>[*+?])|(?P<other>.)""",
    re.DOTALL,
)


def fault(pattern: object) -> str | None:
    """What is wrong with `pattern`; None: it is taken."""
    if not isinstance(pattern, str):
        return "a pattern must be a string"
    if len(pattern) > LONGEST:
        return f"the pattern has more than {LONGEST} characters"
    bare = _CLASS.sub("w", pattern.replace("\\\\", ""))
    for forbidden, problem in _FORBIDDEN:
        if forbidden.search(bare):
            return problem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(_as_python(pattern))
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"the pattern is not a regular expression: {error}"
    return _repeated(pattern)


def _as_python(pattern: str) -> str:
    """The pattern in Python's words, where only these differ."""
    named = re.sub(r"(\\.)|\(\?<(?=[A-Za-z_])", lambda f: f[1] or "(?P<", pattern, flags=re.S)
    return re.sub(r"(\\\\)|" + _CLASS.pattern, lambda found: found[1] or r"\w", named)


@dataclass(slots=True)
class _Size:
    """Of one part of a pattern."""

    nested: int = 1
    """The largest product of counts inside one another."""
    branches: int = 0
    """How often repetitions of no fixed count repeat."""

    def add(self, other: "_Size") -> None:
        self.nested = max(self.nested, other.nested)
        self.branches += other.branches


def _repeated(pattern: str) -> str | None:
    """Whether it repeats too much."""
    stack, last = [_Size()], _Size()
    free = 0
    # What closes a group makes it the part that a count after it repeats.
    for found in _PIECE.finditer(pattern):
        if found["open"]:
            stack[-1].add(last)
            stack.append(_Size())
            last = _Size()
        elif found["close"] and len(stack) > 1:
            stack[-1].add(last)
            last = stack.pop()
        elif found["least"] is not None or found["free"]:
            fixed = found["least"] is not None and not found["range"]
            times = 1 if found["free"] else max(_count(found["least"]), _count(found["most"]), 1)
            free += not fixed
            branches = last.branches * times + (0 if fixed else times * last.nested)
            last = _Size(last.nested * times, branches)
            if last.nested > MOST_REPEATS:
                return f"the pattern repeats more than {MOST_REPEATS} times"
        else:
            stack[-1].add(last)
            last = _Size()
    for part in (last, *reversed(stack[1:])):
        stack[0].add(part)
    if stack[0].branches * free > MOST_BRANCHES:
        return "the pattern has too many repetitions of no fixed count"
    return None


def _count(digits: str) -> int:
    # Numbers of more digits are cut: they are far above the limit anyway.
    return int(digits[:9] or 0)
