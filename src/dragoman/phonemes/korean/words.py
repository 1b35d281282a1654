"""How numbers, dates, signs and Latin letters are read in Korean text."""

import re
import unicodedata
from collections.abc import Mapping

from dragoman.phonemes import arithmetic
from dragoman.phonemes.english.words import MARK_RULES
from dragoman.phonemes.korean.loanwords import LOANWORDS
from dragoman.phonemes.korean.numbers import decimal, native, one_by_one, sino
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import listed, paired

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)"
"""Also ".5", whose point must not be lost."""
COUNTERS = listed(
    "시간 개 명 살 시 마리 잔 병 장 권 대 그루 송이 켤레 벌 채 군데 가지 사람 달 판 통 봉지 상자"
    " 그릇 줄 팀 곳 차례 배"
)
"""What is counted in native numbers."""
NOT_COUNTERS = "개월|개국|개년|달러|대험|시즌|장조|배럴|통화"
UNITS: Mapping[str, str] = {
    "km/h": "킬로미터 매 시",
    "kg": "킬로그램",
    "mg": "밀리그램",
    "g": "그램",
    "km": "킬로미터",
    "cm": "센티미터",
    "mm": "밀리미터",
    "m²": "제곱미터",
    "㎡": "제곱미터",
    "m": "미터",
    "ml": "밀리리터",
    "mL": "밀리리터",
    "L": "리터",
    "l": "리터",
    "KB": "킬로바이트",
    "MB": "메가바이트",
    "GB": "기가바이트",
    "TB": "테라바이트",
    "Hz": "헤르츠",
    "kHz": "킬로헤르츠",
    "MHz": "메가헤르츠",
    "GHz": "기가헤르츠",
    "W": "와트",
    "kW": "킬로와트",
    "V": "볼트",
    "dB": "데시벨",
    "ms": "밀리초",
    "°C": "도",
    "℃": "도",
    "°": "도",
    "%p": "퍼센트포인트",
    "%": "퍼센트",
    "％": "퍼센트",
}
CURRENCIES: Mapping[str, str] = {"$": "달러", "€": "유로", "£": "파운드", "¥": "엔", "₩": "원"}
CENTS: Mapping[str, str] = {"$": "센트", "€": "센트", "£": "펜스"}
FEW: Mapping[tuple[int, int], str] = {
    (1, 2): "한두",
    (2, 3): "두세",
    (3, 4): "서너",
    (4, 5): "네다섯",
    (5, 6): "대여섯",
    (6, 7): "예닐곱",
    (7, 8): "일고여덟",
    (8, 9): "여덟아홉",
}
RATIO = re.compile("(?:비율|비|점수|스코어|배율|축척|비중)[은는이가을를로의]? ?$")
"""What makes 10:15 a ratio rather than a time of day."""
LETTERS: Mapping[str, str] = paired(
    "A=에이 B=비 C=씨 D=디 E=이 F=에프 G=지 H=에이치 I=아이 J=제이 K=케이 L=엘 M=엠 N=엔 O=오 P=피"
    " Q=큐 R=알 S=에스 T=티 U=유 V=브이 W=더블유 X=엑스 Y=와이 Z=제트"
)
JAMO: Mapping[str, str] = paired(
    "ㄱ=기역 ㄴ=니은 ㄷ=디귿 ㄹ=리을 ㅁ=미음 ㅂ=비읍 ㅅ=시옷 ㅇ=이응 ㅈ=지읒 ㅊ=치읓 ㅋ=키읔"
    " ㅌ=티읕 ㅍ=피읖 ㅎ=히읗 ㄲ=쌍기역 ㄸ=쌍디귿 ㅃ=쌍비읍 ㅆ=쌍시옷 ㅉ=쌍지읒 ㅏ=아 ㅐ=애"
    " ㅑ=야 ㅒ=얘 ㅓ=어 ㅔ=에 ㅕ=여 ㅖ=예 ㅗ=오 ㅘ=와 ㅙ=왜 ㅚ=외 ㅛ=요 ㅜ=우 ㅝ=워 ㅞ=웨"
    " ㅟ=위 ㅠ=유 ㅡ=으 ㅢ=의 ㅣ=이"
)
SIGNS: Mapping[str, str] = {
    "&": "앤드",
    "+": "더하기",
    "=": "는",
    "×": "곱하기",
    "÷": "나누기",
    "@": "골뱅이",
    "#": "샵",
    "/": "슬래시",
    "%": "퍼센트",
    "°": "도",
    "<": "작다",
    ">": "크다",
    "→": "",
    "~": "",
    "*": "",
    "_": "",
    "|": "",
    "`": "",
    "•": "",
    "ㆍ": ",",
}
ADDRESS_SIGNS: Mapping[str, str] = {
    ".": "점",
    "@": "골뱅이",
    "/": "슬래시",
    "-": "대시",
    "_": "언더바",
    ":": "콜론",
    "?": "물음표",
    "=": "는",
    "&": "앤드",
    "#": "샵",
    "%": "퍼센트",
    "+": "플러스",
}
ARITHMETIC = arithmetic.rules(
    arithmetic.Words(
        minus="빼기",
        to="에서",
        score="대",
        times="곱하기",
        divided="나누기",
        power="의",
        unequal="같지 않음",
        equal="는",
        at_least="크거나 같음",
        at_most="작거나 같음",
        plus_minus="플러스 마이너스",
        about="약",
        nearly="약",
        arrow="에서",
        both="그리고",
        either="또는",
        further_signs={"∞": "무한대", "√": "루트", "↑": "위로", "↓": "아래로", "‰": "퍼밀"},
    )
)
LATIN = r"[^\W\d_ㄱ-ㅣ가-힣²³¹⁰⁴-⁹₀-₉①-⓿½⅓⅔¼¾⅛]"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_NATIVE = "|".join(sorted(COUNTERS, key=len, reverse=True))


def spelled(letters: str) -> str:
    """Latin letters by their Korean names: "AI" is 에이아이."""
    return "".join(LETTERS.get(letter.upper(), "") for letter in letters)


def _letters(match: re.Match[str]) -> str | None:
    """Capitals as letters, unless they can be said as a word ("NASA")."""
    letters = match[0]
    return None if len(letters) > 3 and re.search("[AEIOU]", letters) else spelled(letters)


def _numeral(match: re.Match[str]) -> str | None:
    """A number that is one sign: ⑤, ½."""
    if match[0].isalpha():
        return None
    return decimal(f"{unicodedata.numeric(match[0], 0):g}")


def _month(number: int) -> str:
    return {6: "유월", 10: "시월"}.get(number, sino(number) + "월")


def _range(match: re.Match[str]) -> str | None:
    meaning = arithmetic.dash(match.string, match.start("dash"), match.end("dash"))
    tilde = match["dash"] not in "–-"
    return decimal(match["a"]) + "에서" if tilde or meaning == "to" else None


def _signed(match: re.Match[str]) -> str:
    """-5°C is 영하 오 도, -5% is 마이너스 오 퍼센트."""
    amount, unit = match["a"], UNITS[match["unit"]]
    if amount[0] in "-−" and unit == "도":
        return f"영하 {decimal(amount[1:])} {unit}"
    return f"{decimal(amount)} {unit}"


def _counted(match: re.Match[str]) -> str | None:
    number = int(match["number"])
    if number > 12 and re.match(r"\ ?시(?!간)", match.string[match.end() :]):
        return None  # the hours of a day of twenty four
    is_age = number % 10 == 0 and match.string.startswith("대", match.end())
    return native(number) if 1 <= number <= 99 and not is_age else None


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59 or RATIO.search(match.string, 0, match.start()):
        return None
    said = (native(hour) if 1 <= hour <= 12 else sino(hour)) + "시"
    return said + (f" {sino(minute)}분" if minute else "")


def _date(match: re.Match[str]) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{sino(int(match['year']))}년 {_month(month)} {sino(day)}일"


def _few(match: re.Match[str]) -> str | None:
    """3~4명 is 서너 명, 2~3일 is 이삼일; 5~10명 is 다섯에서 열 명."""
    first, last = int(match["a"]), int(match["b"])
    if match["counter"]:
        if not 1 <= first < last <= 99:
            return None
        if (first, last) in FEW:
            return FEW[first, last]
        return f"{native(first, counting=False)}에서 {native(last)}"
    return sino(first) + sino(last) if last == first + 1 and 2 <= first <= 8 else None


def _short_date(match: re.Match[str]) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{_month(month)} {sino(day)}일"


def _named_day(match: re.Match[str]) -> str:
    """6·25 is 육이오, 12·12 is 십이십이."""
    month, day = match["month"], match["day"]
    return sino(int(month)) + (sino(int(day)) if day in {"10", "12"} else one_by_one(day))


def _address(match: re.Match[str]) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).rstrip("/")
    words = [
        ADDRESS_SIGNS.get(part, one_by_one(part) if part.isdecimal() else part)
        for part in re.findall(r"[^\W\d_]+|\d+|\S", bare)
    ]
    return " ".join(words)


def _money(match: re.Match[str]) -> str:
    scale = match["scale"] or ""
    whole, _, cents = match["amount"].partition(".")
    if len(cents) == 2 and match["sign"] in CENTS and not scale:
        said = f"{decimal(whole)} {CURRENCIES[match['sign']]}"
        return said + (f" {sino(int(cents))} {CENTS[match['sign']]}" if int(cents) else "")
    return f"{decimal(match['amount'])}{scale} {CURRENCIES[match['sign']]}"


def _times(match: re.Match[str]) -> str | None:
    """번: times are counted in native numbers, what is numbered is not (3번 출구)."""
    number = int(match["number"])
    numbered = re.match(
        r"번\s?(?:출구|문제|국도|버스|선|방|홈|타자|째 줄)", match.string[match.end() :]
    )
    return native(number) if 1 <= number <= 20 and not numbered else None


KOREAN: tuple[Rule, ...] = (
    rule(r"(?:https?://|www\.)[!-~]*[!-~](?<![.,;:!?)\]'])", _address),
    rule(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z]+)+", _address),
    rule(
        r"(?<![\w@.])[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|io|dev|ai|co|kr)(?![A-Za-z])"
        r"(?:/[A-Za-z0-9./_-]*[A-Za-z0-9/])?",
        _address,
    ),
    rule(
        r"(?<!\d)(?P<year>\d{4})[-/.]\ ?(?P<month>\d{1,2})[-/.]\ ?(?P<day>\d{1,2})\.?(?!\d)", _date
    ),
    rule(
        r"['’](?P<year>\d\d)\.\ ?(?P<month>\d{1,2})\.\ ?(?P<day>\d{1,2})\.?(?!\d)",
        _date,
    ),
    rule(
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=\ ?\([월화수목금토일]\))",
        _short_date,
    ),
    rule(r"(?<![\d·.])(?P<month>\d{1,2})[·ㆍ](?P<day>\d{1,2})(?![\d·.])", _named_day),
    rule(r"(?<=:\d\d)\ ?[~∼〜～-]\ ?(?=\d)", lambda _: "에서"),
    rule(
        r"(?<![\d.,월])(?<!월\ )(?P<a>\d{1,2})\ ?[~∼〜～-]\ ?(?P<b>\d{1,2})"
        rf"(?=\ ?(?:(?P<counter>(?!{NOT_COUNTERS}|시(?!간)|대)(?:{_NATIVE}))"
        r"|일|년|주|분|개월|달러))",
        _few,
    ),
    rule(r"\b3D\b|3D(?=[가-힣])", lambda _: "쓰리디"),
    rule(r"(?<!\d)(?P<month>\d{1,2})월", lambda match: _month(int(match["month"]))),
    rule(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?![\d:])", _clock),
    rule(r"(?<![\d:])(\d{1,3}):(?=\d{1,3}(?![\d:]))", lambda match: decimal(match[1]) + " 대"),
    rule(r"Wi-?Fi|와이-파이", lambda _: "와이파이"),
    rule(r"No\.\ ?(?=\d)", lambda _: "넘버"),
    rule(r"\bvs\b\.?", lambda _: "대"),
    rule(
        r"\+\d{1,3}[-\ ]\d{1,4}(?:[-\ ]\d{2,4}){1,3}(?!\d)"
        r"|(?<![\d-])\d{2,4}-\d{3,4}-\d{4}(?![\d-])|(?<![\d-])\d{3,4}-\d{4}(?![\d-])",
        lambda match: " ".join(one_by_one(group) for group in re.findall(r"\d+", match[0])),
    ),
    rule(
        rf"(?P<sign>[$€£¥₩])\ ?(?P<amount>{NUMBER})(?P<scale>[천만억조]+|)",
        _money,
    ),
    rule(
        rf"(?P<a>{NUMBER})\^(?P<b>{NUMBER})",
        lambda match: f"{decimal(match['a'])}의 {decimal(match['b'])} 제곱",
    ),
    rule(rf"(?P<a>{NUMBER})\ ?(?P<dash>[~∼〜～–-])\ ?(?=\d)", _range),
    *ARITHMETIC,
    rule(rf"(?P<a>(?:(?<!\w)[-−])?{NUMBER})\ ?(?P<unit>{_UNIT})(?![A-Za-z])", _signed),
    rule(r"(?<![\d.,제])(?<!제\ )(?P<number>\d{1,2})(?=번(?!호))", _times),
    rule(
        rf"(?<![\d.,제])(?<!제\ )(?P<number>\d{{1,2}})(?=\ ?(?!{NOT_COUNTERS})(?:{_NATIVE}))",
        _counted,
    ),
    rule(
        r"(?<![\d/])(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])",
        lambda match: f"{sino(int(match['under']))}분의 {sino(int(match['over']))}",
    ),
    rule(
        r"(?<![\w.])v?\d+(?:\.\d+){2,}(?!\w)",
        lambda match: " 점 ".join(sino(int(part)) for part in match[0].lstrip("v").split(".")),
    ),
    rule(rf"(?<![\w.])[-−](?P<a>{NUMBER})", lambda match: "마이너스 " + decimal(match["a"])),
    rule(NUMBER, lambda match: decimal(match[0])),
    rule(r"[^\W\d_]", _numeral),
    rule(r"[가-힣]+", lambda match: match[0]),
    rule("ㅋ{2,}", lambda match: "크" * min(len(match[0]), 3)),
    rule("ㅎ{2,}", lambda match: "흐" * min(len(match[0]), 3)),
    rule("[ㅠㅜ]{2,}", lambda _: ""),
    rule(r"[ㄱ-ㅣ]", lambda match: JAMO.get(match[0], "")),
    *MARK_RULES,
    rule("|".join(re.escape(sign) for sign in SIGNS), lambda match: SIGNS[match[0]]),
    rule(r"[A-Za-z]{2,}(?![A-Za-z'’])", lambda match: LOANWORDS.get(match[0].lower())),
    rule(r"[A-Z]{2,6}(?![A-Za-z])|[A-Za-z](?![^\W\d_가-힣])", _letters),
    rule(LATIN + r"+(?:['’][A-Za-z]+)*", lambda match: match[0], "en"),
)
"""How Korean text is read, in the order of trying; words in Latin letters that are no loanwords
stay English."""
