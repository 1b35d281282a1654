"""Words for which the CMU's dictionary is believed and not misaki's: read through, one by one.

Both were compared on the 60,000 commonest words and on 3,900 names (`bench/english_words.py`).
"""

from dragoman.phonemes.english.arpabet import Region
from dragoman.phonemes.tables import listed

OTHER_WORDS = frozenset(listed("beth karen marci tori"))
"""The names that misaki's dictionaries give to another word, in both regions."""
NAMES = OTHER_WORDS | frozenset(
    listed(
        "alfredo anna barry bowie bowser caleb canales carlos chopin colleen cortes denis"
        " emilia flores"
        " germain gunther hagen hamm houser isabelle kearney kris lena lourdes lowery lowry"
        " lund lyons"
        " margot maria marcos moran nieves odell pauline pierre polk quinton randolph regina reno"
        " roberto robles rowan samuel shea vela wilder woodrow xi"
    )
)
"""The words that are preferred with a capital only."""
WORDS = frozenset(
    listed(
        "aches affect affects animating apaches autographed autographs banged bola breathed chennai"
        " cincinnati cursed czechs deniability derby disgust disgusted disgusting disguise"
        " disguised"
        " dissolving distributing drawing dumbledore focussed graphs initiate initiated initiates"
        " installation institutionalized kroner lithographs loathing monarchs mongering"
        " morphs nineties"
        " ninety nursed obstacle obstacles obstetrician philosophic photographs premiere"
        " raced replicate"
        " replicated resent residing revisit scavenging stipulated stomachs terminate"
        " thankyou tours"
        " typed viva wanting wont wormwood"
    )
)
"""The American words whose entry is a slip: "drawing" as "droying", "typed" with a d at its end."""


def is_preferred(word: str, region: Region) -> bool:
    """Whether `word`, as it is written, is to be looked up in the CMU's dictionary first."""
    lower = word.lower()
    if region == "gb":
        return lower in OTHER_WORDS and word[:1].isupper()
    return lower in WORDS or (lower in NAMES and word[:1].isupper())
