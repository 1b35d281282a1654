"""What was written down, compared by its words."""

import re
from difflib import SequenceMatcher


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def likeness(text: str, other: str) -> float:
    """How much of the words is shared, in order: 0 to 1.

    A stream and a whole answer, or two processors, may differ in a word that is hard to hear.
    """
    return SequenceMatcher(None, words(text), words(other), autojunk=False).ratio()
