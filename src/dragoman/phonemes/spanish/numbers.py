"""Numbers in Spanish words."""

from dragoman.phonemes.romance.vocabulary import Gender
from dragoman.phonemes.tables import listed

SMALL = listed(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro"
    " veinticinco veintiséis veintisiete veintiocho veintinueve"
)
TENS = listed("_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa")
HUNDREDS = listed(
    "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos"
    " novecientos"
)
ORDINALS = listed(
    "cero primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo undécimo"
    " duodécimo decimotercero decimocuarto decimoquinto decimosexto decimoséptimo decimoctavo"
    " decimonoveno vigésimo"
)
SCALES = (
    (10**12, "un billón", "billones"),
    (10**6, "un millón", "millones"),
    (1000, "mil", "mil"),
)
FRACTIONS = listed("_ _ medios tercios cuartos quintos sextos séptimos octavos novenos décimos")


def cardinal(number: int) -> str:
    """A whole number from 0 on, in words: 21 → "veintiuno"."""
    if number < 30:
        return SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (f" y {SMALL[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        if number == 100:
            return "cien"
        return HUNDREDS[hundreds] + (f" {cardinal(rest)}" if rest else "")
    size, one, many = next(scale for scale in SCALES if number >= scale[0])
    count, rest = divmod(number, size)
    head = one if count == 1 else f"{counted(count)} {many}"
    return head + (f" {cardinal(rest)}" if rest else "")


def counted(number: int, gender: Gender = "m") -> str:
    """A number before a noun: "un", "una", "veintiún", "doscientas"."""
    said = cardinal(number)
    if gender == "f":
        said = said.replace("cientos", "cientas").replace("quinientos", "quinientas")
        return said[:-1] + "a" if said.endswith("uno") else said
    if said.endswith("veintiuno"):
        return said[:-3] + "ún"
    return said.removesuffix("o") if said.endswith("uno") else said


def ordinal(number: int, gender: Gender = "m") -> str:
    """The ordinal of a number: 3 → "tercero"; above 20 a plain number, as people say it."""
    if number <= 20:
        said = ORDINALS[number]
    else:
        return cardinal(number)
    return said[:-1] + "a" if gender == "f" else said


def parts(number: int) -> str:
    """The lower half of a fraction: 5 → "quintos"."""
    return FRACTIONS[number] if number < len(FRACTIONS) else cardinal(number) + "avos"
