"""Questions about one particular of pictures: how many, whether, which colour.

Only what the recognisers have a name for is taken; of anything else a question is not understood.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.domain.picture import Facts, Thing
from dragoman.skills.pictures.vocabulary import Vocabulary

Topic: TypeAlias = Literal["count", "presence", "colours", "colour_of", "text"]
TOPICS: tuple[Topic, ...] = ("text", "colours", "colour_of", "count", "presence")
"""The topics, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Particular:
    """A question about one particular: its topic, and the thing by its possible names in facts."""

    topic: Topic
    names: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The plainest name of the thing."""
        return min(self.names, key=lambda name: (len(name), name))

    def thing(self, facts: Facts) -> Thing | None:
        """The thing of the question, if its place is known."""
        return next((thing for thing in facts.things if thing.name in self.names), None)

    def is_subject(self, facts: Facts) -> bool:
        """Whether the question is about the picture's subject."""
        return facts.subject in self.names


@dataclass(frozen=True, slots=True)
class Particulars:
    """The patterns of `particulars.toml`, and the words that may stand in them."""

    patterns: tuple[tuple[Topic, re.Pattern[str]], ...]
    vocabulary: Vocabulary

    def read(self, sentence: str) -> Particular | None:
        """The particular that `sentence` (small letters, no signs) asks for; None: it is none."""
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
