"""The rules by which numbers, dates, signs and Latin letters are read in Chinese text."""

import re
import unicodedata

from dragoman.phonemes import arithmetic
from dragoman.phonemes.chinese.numbers import counted, decimal, one_by_one, telephone
from dragoman.phonemes.chinese.vocabulary import (
    ADDRESS_SIGNS,
    CODES,
    COINS,
    MARKS,
    MEASURES,
    SIGNS,
    UNITS,
)
from dragoman.phonemes.english.words import LETTERS, MARK_RULES
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.scripts import HAN, HANGUL, KANA

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![A-Za-z\d.])\.\d+)"
"""A pattern for a number, also ".5", whose point must not be lost."""
DIALLED = re.compile(r"拨打?|打|呼叫|报警|急救|电话|热线|求助|火警|救护")
NAMED = re.compile(
    r"(?:验证码|密码|口令|编号|邮编|分机|转|邮政编码|订单号?|卡号|账号|号码|工号|学号|单号|房间|电话|手机|代码|PIN"
    r"|OTP)[是为：:]?\ ?$"
)
"""The words that make a number one that is dialled, or a name."""
ARITHMETIC = arithmetic.rules(
    arithmetic.Words(
        minus="减",
        negative="负",
        to="到",
        score="比",
        times="乘以",
        divided="除以",
        power="的",
        squared="的平方",
        cubed="的立方",
        unequal="不等于",
        equal="等于",
        at_least="大于等于",
        at_most="小于等于",
        plus_minus="正负",
        about="约",
        nearly="约等于",
        arrow="到",
        hence="所以",
        both="并且",
        either="或者",
        further_signs={"∞": "无穷大", "√": "根号", "↑": "上升", "↓": "下降", "‰": "千分号"},
    )
)
LATIN = LETTERS[:-1] + HAN + HANGUL + KANA + "]"
_COIN = "|".join(re.escape(sign) for sign in sorted(COINS, key=len, reverse=True))
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


def _date_of_others(match: re.Match[str]) -> str | None:
    """10/30/2024 and 30/10/2024; the month first where both can be."""
    month, day = int(match["month"]), int(match["day"])
    if month > 12:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{one_by_one(match['year'])}年{decimal(str(month))}月{decimal(str(day))}日"


def _fraction(match: re.Match[str]) -> str:
    """1/2; what is more than one of the last months, 12/3, is a day."""
    over, under = int(match["over"]), int(match["under"])
    if max(9, under) < over <= 12:
        return f"{decimal(str(over))}月{decimal(str(under))}日"
    return f"{decimal(str(under))}分之{decimal(str(over))}"


def _dates(match: re.Match[str]) -> str:
    """5/1-5/5: days, as nobody writes a range of fractions."""
    first, second, other, last = (decimal(str(int(number))) for number in match.groups())
    return f"{first}月{second}日到{other}月{last}日"


def _pressure(match: re.Match[str]) -> str | None:
    """血压120/80."""
    if "血压" not in match.string[max(0, match.start() - 8) : match.start()]:
        return None
    return f"{decimal(match['over'])} , {decimal(match['under'])}"


def _hotline(match: re.Match[str]) -> str:
    """400-123-4567, +86 138 1234 5678."""
    groups = re.findall(r"\d+", match[0])
    if match[0][0] != "+":
        return " ".join(map(telephone, groups))
    return " ".join(("加", one_by_one(groups[0]), *map(telephone, groups[1:])))


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59:
        return None
    said = ("两" if hour == 2 else decimal(str(hour))) + "点"
    second = int(match["second"] or 0)
    if minute or second:
        said += ("零" if minute < 10 else "") + (decimal(str(minute)) if minute else "") + "分"
    return said + (("零" if second < 10 else "") + decimal(str(second)) + "秒" if second else "")


def _range(match: re.Match[str]) -> str | None:
    meaning = arithmetic.dash(match.string, match.start("dash"), match.end("dash"))
    tilde = match["dash"] not in "–-"
    return decimal(match["a"]) + "到" if tilde or meaning == "to" else None


def _dialled(match: re.Match[str]) -> str | None:
    """110 is 幺幺零 where it is dialled."""
    around = match.string[max(0, match.start() - 24) : match.end() + 8]
    return telephone(match[0]) if DIALLED.search(around) else None


def _run(match: re.Match[str]) -> str | None:
    """Codes and other names are read digit by digit, and what nobody would count so far."""
    run = match[0]
    if NAMED.search(match.string[max(0, match.start() - 10) : match.start()]):
        return one_by_one(run)
    if re.match(r"室|号房|房间", match.string[match.end() :]) and len(run) in {3, 4}:
        return one_by_one(run)
    counted = run.endswith("000") or match.string[: match.start()].endswith("第")
    return one_by_one(run) if len(run) > 10 and not counted else None


def _written(match: re.Match[str]) -> str | None:
    """2024-11-28T10:30:00Z."""
    date, time = _date(match), _clock(match)
    if date is None or time is None:
        return None
    return f"{date} {time}" + (" 协调世界时" if match["zone"] == "Z" else "")


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
    rule(
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T\ ](?P<hour>\d\d):(?P<minute>\d\d)"
        r"(?::(?P<second>\d\d)(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?(?!\d)",
        _written,
    ),
    rule(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _date),
    rule(
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>[12]\d{3})(?![\d/])",
        _date_of_others,
    ),
    rule(
        r"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])"
        r"(?=\ ?[(（](?:周|星期|礼拜))",
        lambda match: f"{decimal(str(int(match['month'])))}月{decimal(str(int(match['day'])))}日",
    ),
    rule(
        r"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])\ ?[-–~～至到]\ ?"
        r"(?P<other>1[0-2]|0?[1-9])/(?P<last>[12]\d|3[01]|0?[1-9])(?![\d/])",
        _dates,
    ),
    rule(
        r"(?<=[元块万%次人个台\d])/(?=月|分|秒|年|天|日|小时|人|次|晚|周|平|斤|公斤|瓶)",
        lambda _: "每",
    ),
    rule(
        r"(?<![\d.,:])2(?=点(?:钟|半|左右|前|后|以|$|[^\d零一二三四五六七八九十]))", lambda _: "两"
    ),
    rule(
        r"(?<![\d-])(?P<a>\d)-(?P<b>(?P=a))(?=\ ?(?:战平|打平|踢平|握手|平局|平$|平[。，]))",
        lambda match: f"{decimal(match['a'])}比{decimal(match['b'])}",
    ),
    rule(r"(?<![\d/])(?P<over>\d{2,3})/(?P<under>\d{2,3})(?![\d/])", _pressure),
    rule(
        r"(?<![\d-])[48]00-\d{3,4}-\d{3,4}(?![\d-])"
        r"|\+\d{1,3}[\ -]1[3-9]\d[\ -]?\d{4}[\ -]?\d{4}(?!\d)",
        _hotline,
    ),
    rule(
        r"(?<![\d.,:])0(?P<number>[1-9])(?=[月日号时点分秒])",
        lambda match: decimal(match["number"]),
    ),
    rule(r"(?<!\d)(\d{4})(?=年|[-–~～至到]\d{4}年)", lambda match: one_by_one(match[1])),
    rule(
        r"(?<![\d:])(?P<hour>\d{1,2})[:：](?P<minute>\d\d)(?:[:：](?P<second>\d\d))?(?![\d:：])",
        _clock,
    ),
    rule(r"(?<=\d)\ ?[:：]\ ?(?=\d{1,4}(?![\d:：]))", lambda _: "比"),
    rule(
        rf"(?<![A-Za-z])(?P<sign>{_COIN})\ ?(?P<amount>{NUMBER})(?P<scale>[万亿]*)",
        lambda match: decimal(match["amount"]) + match["scale"] + COINS[match["sign"]],
    ),
    rule(
        rf"(?P<amount>{NUMBER})(?P<scale>[万亿]*)\ ?(?P<sign>US\$|[$€£¥￥₩₹₽₺₱₫฿₿])(?!\d)",
        lambda match: decimal(match["amount"]) + match["scale"] + COINS[match["sign"]],
    ),
    rule(
        rf"(?P<amount>{NUMBER})(?P<scale>[万亿]*)\ ?(?P<code>{'|'.join(CODES)})(?![A-Za-z])",
        lambda match: decimal(match["amount"]) + match["scale"] + CODES[match["code"]],
    ),
    rule(
        rf"(?<![A-Za-z])(?P<code>{'|'.join(CODES)})\ ?(?P<amount>{NUMBER})(?P<scale>[万亿]*)",
        lambda match: decimal(match["amount"]) + match["scale"] + CODES[match["code"]],
    ),
    rule(
        r"(?<![A-Za-z\d.,/-])(?:110|112|114|119|120|122|911|999|12\d{3}|95\d{3})(?![\d/]|[.,]\d)",
        _dialled,
    ),
    rule(r"(?<![A-Za-z\d.,/-])(?!1[3-9]\d{9}(?!\d))\d{3,19}(?![\dA-Za-z/年]|[.,]\d|-\d)", _run),
    rule(
        r"(?<![\d第-])1[3-9]\d{9}(?!\d)|(?<![\d-])(?!(?:19|20)\d\d-(?:19|20)\d\d(?!\d)|\d{3,4}-\d\d00(?!\d))\d{3,4}-\d{4,8}(?:-\d{4})?(?![\d-])",
        lambda match: " ".join(telephone(group) for group in re.findall(r"\d+", match[0])),
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
        r"(?<![\d/])(?P<over>\d{2,3})/(?P<under>\d{2,3})\ ?mm\ ?Hg",
        lambda match: f"{decimal(match['over'])} {decimal(match['under'])}{UNITS['mmHg']}",
    ),
    rule(
        r"(?<![\d/.])(?P<over>\d+\.\d+)/(?P<under>\d{1,3})(?![\d/.])",
        lambda match: f"{decimal(match['under'])}分制{decimal(match['over'])}分",
    ),
    rule(
        r"(?<![\d/])(?P<over>\d{1,3})/(?P<under>\d{1,3})(?![\d/])",
        _fraction,
    ),
    rule(
        rf"(?:(?<=/\d)|(?<=/\d\d)|(?<=/\d\ )|(?<=/\d\d\ ))(?P<unit>{_UNIT})(?![A-Za-z])",
        lambda match: UNITS[match["unit"]],
    ),
    rule(rf"(?<![\d.,第])(?P<a>\d+)(?=(?:{MEASURES}))", lambda match: counted(match["a"])),
    rule(
        r"(?<![A-Za-z\d.])v?\d+(?:\.\d+){2,}(?![A-Za-z\d])",
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
"""The rules for Chinese text, in the order of trying; words in Latin letters stay English."""
