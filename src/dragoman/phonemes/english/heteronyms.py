"""Heteronyms, written alike and said in two ways, that the part of speech does not tell.

Misaki's dictionaries have one way of them, or the other way for a wrong part of speech.
"""

import re
from collections.abc import Sequence

from dragoman.phonemes.english.arpabet import Region, phonemes

NEIGHBOURS = 2
"""The number of words on each side that are looked at."""
_FISH = "(?:sea|striped|largemouth|smallmouth|rock|caught|catch|grilled|fried|lake|fresh|baked)"
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "bass": (
        ("B AE1 S", rf"{_FISH} (?:a |the |some )?_| _ (?:fishing|fillets?|fish|boats?|lures?)"),
        ("B EY1 S", "_"),
    ),
    "bow": (
        ("B AW1", "(?:take|takes|took|taking|taken) (?:a|his|her|their|final|one) _"),
        ("B AW1", "_ (?:down|out|before|your|his head|her head|their heads?|of the (?:ship|boat))"),
        ("B AW1", "(?:to|must|will|they|we|i|and) _ (?:to|in|and|$)"),
    ),
    "close": (
        ("K L OW1 Z", "(?:to a|at the|the) _ (?:of|$)"),
        (
            "K L OW1 S",
            (
                " (?:very|so|too|really|pretty|quite|as|how|extremely|fairly|stay|stayed"
                "|stays|came|come"
                "|comes|got|get|gets|getting|hold|kept|keep) _ "
            ),
        ),
        (
            "K L OW1 S",
            (
                "_ (?:game|friends?|call|calls|race|look|second|match|relationships?|eye|watch"
                "|famil(?:y|ies)|contest|relatives?|ally|allies|quarters|range|proximity|up"
                "|election"
                "|vote|ties|attention|contact|combat|encounters?|shave|shots?|circle"
                "|together|behind"
                "|enough)"
            ),
        ),
    ),
    "dove": (
        (
            "D OW1 V",
            (
                " (?:i|he|she|it|we|they|who|and|then|you) _ (?:in|into|down|deep|off|under"
                "|right|for"
                "|headfirst|straight|at|behind)"
            ),
        ),
    ),
    "graduate": (
        (
            "G R AE1 JH AH0 W EY2 T",
            (
                " (?:to|will|would|can|could|may|must|should|i|we|they|you|who|students|not|didn't"
                "|doesn't|don't|did|graduates) _"
            ),
        ),
    ),
    "invalid": (("IH0 N V AE1 L AH0 D", "(?!(?:an|the|elderly|chronic) _ (?:$|who|and|in))"),),
    "lead": (
        (
            "L EH1 D",
            (
                "_ (?:pipes?|poisoning|paints?|acid|levels|contamination|bullets?|shot|ore"
                "|oxide|crystal"
                "|exposure|dust|solder|content|sheets?|weights?|mines?|smelt\\w+)"
            ),
        ),
        ("L EH1 D", "(?:made of|made from|like a|tons? of|traces? of|amounts? of|levels of) _"),
        ("L EH1 D", " (?:molten|toxic|in|mercury and|zinc and|as heavy as) _ $| _ and mercury"),
    ),
    "live": (
        (
            "L AY1 V",
            (
                " (?:is|was|are|were|be|been|being|going|go|goes|went|gone|watch|watched|streamed"
                "|streaming|broadcast|recorded|performed|playing|played|airs|aired|now"
                "|it) _ (?:$|now|on"
                "|from|at|in concert|tonight|today|in \\d)"
            ),
        ),
        (
            "L AY1 V",
            (
                "(?<!to )(?<!i )(?<!we )(?<!they )(?<!you )_ (?:music|concerts?|shows?"
                "|streams?|streaming"
                "|events?|broadcasts?|performances?|audience|tv|television|coverage|feed"
                "|chat|updates?"
                "|wires?|ammunition|animals|bands?|recordings?|albums?|versions?|from"
                "|demos?|videos?"
                "|sports?|sessions?|births?|bait|data|site|stage|footage|blog)"
            ),
        ),
        ("L AY1 V", " (?:watch|watching|see|seen|saw) \\w+ _ $"),
    ),
    "minute": (
        (
            "M AY0 N UW1 T",
            (
                "_ (?:details?|amounts?|quantit(?:y|ies)|traces?|particles?|fractions?|differences?"
                "|changes|doses?|variations?)"
            ),
        ),
    ),
    "polish": (("P AA1 L IH0 SH", "^ _ (?:the|your|it|a|up|off|until|with)"),),
    "produce": (
        (
            "P R OW1 D UW0 S",
            (
                "(?:fresh|local|organic|seasonal|farm|garden|homegrown|rotten) _|_ (?:aisle"
                "|section|stand"
                "|department|market)"
            ),
        ),
    ),
    "resume": (
        (
            "R EH1 Z AH0 M EY2",
            (
                " (?:a|the|my|your|his|her|their|our|updated|strong|attached|one-page"
                "|good) _|_ (?:builder"
                "|template|writing|tips|format)"
            ),
        ),
    ),
    "tears": (
        (
            "T EH1 R Z",
            (
                " (?:he|she|it|who|that|which) _ (?:the|a|it|up|down|apart|off|at|through"
                "|his|her|open"
                "|into|away|out)"
            ),
        ),
    ),
    "wound": (
        ("W AW1 N D", " (?:i|he|she|it|we|they|who|road|river|path|trail|street|clock) _"),
        ("W AW1 N D", "_ (?:up|around|down|its|their way|his way|her way|through|along|tightly)"),
    ),
}
"""The ways to say each word, of which the first that fits is taken: phones, and the words around
it, "_"."""


def heteronym(words: Sequence[str], at: int, region: Region) -> str | None:
    """The phones of `words[at]` by its neighbours; None: as the dictionary has it."""
    ways = WAYS.get(words[at])
    if ways is None:
        return None
    before, after = words[max(0, at - NEIGHBOURS) : at], words[at + 1 : at + 1 + NEIGHBOURS]
    around = " ".join(["", *before, "_", *after, ""])
    phones = next((phones for phones, way in ways if re.search(way, around)), None)
    return phonemes(phones.split(), region, words[at]) if phones else None
