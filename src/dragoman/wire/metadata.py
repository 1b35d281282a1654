"""The field `metadata`: up to 16 labels that a caller puts on a thing of theirs."""

from collections.abc import Mapping

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.fields import SHOWN, Json, members, string

MAX_PAIRS = 16
MAX_KEY = 64
MAX_VALUE = 512


def metadata(value: Json, path: str) -> Mapping[str, str]:
    """Read the whole field; a `Check`."""
    pairs = members(value, path)
    if len(pairs) > MAX_PAIRS:
        raise RequestInvalid(
            f"Invalid '{path}': too many properties. Expected an object with at most {MAX_PAIRS} "
            f"properties, but got an object with {len(pairs)} properties instead.",
            param=path,
            code="object_above_max_properties",
        )
    for key in pairs:
        if len(key) > MAX_KEY:
            raise RequestInvalid(
                f"Invalid property name in '{path}': '{key[:SHOWN]}' is too long. Expected a "
                f"property name with maximum length {MAX_KEY}, but got a property name with "
                f"length {len(key)} instead.",
                param=path,
                code="property_name_above_max_length",
            )
    return {key: string(MAX_VALUE)(text, f"{path}.{key}") for key, text in pairs.items()}
