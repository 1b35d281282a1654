"""How numbers, dates, signs and Latin letters are read in Chinese text."""

import re
import unicodedata
from collections.abc import Mapping

from dragoman.phonemes import arithmetic
from dragoman.phonemes.chinese.numbers import counted, decimal, one_by_one
from dragoman.phonemes.english.words import LETTERS, MARK_RULES
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.scripts import HAN, HANGUL, KANA

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![A-Za-z\d.])\.\d+)"
"""Also ".5", whose point must not be lost."""
MEASURES = (
    "个|位|只|条|张|本|次|件|块|杯|瓶|辆|天|岁|年半|小时|"
    "分钟|周|种|名|家|台|棵|匹|间|套|层楼|万|千|百|亿"
)
"""What is counted with 两 rather than with 二."""
UNITS: Mapping[str, str] = {
    "km/h": "公里每小时",
    "kg": "公斤",
    "mg": "毫克",
    "g": "克",
    "km": "公里",
    "cm": "厘米",
    "mm": "毫米",
    "m²": "平方米",
    "㎡": "平方米",
    "m": "米",
    "ml": "毫升",
    "L": "升",
    "GB": "吉字节",
    "MB": "兆字节",
    "kW": "千瓦",
    "Hz": "赫兹",
    "°C": "摄氏度",
    "℃": "摄氏度",
    "°": "度",
}
COINS: Mapping[str, str] = {
    "$": "美元",
    "€": "欧元",
    "£": "英镑",
    "¥": "元",
    "￥": "元",
    "₩": "韩元",
}
SIGNS: Mapping[str, str] = {
    "&": "和",
    "+": "加",
    "=": "等于",
    "×": "乘",
    "÷": "除以",
    "@": "艾特",
    "#": "井号",
    "%": "百分号",
    "/": "斜杠",
    "°": "度",
    "<": "小于",
    ">": "大于",
    "$": "美元",
    "€": "欧元",
    "£": "英镑",
    "→": "",
    "~": "",
    "～": "",
    "*": "",
    "_": "",
    "|": "",
    "`": "",
    "•": "",
    "^": "",
}
ADDRESS_SIGNS: Mapping[str, str] = {
    ".": "点",
    "@": "艾特",
    "/": "斜杠",
    "-": "横杠",
    "_": "下划线",
    ":": "冒号",
    "?": "问号",
    "=": "等于",
    "&": "和",
    "#": "井号",
    "%": "百分号",
    "+": "加",
}
MARKS: Mapping[str, str] = {
    "・": ",",
    "【": "(",
    "】": ")",
    "〈": "“",
    "〉": "”",
    "〔": "(",
    "〕": ")",
}
ARITHMETIC = arithmetic.rules(
    arithmetic.Words(
        minus="减",
        to="到",
        score="比",
        times="乘以",
        divided="除以",
        power="的",
        unequal="不等于",
        equal="等于",
        at_least="大于等于",
        at_most="小于等于",
        plus_minus="正负",
        about="约",
        nearly="约等于",
        arrow="到",
        both="并且",
        either="或者",
        further_signs={"∞": "无穷大", "√": "根号", "↑": "上升", "↓": "下降", "‰": "千分号"},
    )
)
LATIN = LETTERS[:-1] + HAN + HANGUL + KANA + "]"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))


def _numeral(match: re.Match[str]) -> str | None:
    """A number that is one sign: ⑤, ½."""
    if match[0].isalpha():
        return None
    return decimal(f"{unicodedata.numeric(match[0], 0):g}")


def _date(match: re.Match[str]) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = one_by_one(match["year"])
    return f"{year}年{decimal(str(month))}月{decimal(str(day))}日"


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59:
        return None
    said = ("两" if hour == 2 else decimal(str(hour))) + "点"
    if not minute:
        return said
    return said + ("零" if minute < 10 else "") + decimal(str(minute)) + "分"


def _range(match: re.Match[str]) -> str | None:
    meaning = arithmetic.dash(match.string, match.start("dash"), match.end("dash"))
    tilde = match["dash"] not in "–-"
    return decimal(match["a"]) + "到" if tilde or meaning == "to" else None


def _signed(match: re.Match[str]) -> str:
    """-5°C is 零下五摄氏度."""
    amount, unit = match["a"], UNITS[match["unit"]]
    if amount[0] in "-−" and unit.endswith("度"):
        return f"零下{decimal(amount[1:])}{unit}"
    return decimal(amount) + unit


def _address(match: re.Match[str]) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).rstrip("/")
    words = [
        ADDRESS_SIGNS.get(part, one_by_one(part) if part.isdecimal() else part)
        for part in re.findall(r"[^\W\d_]+|\d+|\S", bare)
    ]
    return " ".join(words)


CHINESE: tuple[Rule, ...] = (
    rule(r"(?:https?://|www\.)[!-~]*[!-~](?<![.,;:!?)\]'])", _address),
    rule(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(?:\.[A-Za-z]+)+", _address),
    rule(
        r"(?<![A-Za-z0-9@.])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|io|dev|cn)(?![A-Za-z])",
        _address,
    ),
    rule(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _date),
    rule(r"(?<!\d)(\d{4})(?=年)", lambda match: one_by_one(match[1])),
    rule(r"(?<![\d:])(?P<hour>\d{1,2})[:：](?P<minute>\d\d)(?![\d:：])", _clock),
    rule(
        rf"(?P<sign>[$€£¥￥₩])\ ?(?P<amount>{NUMBER})(?P<scale>[万亿]*)",
        lambda match: decimal(match["amount"]) + match["scale"] + COINS[match["sign"]],
    ),
    rule(
        r"(?<![\d-])1\d{10}(?!\d)|(?<![\d-])\d{3,4}-\d{4,8}(?:-\d{4})?(?![\d-])",
        lambda match: " ".join(one_by_one(group) for group in re.findall(r"\d+", match[0])),
    ),
    rule(
        rf"(?P<a>{NUMBER})\^(?P<b>{NUMBER})",
        lambda match: f"{decimal(match['a'])}的{decimal(match['b'])}次方",
    ),
    rule(rf"(?P<a>{NUMBER})\ ?(?P<dash>[~〜～–-])\ ?(?=\d)", _range),
    *ARITHMETIC,
    rule(
        rf"(?P<a>[-−]?{NUMBER})\ ?[%％]",
        lambda match: "百分之" + decimal(match["a"]),
    ),
    rule(rf"(?P<a>(?:(?<![A-Za-z\d])[-−])?{NUMBER})\ ?(?P<unit>{_UNIT})(?![A-Za-z])", _signed),
    rule(
        r"(?<![\d/])(?P<over>\d{1,3})/(?P<under>\d{1,3})(?![\d/])",
        lambda match: f"{decimal(match['under'])}分之{decimal(match['over'])}",
    ),
    rule(rf"(?<![\d.,第])(?P<a>\d+)(?=(?:{MEASURES}))", lambda match: counted(match["a"])),
    rule(
        r"(?<![\w.])v?\d+(?:\.\d+){2,}(?!\w)",
        lambda match: "点".join(decimal(part) for part in match[0].lstrip("v").split(".")),
    ),
    rule(rf"(?<![A-Za-z\d.])[-−](?P<a>{NUMBER})", lambda match: "负" + decimal(match["a"])),
    rule(NUMBER, lambda match: decimal(match[0])),
    rule(rf"[{HAN}]+", lambda match: match[0]),
    rule(r"[^\W\d_]", _numeral),
    rule("|".join(MARKS), lambda match: MARKS[match[0]]),
    *MARK_RULES,
    rule("|".join(re.escape(sign) for sign in SIGNS), lambda match: SIGNS[match[0]]),
    rule(LATIN + r"+(?:['’][A-Za-z]+)*", lambda match: match[0].replace("’", "'"), "en"),
)
"""How Chinese text is read, in the order of trying; words in Latin letters stay English."""
