"""Which fields of a request had no effect: named to the caller, never dropped in silence."""

from collections.abc import Container, Mapping

from dragoman.wire.fields import Json


def ignored(body: Mapping[str, Json], without_effect: Container[str]) -> tuple[str, ...]:
    """The fields of a JSON body that are sent and have no effect; null is the same as absent."""
    sent = (name for name, value in body.items() if value is not None)
    return tuple(name for name in sent if name in without_effect)
