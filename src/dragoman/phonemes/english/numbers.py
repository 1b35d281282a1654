"""Numbers in English words."""

import re

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
"""The most digits of a number; longer ones are read digit by digit."""
WHOLE = (
    r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d{1,3}(?:['’_]\d{3})+(?![\d'])"
    r"|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)|\d{1,3}(?:\ \d{3}){2,}(?!\d|[-.]\d)"
    r"|\d{1,3}\ 000(?!\d)|\d+"
)
"""A pattern for a whole number: thousands apart by commas (India's too), apostrophes or spaces, or
in one."""
NUMBER = rf"(?:(?:{WHOLE})(?:\.\d+)?|(?<![\w.])\.\d+)"
"""A pattern for a number, also ".5", whose point must not be lost."""
AMOUNT = (
    r"(?:\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d|,\d)|\d+,\d{1,2}(?!\d|,\d)"
    rf"|{NUMBER}(?!,\d\d?(?!\d)))"
)
"""A pattern for an amount of money or a measure: there "2,5" and "1.234,56" are numbers of other
countries."""
COMMA = re.compile(r",(?=\d{1,2}$)")
ARTICLE = re.compile(r"\b(?:an?|per|every|each|another)\ $", re.IGNORECASE)
DETERMINER = re.compile(
    r"(?:\b(?:the|this|my|your|his|her|its|our|their|one|two|three|four|five|six|ten|several|new)"
    r"|\b\w+['’]s)\ $",
    re.IGNORECASE,
)
"""Words before an amount with a noun behind it, or with none: "the $5 bill", "the $5 they owe"."""
NO_NOUN = re.compile(
    r"[-\ ](?:(?!(?:dai|week|month|year|hour|ear|fami)ly)[a-z]+(?:ed|ly)|remaining|missing|going"
    r"|owing|being|are|were|has|have|had|will|would|can|could|should|may|might|must"
    r"|does|did|goes|went|gone|spent|paid|lost|left|sent|given|taken|made|won|owed|due|worth|needed"
    r"|the|this|you|they|she|who|which|not|only|plus|then|than|also|just|now|here|there|ago|away"
    r"|apart|ahead|above|below|under|later|earlier|before|after|until|since|about|between|through"
    r"|during|without|within|because|where|north|south|east|west|even|both|all|any|every|remain"
    r"|back|yesterday|tomorrow|today|tonight|again|alone|too|please|enough|first|home|instead|myself"
    r"|maybe|together|counts?)\b"
)
"""What stands behind an amount that has no noun; checked where only a determiner is before it."""


IRREGULAR = {
    "penny": "pence",
    "foot": "feet",
    "inch": "inches",
    "century": "centuries",
    "square foot": "square feet",
    "square inch": "square inches",
    "cubic foot": "cubic feet",
    "cubic inch": "cubic inches",
    "kilogram force": "kilograms force",
}
UNCHANGED = frozenset(
    listed("yen won yuan baht rand ringgit zloty dong siemens lux Celsius Kelvin bar horsepower")
)


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
    """The digits of a number one by one; anything else is skipped."""
    return " ".join(SMALL[int(digit)] for digit in text if digit.isdecimal())


def plain(text: str) -> str:
    """The digits and the point of a number: "1,00,000.5" is "100000.5", "2,5" is "2.5"."""
    if COMMA.search(text):
        text = COMMA.sub("!", text).replace(".", "").replace("!", ".")
    return "".join(sign for sign in text if sign.isdecimal() or sign == ".")


def decimal(text: str) -> str:
    """A plain number with optional sign, marks between thousands and fraction: "1,234.50"."""
    if text[:1] in {"-", "−"}:
        return "minus " + decimal(text[1:])
    whole, point, fraction = plain(text).partition(".")
    padded = len(whole) > 1 and whole.startswith("0")
    by_digit = padded or len(whole) > LONGEST
    said = digits(whole) if by_digit else cardinal(int(whole or "0"))
    return said + (" point " + digits(fraction) if point and fraction else "")


def plural(noun: str, amount: str) -> str:
    """`noun` as it stands after `amount` ("1", "2.5"); irregular ones that the rules use."""
    if amount == "1":
        return noun
    head, between, tail = noun.partition(" per ")
    if not between:
        head, between, tail = noun.partition(" of ")
    if between:
        return plural(head, amount) + between + tail
    if noun in UNCHANGED or noun.endswith("hertz"):
        return noun
    return IRREGULAR.get(noun, noun + "s")


def is_adjective(match: re.Match[str]) -> bool:
    """Whether an amount is before a noun: "a $5 bill", "a 5 mg dose"; its unit stays singular."""
    determiner = DETERMINER.search(match.string, 0, match.start())
    if determiner is not None and NO_NOUN.match(match.string, match.end()):
        return False
    article = determiner or ARTICLE.search(match.string, 0, match.start())
    noun = re.compile(
        r"[-\ ](?!(?:off|for|per|and|but|each|from|with|over|into|more|less|that|is|was|when"
        r"|if|while)\b)[a-z]{3,}"
    ).match(match.string, match.end())
    return article is not None and noun is not None
