"""Numbers in French words."""

from dragoman.phonemes.romance.vocabulary import Gender
from dragoman.phonemes.tables import listed, paired

SMALL = listed(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " dix_sept dix_huit dix_neuf"
)
TENS = listed("_ _ vingt trente quarante cinquante soixante soixante quatre_vingt quatre_vingt")
SCALES = ((10**12, "billion"), (10**9, "milliard"), (10**6, "million"))
ENDINGS = paired("un=unième cinq=cinquième neuf=neuvième vingts=vingtième cents=centième")


def cardinal(number: int) -> str:
    """A whole number from 0 on, in words: 71 → "soixante et onze"."""
    return _whole(number).replace("_", " ")


def _whole(number: int) -> str:
    if number < 20:
        return SMALL[number]
    if number < 100:
        return _below_hundred(number)
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = "cent" if hundreds == 1 else f"{SMALL[hundreds]} cent"
        return f"{head} {_whole(rest)}" if rest else head
    if number < 10**6:
        thousands, rest = divmod(number, 1000)
        head = "mille" if thousands == 1 else f"{_whole(thousands)} mille"
        return f"{head} {_whole(rest)}" if rest else head
    size, name = next(scale for scale in SCALES if number >= scale[0])
    count, rest = divmod(number, size)
    head = f"{_whole(count)} {name}{'s' if count > 1 else ''}"
    return f"{head} {_whole(rest)}" if rest else head


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens in {7, 9}:
        ones += 10
    if not ones:
        return TENS[tens]
    joint = " et " if ones in {1, 11} and tens < 8 else " "
    return f"{TENS[tens]}{joint}{SMALL[ones]}"


def counted(number: int, gender: Gender = "m") -> str:
    """A number before a noun: "une", "vingt et une"."""
    said = cardinal(number)
    return said + "e" if gender == "f" and (said == "un" or said.endswith(" un")) else said


def ordinal(number: int, gender: Gender = "m") -> str:
    """1 → "premier", 21 → "vingt et unième"."""
    if number == 1:
        return "première" if gender == "f" else "premier"
    *head, last = cardinal(number).split()
    last = ENDINGS.get(last) or last.removesuffix("e") + "ième"
    return " ".join([*head, last])


def parts(number: int) -> str:
    """The lower half of a fraction: 5 → "cinquièmes"."""
    return ordinal(number) + "s"
