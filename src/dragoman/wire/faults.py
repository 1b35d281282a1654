"""Faults of a field, in OpenAI's words: the same for JSON and for forms."""

from collections.abc import Sequence

from dragoman.domain.errors import RequestInvalid

LONGEST_SHOWN = 40
"""The characters of a number that a message repeats."""
LONGEST_TEXT = 200
"""The characters of a text, or of a field's name, that a message repeats."""


def missing(path: str) -> RequestInvalid:
    """The error for a required field that is absent."""
    message = f"Missing required parameter: '{path}'."
    return RequestInvalid(message, param=path, code="missing_required_parameter")


def unknown(path: str) -> RequestInvalid:
    """The error for a field that nobody knows."""
    path = clipped(path)
    return RequestInvalid(f"Unknown parameter: '{path}'.", param=path, code="unknown_parameter")


def wrong_type(path: str, expected: str, got: str) -> RequestInvalid:
    """The error for a value of another type than the field's; both types have their article."""
    message = f"Invalid type for '{path}': expected {expected}, but got {got} instead."
    return RequestInvalid(message, param=path, code="invalid_type")


def not_among(path: str, value: str, choices: Sequence[str]) -> RequestInvalid:
    """The error for a value that is none of the choices."""
    message = f"Invalid value: '{clipped(value)}'. Supported values are: {listed(choices, 'and')}."
    return RequestInvalid(message, param=path, code="invalid_value")


def clipped(text: str, most: int = LONGEST_TEXT) -> str:
    """The caller's text, clipped to what a message repeats of it."""
    return text if len(text) <= most else f"{text[:most]}…"


def listed(values: Sequence[str], last: str) -> str:
    """`'a', 'b', and 'c'`, or `'a' or 'b'`, as OpenAI writes lists."""
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return f" {last} ".join(quoted)
    return f"{', '.join(quoted[:-1])}, {last} {quoted[-1]}"


def check_bounds(
    path: str, kind: str, number: float, bounds: tuple[float | None, float | None], shown: object
) -> None:
    """Check that a number of the kind `integer` or `decimal` is inside its bounds.

    `shown` is the value as the caller wrote it.

    Raises:
        RequestInvalid: it is below the first or above the second; None: there is no such bound.
    """
    low, high = bounds
    for beyond, side, sign, bound in (
        (low is not None and number < low, "below minimum", ">=", low),
        (high is not None and number > high, "above maximum", "<=", high),
    ):
        if beyond:
            cut = clipped(str(shown), LONGEST_SHOWN)
            short = side.removesuffix("imum").replace(" ", "_")
            raise RequestInvalid(
                f"Invalid '{path}': {kind} {side} value. "
                f"Expected a value {sign} {bound}, but got {cut} instead.",
                param=path,
                code=f"{kind}_{short}_value",
            )
