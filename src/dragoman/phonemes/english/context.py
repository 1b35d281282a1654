"""The probable part of speech of a word, by its neighbours: enough for most heteronyms."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from dragoman.phonemes.tables import listed

Part: TypeAlias = Literal["NOUN", "VERB", "VBD", "VBN", "ADJ", "None"]

BEFORE_VERBS = frozenset(
    listed(
        "to will would can could should must may might shall please don't didn't doesn't won't"
        " can't"
        " couldn't wouldn't shouldn't let's not do does did i you we they who never always often"
        " usually i'll you'll we'll they'll i'd we'd they'd you'd cannot help let"
    )
)
BEFORE_NOUNS = frozenset(
    listed(
        "the a an my your his her its our their this that these those some any no every each"
        " another"
        " of in on at by for from with new old first last next big small good bad great world long"
        " whole same own"
    )
)
PAST = frozenset(listed("yesterday ago last had has have was were already been just once"))
HAVE = frozenset(listed("have has had having i've you've we've they've be been is are was were"))
PERSONS = frozenset(listed("i he she we they you who"))


def part_of(words: list[str], at: int) -> Part:
    """The probable part of `words[at]`; `words` are a sentence's, in lower case."""
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if before in HAVE:
        return "VBN"
    if before in PERSONS and PAST & set(words):
        return "VBD"
    if before in BEFORE_VERBS:
        return "VERB"
    if before in BEFORE_NOUNS:
        return "NOUN"
    if at == 0 and after in {"the", "a", "an", "your", "my", "this", "it", "me", "them", "all"}:
        return "VERB"
    return "None"


def choose(word: str, entry: Mapping[str, str | None], part: Part, after: str) -> str | None:
    """The phonemes of `word` as that part of speech; None: it is spelled out."""
    wanted: tuple[str, ...] = (part,)
    if word == "used":
        wanted = ("VBD",) if after == "to" else ()
    elif word == "close" and part == "None":
        wanted = () if after in {"to", "by", "enough", "friend"} else ("VERB",)
    elif word == "live":
        wanted = () if part == "NOUN" else ("VERB",)
    elif part == "VBN":
        wanted = ("VBN", "VBD", "ADJ")
    return next((entry[key] for key in wanted if key in entry), entry["DEFAULT"])
