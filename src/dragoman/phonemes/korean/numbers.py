"""Numbers in Korean words: Sino-Korean, and native for what is counted one by one."""

DIGITS = "영일이삼사오육칠팔구"
SPOKEN_DIGITS = "공일이삼사오육칠팔구"
"""The digits of telephone and room numbers."""
PLACES = ("", "십", "백", "천")
SCALES = ("", "만", "억", "조", "경")
LONGEST = 20
"""The most digits of a number; longer ones are read digit by digit."""
NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
NATIVE_ALONE = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def sino(number: int) -> str:
    """A number in Sino-Korean words: 12345 → "만이천삼백사십오"."""
    if number == 0:
        return "영"
    groups: list[str] = []
    scale = 0
    while number:
        number, group = divmod(number, 10_000)
        if group:
            groups.append(_below_ten_thousand(group, alone=scale != 1) + SCALES[scale])
        scale += 1
    return " ".join(reversed(groups))


def _below_ten_thousand(number: int, *, alone: bool) -> str:
    """`alone`: whether a bare one is said (일억, but 만)."""
    if number == 1 and not alone:
        return ""
    said = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("" if digit == 1 and place else DIGITS[digit]) + PLACES[place]
    return said


def native(number: int, *, counting: bool = True) -> str:
    """A number from 1 to 99 in native words: 1 → "한" before a counter, "하나" alone."""
    tens, ones = divmod(number, 10)
    if counting and number == 20:
        return "스무"
    return NATIVE_TENS[tens] + (NATIVE_ONES if counting else NATIVE_ALONE)[ones]


def one_by_one(text: str) -> str:
    """A number digit by digit, zero as 공."""
    return "".join(SPOKEN_DIGITS[int(digit)] for digit in text if digit.isdecimal())


def decimal(text: str) -> str:
    """A number with optional sign, thousands commas and fraction, in words."""
    if text[:1] in {"-", "−"}:
        return "마이너스 " + decimal(text[1:])
    whole, point, fraction = text.replace(",", "").partition(".")
    padded = len(whole) > 1 and whole.startswith("0")
    said = one_by_one(whole) if padded or len(whole) > LONGEST else sino(int(whole or "0"))
    if point and fraction:
        said += " 점 " + "".join(DIGITS[int(digit)] for digit in fraction)
    return said
