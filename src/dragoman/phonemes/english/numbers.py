"""Numbers in English words."""

from dragoman.phonemes.tables import listed

SMALL = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
TENS = listed("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
SCALES = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
    (100, "hundred"),
)
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
LONGEST = 15
"""Digits; longer numbers are read digit by digit."""


def cardinal(number: int) -> str:
    """105 → "one hundred five"; up to `LONGEST` digits."""
    if number < 0:
        return "minus " + cardinal(-number)
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (" " + SMALL[ones] if ones else "")
    size, name = next(scale for scale in SCALES if number >= scale[0])
    count, rest = divmod(number, size)
    return f"{cardinal(count)} {name}" + (" " + cardinal(rest) if rest else "")


def ordinal(number: int) -> str:
    """21 → "twenty first"."""
    *head, last = cardinal(number).split()
    if last in ORDINALS:
        last = ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return " ".join([*head, last])


def year(number: int) -> str:
    """1999 → "nineteen ninety nine", 2005 → "two thousand five", 1900 → "nineteen hundred"."""
    if not 1100 <= number < 2100 or 2000 <= number < 2010:
        return cardinal(number)
    century, rest = divmod(number, 100)
    if rest == 0:
        return cardinal(century) + " hundred"
    return cardinal(century) + (" oh " if rest < 10 else " ") + cardinal(rest)


def digits(text: str) -> str:
    """Every digit by itself; anything else is skipped."""
    return " ".join(SMALL[int(digit)] for digit in text if digit.isdecimal())


def decimal(text: str) -> str:
    """A plain number with optional sign, thousands commas and fraction: "1,234.50"."""
    if text[:1] in {"-", "−"}:
        return "minus " + decimal(text[1:])
    whole, point, fraction = text.replace(",", "").partition(".")
    padded = len(whole) > 1 and whole.startswith("0")
    by_digit = padded or len(whole) > LONGEST
    said = digits(whole) if by_digit else cardinal(int(whole or "0"))
    return said + (" point " + digits(fraction) if point and fraction else "")


def plural(noun: str, amount: str) -> str:
    """`noun` as it stands after `amount` ("1", "2.5"); irregular ones that the rules use."""
    if amount == "1":
        return noun
    irregular = {
        "penny": "pence",
        "foot": "feet",
        "inch": "inches",
        "century": "centuries",
    }
    unchanged = {"yen", "won", "yuan", "hertz", "kilohertz", "megahertz", "gigahertz", "Celsius"}
    if noun in unchanged or " per " in noun:
        head, per, tail = noun.partition(" per ")
        return plural(head, amount) + per + tail if per else noun
    return irregular.get(noun, noun + "s")
