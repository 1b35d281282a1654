"""The comparison of pictures by their facts."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from dragoman.domain.picture import Facts

Aspect: TypeAlias = Literal["content", "text", "colours", "size"]


def differences(all_facts: Sequence[Facts]) -> list[Aspect]:
    """The aspects in which not all pictures are alike, the weightiest first."""
    alike: dict[Aspect, int] = {
        "content": len({(facts.subject, _things(facts)) for facts in all_facts}),
        "text": len({facts.text for facts in all_facts}),
        "colours": len({(facts.kind, facts.colours) for facts in all_facts}),
        "size": len({(facts.width, facts.height) for facts in all_facts}),
    }
    return [aspect for aspect, kinds in alike.items() if kinds > 1]


def _things(facts: Facts) -> frozenset[tuple[str, int]]:
    return frozenset((thing.name, thing.count) for thing in facts.things)
