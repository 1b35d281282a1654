"""Which regular expressions are taken in schemas: those without look-around or back-references.

Matching such a pattern takes linear time, and the grammar engine knows all of it.
"""

import re
import time
import warnings
from dataclasses import dataclass, field
from math import prod

from llguidance import LLMatcher, LLTokenizer

from dragoman.engines.llama_cpp.constraints import grammar

LONGEST = 4096
MOST_REPEATS = 2000
"""Product of nested counted repetitions."""
MOST_BRANCHES = 3_000
"""How often repetitions of no fixed count repeat, all together, times how many of them there are.

The grammar engine gives up on a step of more, in the middle of a text. Repetitions inside one
another multiply; those one after the other add up. Of options, the most that one has counts.
"""

FEW_BRANCHES = 500
"""The most branches without a trial; with more, or with counts in a row whose product is above
`MOST_REPEATS`, a text is tried."""
TRIAL_STEPS = 48
SLOWEST_TRIAL_S = 0.25
"""The most seconds of processor time for one pattern."""
_LETTERS = list(b"lorem ip")
"""Bytes that many parts of a pattern match."""

_FORBIDDEN = (
    (re.compile(r"\(\?(=|!|<=|<!)"), "look-around is not supported"),
    (re.compile(r"\(\?P[=>]|\(\?\(|\\k|\\[1-9]"), "back-references are not supported"),
    (re.compile(r"\(\?[a-zA-Z-]+[):]"), "flags are not supported"),
    (re.compile(r"\\[bBAZzGX]"), "word boundaries and other places are not supported"),
    (re.compile(r"[*+?}]\+"), "possessive repetition is not supported"),
)
_CLASS = re.compile(r"\\[pP](?:\{\^?[A-Za-z_]+(?:=[A-Za-z_]+)?\}|[LMNPSZC])")
"""A class by property, of Unicode."""
_COUNTS = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_PIECE = re.compile(
    r"""(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\()|(?P<close>\))"""
    r"""|\{(?P<least>\d+)(?P<range>,)?(?P<most>\d*)\}|(?P<free>[*+?])|(?P<other>.)""",
    re.DOTALL,
)


def fault(pattern: object) -> str | None:
    """The reason why `pattern` is refused; None: it is accepted."""
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
    return re.sub(r"(\\\\)|" + _CLASS.pattern, lambda match: match[1] or r"\w", named)


@dataclass(slots=True)
class _Size:
    """Of a part of a pattern."""

    nested: int = 1
    """The largest product of counts inside one another."""
    branches: int = 0
    """How often repetitions of no fixed count repeat."""
    free: int = 0
    """How many of those there are."""

    def then(self, other: "_Size") -> "_Size":
        """One after the other."""
        nested = max(self.nested, other.nested)
        return _Size(nested, self.branches + other.branches, self.free + other.free)

    def either(self, other: "_Size") -> "_Size":
        """One or the other."""
        nested, free = max(self.nested, other.nested), max(self.free, other.free)
        return _Size(nested, self.branches + other.branches, free)

    def times(self, count: int, *, fixed: bool) -> "_Size":
        """It, repeated."""
        branches = self.branches * count + (0 if fixed else count * self.nested)
        return _Size(self.nested * count, branches, self.free + (not fixed))


@dataclass(slots=True)
class _Group:
    """A group as far as it is read: ended options, the one under way, and its last part."""

    ended: _Size = field(default_factory=_Size)
    current: _Size = field(default_factory=_Size)
    last: _Size = field(default_factory=_Size)

    def part(self, last: _Size | None = None) -> None:
        """Begin the next part."""
        self.current = self.current.then(self.last)
        self.last = last or _Size()

    def size(self) -> _Size:
        """All of it; another option may begin after that."""
        self.part()
        self.ended, self.current = self.ended.either(self.current), _Size()
        return self.ended


def _repeated(pattern: str) -> str | None:
    """Whether it repeats too much."""
    groups = [_Group()]
    for match in _PIECE.finditer(pattern):
        if match["open"]:
            groups.append(_Group())
        elif match["close"] and len(groups) > 1:
            closed = groups.pop().size()
            groups[-1].part(closed)
        elif match["least"] is not None or match["free"]:
            fixed = match["least"] is not None and not match["range"]
            count = 1 if match["free"] else max(_count(match["least"]), _count(match["most"]), 1)
            groups[-1].last = groups[-1].last.times(count, fixed=fixed)
            if groups[-1].last.nested > MOST_REPEATS:
                return f"the pattern repeats more than {MOST_REPEATS} times"
        elif match["other"] == "|":
            groups[-1].size()
        else:
            groups[-1].part()
    size = groups[0].size()
    branches = size.branches * size.free
    counts = [max(map(_count, match)) for match in _COUNTS.findall(pattern)]
    tried = branches > FEW_BRANCHES or (branches > 0 and prod(counts) > MOST_REPEATS)
    if branches > MOST_BRANCHES or (tried and not _is_followed(pattern)):
        return "the pattern has too many repetitions of no fixed count"
    return None


def _is_followed(pattern: str) -> bool:
    """Whether the grammar engine gets through a text under it, and soon."""
    rules = grammar.document({"type": "string", "pattern": pattern})
    matcher = LLMatcher(LLTokenizer("byte"), rules, log_level=0)
    started = time.thread_time()
    for _ in range(TRIAL_STEPS):
        # Several at once, as in tokens: the engine's patience is counted by the step.
        matcher.try_consume_tokens(_LETTERS)
        weights = matcher.compute_logit_bias()
        if matcher.is_error() or time.thread_time() - started > SLOWEST_TRIAL_S:
            return False
        allowed = [byte for byte in range(256) if byte < len(weights) and weights[byte]]
        if not allowed:
            return True
        letters = [byte for byte in allowed if byte in _LETTERS]
        matcher.consume_token((letters or allowed)[0])
        if matcher.is_stopped():
            return not matcher.is_error()
    return True


def _count(digits: str) -> int:
    # Numbers of more digits are cut: they are far above the limit anyway.
    return int(digits[:9] or 0)
