"""Members of a body that have no effect, taken out before it is read, and named.

Those on a list of ours are always taken out; those that nobody knows only where the operator says
so (`tell`), else whoever reads the body refuses them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from dragoman.wire.fields import Json

Unknown: TypeAlias = Literal["refuse", "tell"]
"""The treatment of fields that nobody knows."""

MOST_NAMES = 48
"""The most names of fields in a header."""
LONGEST_NAME = 64


@dataclass(slots=True)
class Sieve:
    """Takes members out, and remembers their names."""

    unknown: Unknown
    names: dict[str, None] = field(default_factory=dict[str, None])
    """The names, in the order in which the members came."""

    def without(
        self, value: Json, path: str, idle: Collection[str], known: Collection[str] | None = None
    ) -> Json:
        """The object without its `idle` members; `known` are the others, None: any other stays.

        What is no object comes back as it is; null is the same as absent, and not named.
        """
        if not isinstance(value, dict):
            return value
        members = cast("Mapping[str, Json]", value)
        strange = known is not None and self.unknown == "tell"
        kept: dict[str, Json] = {}
        for name, member in members.items():
            lost = name in idle and (known is None or name not in known)
            if lost or (strange and name not in (known or ())):
                if member is not None:
                    self.names[f"{path}.{name}" if path else name] = None
            else:
                kept[name] = member
        return kept

    def note(self, value: Json, path: str, *idle: str) -> None:
        """Name the `idle` members of an object, which stay: whoever reads it checks their form."""
        if isinstance(value, dict):
            members = cast("Mapping[str, Json]", value)
            self.names |= {f"{path}.{name}": None for name in idle if members.get(name) is not None}


def listed(names: Collection[str]) -> tuple[str, ...]:
    """The names as a header can carry them: short, few, and without what would end it."""
    shown = [_plain(name) for name in list(names)[:MOST_NAMES]]
    more = len(names) - len(shown)
    return (*shown, f"and {more} more") if more else tuple(shown)


def _plain(name: str) -> str:
    cut = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."
    return "".join(sign if "!" <= sign <= "~" and sign != "," else "?" for sign in cut)
