"""Which regular expressions are taken in schemas: those without look-around or back-references.

Matching such a pattern takes linear time, and the grammar engine knows all of it.
"""

import re
import warnings

LONGEST = 512
MOST_REPEATS = 2000
"""Product of nested counted repetitions."""

_FORBIDDEN = (
    (re.compile(r"\(\?(=|!|<=|<!)"), "look-around is not supported"),
    (re.compile(r"\(\?P?[<=(>]|\\k|\\[1-9]"), "groups with names and back-references are not"),
    (re.compile(r"\(\?[a-zA-Z-]+[):]"), "flags are not supported"),
    (re.compile(r"\\[bBAZzGpPX]"), "word boundaries and classes by property are not supported"),
    (re.compile(r"[*+?}]\+"), "possessive repetition is not supported"),
)


def fault(pattern: object) -> str | None:
    """What is wrong with `pattern`; None: it is taken."""
    if not isinstance(pattern, str):
        return "a pattern must be a string"
    if len(pattern) > LONGEST:
        return f"the pattern has more than {LONGEST} characters"
    bare = pattern.replace("\\\\", "")
    for forbidden, problem in _FORBIDDEN:
        if forbidden.search(bare):
            return problem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"the pattern is not a regular expression: {error}"
    product = 1
    for count in re.finditer(r"\{(\d+)(?:,(\d*))?\}", bare):
        product *= max(1, *(int(bound) for bound in count.groups() if bound))
    if product > MOST_REPEATS:
        return f"the pattern repeats more than {MOST_REPEATS} times"
    return None
