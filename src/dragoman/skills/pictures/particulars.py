"""Questions about one particular of pictures, which facts answer: how many, whether, which colour.

Only what the recognisers have a name for is taken; of anything else a question is not understood.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.domain.picture import Facts, Thing
from dragoman.skills.pictures.vocabulary import Vocabulary

Topic: TypeAlias = Literal["count", "presence", "colours", "colour_of", "text"]
TOPICS: tuple[Topic, ...] = ("text", "colours", "colour_of", "count", "presence")
"""In the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Particular:
    """What is asked: the topic, and of which thing, by the names that it may have in facts."""

    topic: Topic
    names: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The plainest of the names."""
        return min(self.names, key=lambda name: (len(name), name))

    def thing(self, facts: Facts) -> Thing | None:
        """The thing that was asked for, if its place is known."""
        return next((thing for thing in facts.things if thing.name in self.names), None)

    def is_subject(self, facts: Facts) -> bool:
        """Whether the picture's subject was asked for."""
        return facts.subject in self.names


@dataclass(frozen=True, slots=True)
class Particulars:
    """The patterns of `particulars.toml`, and the words that may stand in them."""

    patterns: tuple[tuple[Topic, re.Pattern[str]], ...]
    vocabulary: Vocabulary

    def read(self, sentence: str) -> Particular | None:
        """What `sentence` (small letters, no signs) asks; None: something else."""
        for topic, pattern in self.patterns:
            match = pattern.fullmatch(sentence)
            if match is None:
                continue
            if "thing" not in pattern.groupindex:
                return Particular(topic)
            groups = match.groupdict(default="")
            # 고양이 (a cat) ends like a word with a particle.
            whole = groups["thing"] + groups.get("particle", "")
            names = self.vocabulary.names(groups["thing"]) or self.vocabulary.names(whole)
            if names:
                return Particular(topic, names)
        return None
