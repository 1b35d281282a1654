"""Places to breathe in a sentence that is too long for one breath and has no marks."""

import re
from collections.abc import Mapping, Sequence

from dragoman.phonemes.scan import Language
from dragoman.phonemes.tables import listed

CLAUSE, PHRASE, ANYWHERE, INSIDE = 3, 2, 1, 0
"""The worth of a place to breathe: before a clause, before a phrase, between words, inside a
phrase."""


def _sets(words: Mapping[Language, str]) -> Mapping[Language, frozenset[str]]:
    return {code: frozenset(listed(own)) for code, own in words.items()}


CLAUSES: Mapping[Language, frozenset[str]] = _sets(
    {
        "en": "and but or nor so yet because although though while when whenever where which who"
        " whose if unless until since whereas then that",
        "es": "y e pero sino o u porque aunque mientras cuando donde que quien si pues luego como",
        "fr": "et mais ou donc or car parce quoique quand lorsque où qui que dont si puis comme",
        "it": "e ed ma o oppure perché mentre quando dove che chi se poi quindi come",
        "pt": "e mas ou porque embora enquanto quando onde que quem se depois como pois",
    }
)
"""The words that begin a clause."""
PHRASES: Mapping[Language, frozenset[str]] = _sets(
    {
        "en": "in on at to from with without for by into onto over under through between among"
        " during against towards toward about across along around behind beyond near after before"
        " as than like beside beneath above below inside outside of",
        "es": "a ante bajo con contra de del desde durante en entre hacia hasta para por según sin"
        " sobre tras al",
        "fr": "à au aux avec chez contre dans de des du depuis derrière devant en entre jusque"
        " jusqu'à par pendant pour sans sous sur vers",
        "it": "a ad al alla ai alle con contro da dal dalla dei del della dello delle di durante in"
        " nel nella fra tra per senza sopra sotto su sul sulla verso",
        "pt": "a à ao aos às com contra da das de desde do dos durante em entre na nas no nos para"
        " pela pelo por sem sob sobre até",
    }
)
"""The words that begin a phrase: never parted from the word after them."""
BOUND: Mapping[Language, frozenset[str]] = _sets(
    {
        "en": "a an the my your his her its our their this these those some any no every each all"
        " both is are was were be been being am have has had having will would can could shall"
        " should may might must do does did not very more most too i you he she we they it there"
        " mr mrs ms dr st i'm it's he's she's",
        "es": "el la los las lo un una unos unas mi mis tu tus su sus este esta estos estas ese esa"
        " es son era fue ha han he hay se me te le les nos no muy más tan cada todo toda todos",
        "fr": "le la les l' un une des mon ma mes ton ta tes son sa ses notre nos votre vos leur"
        " leurs ce cet cette ces est sont était a ont ai se me te ne pas très plus je tu il elle"
        " on nous vous ils elles chaque tout tous toute",
        "it": "il lo la i gli le un uno una mio mia tuo tua suo sua questo questa quel quella è"
        " sono era ha hanno ho si mi ti ci vi non molto più ogni tutto tutta tutti",
        "pt": "o a os as um uma uns umas meu minha teu tua seu sua este esta esse essa é são era"
        " foi tem há se me te lhe não muito mais cada todo toda todos",
    }
)
"""Other words that are never parted from the word after them."""
AFTER_CLAUSE = re.compile(
    "(?:고|며|면서|지만|는데|은데|니까|어서|아서|면|도록|려고|て|ので|から|けど|が)$"
)
AFTER_PHRASE = re.compile("(?:을|를|에|에서|에게|으로|로|까지|부터|보다|は|を|に|で|と|も)$")
"""The ends of words after which a Korean or Japanese clause or phrase ends."""


def worth(words: Sequence[str], at: int, language: Language) -> int:
    """The worth of a breath before word number `at`."""
    before, after = (re.sub(r"\W+$", "", words[n].lower().replace("’", "'")) for n in (at - 1, at))
    if language in ("ko", "ja", "zh"):
        if AFTER_CLAUSE.search(before):
            return CLAUSE
        return PHRASE if AFTER_PHRASE.search(before) else ANYWHERE
    clauses, phrases, bound = CLAUSES[language], PHRASES[language], BOUND[language]
    if before in bound or before in phrases or before in clauses:
        return INSIDE
    if after in clauses:
        return CLAUSE
    return PHRASE if after in phrases else ANYWHERE
