"""Numbers in Chinese words."""

DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
SCALES = ("", "万", "亿", "兆")
LONGEST = 16
"""The most digits of a number; longer ones are read digit by digit."""


def cardinal(number: int) -> str:
    """A whole number from 0 on, in words: 12345 → "一万二千三百四十五"."""
    if number == 0:
        return "零"
    groups: list[str] = []
    scale = 0
    while number:
        number, group = divmod(number, 10_000)
        if group:
            said = _below_ten_thousand(group) + SCALES[scale]
            groups.append(("零" if number and group < 1000 else "") + said)
        elif groups and number and not groups[-1].startswith("零"):
            groups.append("零")
        scale += 1
    said = "".join(reversed(groups))
    return said[1:] if said.startswith("一十") else said


def _below_ten_thousand(number: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return said


def one_by_one(text: str) -> str:
    """A number digit by digit."""
    return "".join(DIGITS[int(digit)] for digit in text if digit.isdecimal())


def telephone(text: str) -> str:
    """A telephone number digit by digit, one as 幺, which nobody mishears for seven."""
    return one_by_one(text).replace("一", "幺")


def decimal(text: str) -> str:
    """A number with optional sign, thousands commas and fraction, in words."""
    if text[:1] in {"-", "−"}:
        return "负" + decimal(text[1:])
    whole, point, fraction = text.replace(",", "").partition(".")
    padded = len(whole) > 1 and int(whole[0]) == 0
    by_digit = padded or len(whole) > LONGEST
    said = one_by_one(whole) if by_digit else cardinal(int(whole or "0"))
    return said + ("点" + one_by_one(fraction) if point and fraction else "")


def counted(text: str) -> str:
    """A number before a measure word, in which two is 两."""
    return "两" if text == "2" else decimal(text)
