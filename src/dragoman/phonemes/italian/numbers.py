"""Numbers in Italian words."""

from dragoman.phonemes.romance.vocabulary import Gender
from dragoman.phonemes.tables import listed

SMALL = listed(
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici"
    " quindici sedici diciassette diciotto diciannove"
)
TENS = listed("_ _ venti trenta quaranta cinquanta sessanta settanta ottanta novanta")
SCALES = (
    (10**12, "un bilione", "bilioni"),
    (10**9, "un miliardo", "miliardi"),
    (10**6, "un milione", "milioni"),
)
ORDINALS = listed("zero primo secondo terzo quarto quinto sesto settimo ottavo nono decimo")


def cardinal(number: int) -> str:
    """A whole number from 0 on, in words: 21 → "ventuno", 2024 → "duemila ventiquattro"."""
    if number < 100:
        return _below_hundred(number)
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = "cento" if hundreds == 1 else f"{SMALL[hundreds]}cento"
        return f"{head} {cardinal(rest)}" if rest else head
    if number < 10**6:
        thousands, rest = divmod(number, 1000)
        head = "mille" if thousands == 1 else f"{counted(thousands)}mila"
        return f"{head} {cardinal(rest)}" if rest else head
    size, one, many = next(scale for scale in SCALES if number >= scale[0])
    count, rest = divmod(number, size)
    head = one if count == 1 else f"{counted(count)} {many}"
    return f"{head} {cardinal(rest)}" if rest else head


def _below_hundred(number: int) -> str:
    if number < 20:
        return SMALL[number]
    tens, ones = divmod(number, 10)
    head = TENS[tens]
    if ones in {1, 8}:
        head = head[:-1]
    return head + ("tré" if ones == 3 else SMALL[ones] if ones else "")


def counted(number: int, gender: Gender = "m") -> str:
    """A number before a noun: "un", "una", "ventun"."""
    said = cardinal(number)
    if gender == "f":
        return "una" if number == 1 else said
    return said[:-1] if said.endswith("uno") else said


def ordinal(number: int, gender: Gender = "m") -> str:
    """3 → "terzo", 21 → "ventunesimo"."""
    if number < len(ORDINALS):
        said = ORDINALS[number]
    else:
        whole = cardinal(number)
        last = whole[-1]
        stem = whole if whole.endswith(("tré", "sei")) or last not in "oaei" else whole[:-1]
        said = stem.replace("tré", "tre") + "esimo"
    return said[:-1] + "a" if gender == "f" else said


def parts(number: int) -> str:
    """The lower half of a fraction: 5 → "quinti"."""
    return ordinal(number)[:-1] + "i"
