"""Ignored fields: those without effect, named to the caller, never dropped in silence."""

from collections.abc import Container, Mapping, Sequence

from dragoman.wire.fields import Json

LONGEST = 2000
"""The most characters of the header: proxies in front have room for 4,096 of all headers
together."""


def ignored(body: Mapping[str, Json], without_effect: Container[str]) -> tuple[str, ...]:
    """The fields of a JSON body that have no effect; null is the same as absent."""
    sent = (name for name, value in body.items() if value is not None)
    return tuple(name for name in sent if name in without_effect)


def loosened(field: str, keywords: tuple[str, ...]) -> str:
    """The name of a schema of which only `keywords` had no effect; none: all of it had none."""
    return f"{field} ({' '.join(keywords)})" if keywords else field


def header(fields: Sequence[str]) -> str:
    """The value of the header: as many fields as `LONGEST` characters hold, and how many more."""
    taken = fields[:1]
    for each in fields[1:]:
        if len(", ".join((*taken, each))) > LONGEST:
            return ", ".join((*taken, f"and {len(fields) - len(taken)} more"))
        taken = (*taken, each)
    return ", ".join(taken)
