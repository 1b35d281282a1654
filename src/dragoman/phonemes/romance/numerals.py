"""Roman numerals behind names and chapters, where a single letter is a number, too."""

import re

from dragoman.phonemes.romance.vocabulary import Vocabulary
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import listed

ROMAN = re.compile(r"(?=[IVXLC])(X{0,3}|X?L|LX{0,3}|XC)(IX|IV|V?I{0,3})$")
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
QUEENS = listed(
    "Isabel Isabella Isabelle Elisabetta Élisabeth Elizabeth Catalina Caterina Catarina Catherine"
    " María Maria Marie Victoria Vitória Margarita Margherita Margarida Juana Giovanna Cristina"
)
KINGS = listed(
    "Felipe Filippo Filipe Philippe Carlos Carlo Charles Alfonso Afonso Fernando Ferdinando"
    " Ferdinand Fernand Juan Giovanni João Jean Enrique Enrico Henrique Henri Luis Luigi Luís Louis"
    " Pedro Pietro Pierre Pablo Paolo Paulo Paul Pío Pio Pie Benedicto Benedetto Bento Benoît Jorge"
    " Giorgio Georges Eduardo Edoardo Édouard Guillermo Guglielmo Guilherme Guillaume Federico"
    " Frederico Frédéric Napoleón Napoleone Napoleão Napoléon Francisco Francesco François Sancho"
    " Jaime Jacques Ramiro Alejandro Alessandro Alexandre León Leone Leão Léon Gregorio Gregório"
    " Grégoire Clemente Clément Inocencio Innocenzo Inocêncio Innocent Urbano Urbain Nicolás Nicola"
    " Nicolau Nicolas Iván Ivan Vittorio Víctor Vítor Emanuele Manuel Umberto Dinis Sebastião"
    " Ricardo Riccardo Richard Ramsés Ramses Ptolomeo Tolomeo Jacobo Giacomo Otón Ottone"
    " Otto Carol Haakon"
)
BEFORE_KINGS = re.compile(rf"\b(?:{'|'.join(KINGS)})\ $")
BEFORE_QUEENS = re.compile(rf"\b(?:{'|'.join(QUEENS)})\ $")
BEFORE_PARTS = re.compile(
    r"\b(?i:siglos?|secolo|siècle|século|cap[ií]tulo|capitolo|chapitre|tomo|tome|volumen|volume"
    r"|acto|atto|acte|ato|parte|partie|libro|livro|livre|título|titolo|titre|fase|phase"
    r"|artículo|articolo|article|artigo|apéndice|appendice|sección|sezione|section|seção"
    r"|s\.|ss\.|s[eé]c\.|escena|scena|scène|cena|canto|nivel|niveau|livello|nível|grado|grau)\ $"
)

CENTURY = re.compile(r"\ (?:secolo|sec\.|capitolo|congresso|canto)")
"""The Italian words for a century, which the number goes before."""


def value(numeral: str) -> int | None:
    """The value of a Roman numeral: XIV is 14; None for what is no numeral."""
    if not ROMAN.match(numeral):
        return None
    values = [VALUES[sign] for sign in numeral]
    return sum(-each if each < max(values[at:]) else each for at, each in enumerate(values))


def _is_initial(match: re.Match[str]) -> bool:
    """Whether a letter is that of a name ("Pedro V. Silva"), not a number at the end."""
    after = match.string[match.end() :].rstrip()
    return len(match[0]) == 1 and len(after) > 1 and after[0] == "."


def rules(own: Vocabulary) -> tuple[Rule, ...]:
    """The rules for numerals of rulers and chapters; to be tried before other numerals."""

    def say(match: re.Match[str]) -> str | None:
        number = value(match[0])
        before = match.string[max(0, match.start() - 24) : match.start()]
        is_queen = BEFORE_QUEENS.search(before) is not None
        if number is None or _is_initial(match):
            return None
        if is_queen or BEFORE_KINGS.search(before):
            if number <= own.last_ordinal_king:
                return own.ordinal(number, "f" if is_queen else "m")
            return own.cardinal(number)
        if BEFORE_PARTS.search(before):
            return own.ordinal(number, "m") if own.kings_are_ordinal else own.cardinal(number)
        if own.kings_are_ordinal and CENTURY.match(match.string, match.end()):
            return own.ordinal(number, "m")
        return None

    return (rule(r"\b[IVXLC]+\b(?!['’\w])", say),)
