"""How many remainders the `multipleOf` that hold for one value have, taken together.

The grammar engine makes a state for each remainder, some 0.1 ms of work and more memory.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

from dragoman.engines.llama_cpp.constraints.references import Json

MOST_REMAINDERS = 10_000
"""The largest multipleOf in units of its last digit, all that hold for one value together."""
SMALLEST_PART = 10**9
"""One of so many is the last digit that a multipleOf may have."""


def remainders(parts: Iterable[dict[str, Json]]) -> int:
    """The size of the least common multiple of all `multipleOf`, in units of its last digit."""
    least = Fraction(0)
    for part in parts:
        multiple = part.get("multipleOf")
        if isinstance(multiple, int | float):
            one = Fraction(str(multiple))
            both = (lcm(least.numerator, one.numerator), gcd(least.denominator, one.denominator))
            least = Fraction(*both) if least else one
    digits = 1
    while least.numerator * digits % least.denominator:
        digits *= 10
    if digits > SMALLEST_PART:
        return MOST_REMAINDERS + 1
    return least.numerator * digits // least.denominator
