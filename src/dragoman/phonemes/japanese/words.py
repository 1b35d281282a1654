"""The rules that rewrite Japanese text before it is looked up in the dictionary."""

import re
from collections.abc import Mapping

from dragoman.phonemes import arithmetic
from dragoman.phonemes.scan import Rule, rule

COINS: Mapping[str, str] = {
    "$": "ドル",
    "€": "ユーロ",
    "£": "ポンド",
    "¥": "円",
    "￥": "円",
    "₩": "ウォン",
    "₹": "ルピー",
    "₽": "ルーブル",
    "₺": "リラ",
    "₱": "ペソ",
    "฿": "バーツ",
    "₿": "ビットコイン",
    "US$": "ドル",
    "A$": "オーストラリアドル",
    "C$": "カナダドル",
    "HK$": "香港ドル",
    "NT$": "台湾ドル",
}
NUMBER = r"(?:[\d０-９]+(?:[,，][\d０-９]{3})*(?:[.．][\d０-９]+)?|(?<![\w.])\.\d+)"
SIGNS: Mapping[str, str] = {
    "&": "アンド",
    "＆": "アンド",
    "+": "プラス",
    "＋": "プラス",
    "=": "イコール",
    "＝": "イコール",
    "×": "かける",
    "÷": "わる",
    "@": "アットマーク",
    "#": "シャープ",
    "/": "スラッシュ",
    "／": "スラッシュ",
    "°": "度",
    "<": "小なり",
    ">": "大なり",
    "$": "ドル",
    "€": "ユーロ",
    "£": "ポンド",
    "→": "、",
    "_": "",
    "*": "",
    "|": "",
    "`": "",
    "~": "",
    "^": "",
    "®": "",
    "™": "",
    "©": "",
}
ADDRESS_SIGNS: Mapping[str, str] = {
    ".": "ドット",
    "@": "アットマーク",
    "/": "スラッシュ",
    "-": "ハイフン",
    "_": "アンダーバー",
    ":": "コロン",
    "?": "クエスチョン",
    "=": "イコール",
    "&": "アンド",
    "#": "シャープ",
    "%": "パーセント",
    "+": "プラス",
}
UNITS: Mapping[str, str] = {
    "mmHg": "ミリメートルエイチジー",
    "kPa": "キロパスカル",
    "hPa": "ヘクトパスカル",
    "psi": "ピーエスアイ",
    "MB/s": "メガバイト毎秒",
    "Mbps": "メガビーピーエス",
    "m/s": "メートル毎秒",
    "kWh": "キロワット時",
    "kcal": "キロカロリー",
    "m³": "立方メートル",
    "µg": "マイクログラム",
    "µg/m³": "マイクログラムパー立方メートル",
    "mg/L": "ミリグラムパーリットル",
    "mg/dL": "ミリグラムパーデシリットル",
    "mg/dl": "ミリグラムパーデシリットル",
    "mmol/L": "ミリモルパーリットル",
    "µm": "マイクロメートル",
    "µs": "マイクロ秒",
    "nm": "ナノメートル",
    "kΩ": "キロオーム",
    "Ω": "オーム",
    "km/h": "キロメートル毎時",
    "kg": "キログラム",
    "mg": "ミリグラム",
    "g": "グラム",
    "km": "キロメートル",
    "cm": "センチメートル",
    "mm": "ミリメートル",
    "m²": "平方メートル",
    "㎡": "平方メートル",
    "m": "メートル",
    "ml": "ミリリットル",
    "L": "リットル",
    "GB": "ギガバイト",
    "MB": "メガバイト",
    "kW": "キロワット",
    "Hz": "ヘルツ",
    "°C": "度",
    "℃": "度",
}
ARITHMETIC = arithmetic.rules(
    arithmetic.Words(
        minus="引く",
        negative="マイナス",
        to="から",
        score="対",
        times="かける",
        divided="わる",
        power="の",
        squared="の二乗",
        cubed="の三乗",
        unequal="ノットイコール",
        equal="イコール",
        at_least="大なりイコール",
        at_most="小なりイコール",
        plus_minus="プラスマイナス",
        about="約",
        nearly="ニアリーイコール",
        arrow="から",
        hence="よって",
        further="、",
        apart="、",
        both="かつ",
        either="または",
        further_signs={"∞": "無限大", "√": "ルート", "↑": "上", "↓": "下", "‰": "パーミル"},
    )
)
_COIN = "|".join(re.escape(sign) for sign in sorted(COINS, key=len, reverse=True))
_UNIT = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))


def _address(match: re.Match[str]) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).rstrip("/")
    return "".join(ADDRESS_SIGNS.get(part, part) for part in re.findall(r"[^\W\d_]+|\d+|\S", bare))


def _date(match: re.Match[str]) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{int(match['year'])}年{month}月{day}日"


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59:
        return None
    second = int(match["second"] or 0)
    said = f"{hour}時" + (f"{minute}分" if minute or second else "")
    return said + (f"{second}秒" if second else "")


NO_PART = "(?![\\d/]|カップ|杯|量|個|合|丁|切れ|本|倍)"
"""What does not follow a day, but a part of something."""
DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
NAMED = re.compile(r"(?:パスワード|内線|コード|番号|下4桁|ＰＩＮ|PIN|OTP)[はがを:：]?\ ?$")
"""The words that make a number a name, whose digits are said one by one."""


def _named(match: re.Match[str]) -> str | None:
    if not NAMED.search(match.string[max(0, match.start() - 16) : match.start()]):
        return None
    return "".join(DIGITS[int(digit)] for digit in match[0] if digit.isdecimal())


def _chain(match: re.Match[str]) -> str | None:
    """渋谷2-21-1 has の between its numbers; other numbers of a chain are read digit by digit."""
    parts = match[0].split("-")
    if all(len(part) < 4 and part[0] != "0" for part in parts):
        return "の".join(parts)
    return "、".join("".join(DIGITS[int(digit)] for digit in part) for part in parts)


def _short_date(match: re.Match[str]) -> str | None:
    """12/3(水)."""
    month, day = (int(number) for number in match.groups()[:2])
    return f"{month}月{day}日" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _pressure(match: re.Match[str]) -> str | None:
    """血圧120/80."""
    if "血圧" not in match.string[max(0, match.start() - 8) : match.start()]:
        return None
    return f"{match['over']}の{match['under']}"


REWRITTEN: tuple[Rule, ...] = (
    rule(r"(?<![\d/])(?P<over>\d{2,3})/(?P<under>\d{2,3})(?![\d/])", _pressure),
    rule(r"(?<=[個人回件])[/／]分", lambda _: "マイフン"),
    rule(r"(?<=[円個人回件])[/／](?=[秒分時日週月年人回個件])", lambda _: "マイ"),
    rule(
        r"(?<![A-Za-z\d.])(?P<v>v?)(?P<parts>\d+(?:\.\d+){2,})(?![A-Za-z\d.])",
        lambda m: ("バージョン" if m["v"] else "") + m["parts"].replace(".", "テン"),
    ),
    rule(
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=\ ?[(（][月火水木金土日][・祝]*[)）]"
        rf"|\ ?[~〜～]\ ?\d{{1,2}}/\d{{1,2}}{NO_PART}|\ \d{{1,2}}:\d\d)",
        _short_date,
    ),
    rule(
        rf"(?<=[~〜～])(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}}){NO_PART}",
        _short_date,
    ),
    rule(r"(?<=\d:\d\d)着(?![いくけかた])", lambda _: "チャク"),
    rule(r"(?<!\d)0\d{1,4}-\d{4,8}(?![\d-])", _chain),
    rule(r"(?<!\d)(?!\d{4}-\d\d?-\d\d?(?!\d))\d{1,6}(?:-\d{1,6}){2,4}(?![\d-]|\s*[=＝])", _chain),
    rule(r"(?<![A-Za-z\d.,-])(?:\d{3}[\ -]\d{3}|\d{3,8})(?![A-Za-z\d-]|[.,]\d)", _named),
    rule(r"(?:https?://|www\.)[!-~]*[!-~](?<![.,;:!?)\]'])", _address),
    rule(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z]+)+", _address),
    rule(
        r"(?<![A-Za-z0-9@.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|jp)(?![A-Za-z])",
        _address,
    ),
    rule(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)", _date),
    rule(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:])", _clock),
    rule(
        rf"(?<![A-Za-z])(?P<sign>{_COIN})\ ?(?P<amount>{NUMBER})(?P<scale>[万億兆]*)",
        lambda match: match["amount"] + match["scale"] + COINS[match["sign"]],
    ),
    rule(
        rf"(?P<amount>{NUMBER})(?P<scale>[万億兆]*)\ ?(?P<sign>[$€£¥￥₩₹₽])(?!\d)",
        lambda match: match["amount"] + match["scale"] + COINS[match["sign"]],
    ),
    rule(
        r"(?<![\d/])(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])",
        lambda match: (
            (int(match["over"]) > max(9, int(match["under"])) and _short_date(match))
            or f"{match['under']}分の{match['over']}"
        ),
    ),
    rule(
        r"(?P<a>[\d.]+)\^(?P<b>\d+)",
        lambda match: f"{match['a']}の{match['b']}乗",
    ),
    rule(r"(?<!\d)(\d)-(?=\1(?:で|の引|の同|と引))", lambda match: f"{match[1]}対"),
    rule(r"(?<![\d:])(\d{1,3}):(?=\d{1,3}(?![\d:]))", lambda match: f"{match[1]}対"),
    *ARITHMETIC,
    rule(r"(?<![\w.])\.(?=\d)", lambda _: "0."),
    rule(r"(?<=[\d０-９月日時分年円%])\ ?[~〜～–-]\ ?(?=[\d０-９])", lambda _: "から"),
    rule(r"(?<![A-Za-z\d０-９.])[-−](?=[\d０-９])", lambda _: "マイナス"),
    rule(
        rf"(?P<amount>{NUMBER})\ ?(?P<unit>{_UNIT})(?![A-Za-z])",
        lambda match: (
            match["amount"].replace(".", "0.", match["amount"][0] == ".") + UNITS[match["unit"]]
        ),
    ),
    rule(
        "|".join(re.escape(sign) for sign in SIGNS),
        lambda match: SIGNS[match[0]],
    ),
    rule(r"[ｦ-ﾝ][ﾞﾟ]|\S", lambda match: match[0]),
)
"""The rules that rewrite text; everything else stays as it is, sign by sign."""
