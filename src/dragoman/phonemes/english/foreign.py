"""Foreign names in English text, as English speakers say them."""

import re
from collections.abc import Mapping

from dragoman.phonemes.tables import paired

KNOWN: Mapping[str, str] = {
    "besancon": "B AH0 Z AA1 N S AO0 N",
    "bydgoszcz": "B IH1 D G AO2 SH CH",
    "chisinau": "K IH2 SH IH0 N AW1",
    "cordoba": "K AO1 R D AH0 B AH0",
    "czestochowa": "CH EH2 N S T AH0 HH OW1 V AH0",
    "dvořák": "D V AO1 R ZH AA0 K",
    "erdogan": "EH1 R D AH0 W AA2 N",
    "iasi": "Y AA1 SH IY0",
    "ibrahimovic": "IH2 B R AH0 HH IY1 M OW0 V IH0 CH",
    "lviv": "L AH0 V IY1 V",
    "medellin": "M EH2 D AH0 Y IY1 N",
    "munchen": "M UH1 N SH AH0 N",
    "nestlé": "N EH1 S L EY0",
    "niš": "N IY1 SH",
    "poznan": "P AO1 Z N AA0 N",
    "szczecin": "SH CH EH1 CH IY0 N",
    "timisoara": "T IH2 M IH0 SH W AA1 R AH0",
    "wroclaw": "V R AO1 T S W AA0 F",
    "łódź": "W UH1 CH",
}
"""The phones of names that the dictionaries do not have, or have otherwise; with their accents
where without them they are another word."""
_SPELLINGS: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...] = (
    (
        re.compile("[ąęłśźżŁŚŹŻ]"),
        paired(
            "szcz=shch sz=sh cz=ch rz=zh ch=h dź=j dż=j ść=shch ś=sh ć=ch ź=zh ż=zh ń=n ł=w ó=oo"
            " ą=on ę=en w=v j=y ki=kee ci=chi c=ts"
        ),
    ),
    (re.compile("[ğşıİŞ]"), paired("c=j ç=ch ş=sh ğ= ı=i j=zh")),
    (re.compile("[țșţ]"), paired("ț=ts ţ=ts ș=sh ă=a ci=chi ce=che")),
    (
        re.compile("[čćěřšžČĆŘŠŽ]"),
        paired("č=ch ć=ch đ=j š=sh ž=zh ř=rzh ě=ye ď=d ť=t ň=n ů=oo ch=h j=y c=ts"),
    ),
)
"""Letters that few languages have, and how these spell what English spells otherwise."""


def respelled(name: str) -> str | None:
    """A name by the spelling of its own language, in English spelling: Dončić is "Donchich"."""
    sounds = next((sounds for letters, sounds in _SPELLINGS if letters.search(name)), None)
    if sounds is None:
        return None
    longest = "|".join(sorted(sounds, key=len, reverse=True))
    return re.sub(longest, lambda match: sounds[match[0]], name.lower()).capitalize()
