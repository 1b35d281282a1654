"""The rules by which numbers, dates, signs and Latin letters are read in Korean text."""

import re
import unicodedata

from dragoman.phonemes import arithmetic
from dragoman.phonemes.english.capitals import WORDS
from dragoman.phonemes.english.words import MARK_RULES
from dragoman.phonemes.korean.dates import (
    WRITTEN_TIME,
    clock,
    date,
    foreign_date,
    month_name,
    named_day,
    short_date,
    written_time,
    year_and_month,
)
from dragoman.phonemes.korean.loanwords import LOANWORDS
from dragoman.phonemes.korean.numbers import decimal, native, one_by_one, sino
from dragoman.phonemes.korean.vocabulary import (
    ADDRESS_SIGNS,
    CENTS,
    CODES,
    COUNTERS,
    CURRENCIES,
    FEW,
    JAMO,
    LETTERS,
    NAMES_OF_NUMBERS,
    NOT_COUNTERS,
    SIGNS,
    UNITS,
)
from dragoman.phonemes.scan import Rule, rule

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+)"
"""A pattern for a number, also ".5", whose point must not be lost."""
ARITHMETIC = arithmetic.rules(
    arithmetic.Words(
        minus="빼기",
        negative="마이너스",
        to="에서",
        score="대",
        times="곱하기",
        divided="나누기",
        power="의",
        squared="제곱",
        cubed="세제곱",
        unequal="같지 않음",
        equal="는",
        at_least="크거나 같음",
        at_most="작거나 같음",
        plus_minus="플러스 마이너스",
        about="약",
        nearly="약",
        arrow="에서",
        hence="따라서",
        both="그리고",
        either="또는",
        further_signs={"∞": "무한대", "√": "루트", "↑": "위로", "↓": "아래로", "‰": "퍼밀"},
    )
)
LATIN = r"[^\W\d_ㄱ-ㅣ가-힣²³¹⁰⁴-⁹₀-₉①-⓿½⅓⅔¼¾⅛]"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_COIN = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_NATIVE = "|".join(sorted(COUNTERS, key=len, reverse=True))


def spelled(letters: str) -> str:
    """Latin letters by their Korean names: "AI" is 에이아이."""
    return "".join(LETTERS.get(letter.upper(), "") for letter in letters)


def _letters(match: re.Match[str]) -> str | None:
    """Capitals as letters, unless they can be said as a word ("NASA")."""
    letters = match[0]
    if len(letters) > 1 and letters.lower() in WORDS:
        return None  # an English word, emphasised
    return None if len(letters) > 3 and re.search("[AEIOU]", letters) else spelled(letters)


def _numeral(match: re.Match[str]) -> str | None:
    """A number that is one sign: ⑤, ½."""
    if match[0].isalpha():
        return None
    return decimal(f"{unicodedata.numeric(match[0], 0):g}")


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


CHAPTER = re.compile(
    r"\ ?장(?:\ ?\d+\ ?(?:절|조|항)|[은는에의]?\ ?(?:요약|제목|내용|본문|끝|시작))"
)
"""The rule for 7장 2절: chapters are numbered, sheets of paper counted."""


def _counted(match: re.Match[str]) -> str | None:
    number = int(match["number"])
    if number > 12 and re.match(r"\ ?시(?!간)", match.string[match.end() :]):
        return None  # the hours of a day of twenty four
    if CHAPTER.match(match.string, match.end()):
        return None
    is_age = number % 10 == 0 and match.string.startswith("대", match.end())
    return native(number) if 1 <= number <= 99 and not is_age else None


def _pressure(match: re.Match[str]) -> str | None:
    """혈압 120/80, 120/80 mmHg."""
    named = "혈압" in match.string[max(0, match.start() - 12) : match.start()]
    if not named and not re.match(r"\ ?mm\ ?Hg", match.string[match.end() :]):
        return None
    return f"{sino(int(match['over']))}에 {sino(int(match['under']))}"


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


DIALLED = re.compile(r"전화|신고|긴급|구급|응급|소방|경찰|구조|상담|콜센터|호출|누르|걸")
"""The words that make a number of three digits one that is dialled."""
NAMED = re.compile(rf"(?:{'|'.join(NAMES_OF_NUMBERS)})[은는이가]?\ ?:?\ ?$")
"""The words that make a number a name."""


def _dialled(match: re.Match[str]) -> str | None:
    """119 is 일일구 where it is dialled; 119명 is none."""
    around = match.string[max(0, match.start() - 20) : match.end() + 16]
    known = match[0] in {"112", "119"} and re.match(
        r"(?:로|에)(?![가-힣])", match.string[match.end() :]
    )
    return one_by_one(match[0]) if known or DIALLED.search(around) else None


def _run(match: re.Match[str]) -> str | None:
    """Codes and other names are read digit by digit, and what nobody would count so far."""
    run = match[0]
    if NAMED.search(match.string[max(0, match.start() - 16) : match.start()]):
        return one_by_one(run)
    return one_by_one(run) if len(run) > 10 and not run.endswith("000") else None


def _score(match: re.Match[str]) -> str | None:
    """8/10점, 평점 4.5/5: of ten points."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    is_named = match["points"] or "." in match["over"] or re.search("평점|별점|점수|평가", before)
    if not is_named:
        return None
    return f"{decimal(match['under'])}점 만점에 {decimal(match['over'])}점"


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


def _fraction(match: re.Match[str]) -> str:
    """1/2; what is more than one of the last months, 12/5, is a day."""
    over, under = int(match["over"]), int(match["under"])
    if under > 0 and max(9, under) < over <= 12:
        return f"{month_name(over)} {sino(under)}일"
    return f"{sino(under)}분의 {sino(over)}"


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
        r"(?<![\w@.])[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|io|dev|ai|co|kr|us|me|tv|gg)(?![A-Za-z])"
        r"(?:/[A-Za-z0-9./_-]*[A-Za-z0-9/])?",
        _address,
    ),
    rule(WRITTEN_TIME, written_time),
    rule(r"(?<=\))\ ?[~∼〜～]\ ?(?=\d)", lambda _: "에서"),
    rule(
        r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])\.\ ?(?P<day>[12]\d|3[01]|0?[1-9])\.?"
        r"(?=\ ?\([월화수목금토일]\))",
        short_date,
    ),
    rule(
        r"(?<![\d.])(?P<year>20\d\d)\.\ ?(?P<month>1[0-2]|0?[1-9])\.?"
        r"(?=\ ?(?:기준|현재|출시|발매|개봉|예정))",
        year_and_month,
    ),
    rule(
        r"(?<!\d)(?P<year>\d{4})[-/.]\ ?(?P<month>\d{1,2})[-/.]\ ?(?P<day>\d{1,2})\.?(?!\d)", date
    ),
    rule(
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>[12]\d{3})(?![\d/])",
        foreign_date,
    ),
    rule(
        r"(?<=[시일월분년])\ ?[~∼〜～]\ ?(?=오전|오후|다음|이튿날|새벽|아침|저녁|밤)",
        lambda _: "에서 ",
    ),
    rule(
        r"(?<![\d.])(?P<a>\d{1,2})대\ ?(?P<b>\d{1,2})(?=(?:로|의)(?![가-힣])|으로(?![가-힣])"
        r"|\ ?(?:무승부|승리|패배|동점|역전))",
        lambda match: f"{sino(int(match['a']))} 대 {sino(int(match['b']))}",
    ),
    rule(
        r"(?<![\d-])(?P<a>\d)-(?P<b>(?P=a))(?=(?:로|의)(?![가-힣])|\ ?(?:무승부|동점|비김))",
        lambda match: f"{sino(int(match['a']))} 대 {sino(int(match['b']))}",
    ),
    rule(
        r"(?<![\d.])(?P<month>1[0-2]|[1-9])\.(?P<day>[1-3]\d|[1-9])(?=\ ?(?:절(?![가-힣])|전쟁|혁명"
        r"|만세|민주|광복|사태|쿠데타|항쟁|사변|동란|의거|독립|남북공동|운동))",
        named_day,
    ),
    rule(r"(?<![\d/])(?P<over>\d{2,3})/(?P<under>\d{2,3})(?![\d/])", _pressure),
    rule(
        r"['’](?P<year>\d\d)\.\ ?(?P<month>\d{1,2})\.\ ?(?P<day>\d{1,2})\.?(?!\d)",
        date,
    ),
    rule(
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?=\ ?\([월화수목금토일]\))",
        short_date,
    ),
    rule(r"(?<![\d·.])(?P<month>\d{1,2})[·ㆍ](?P<day>\d{1,2})(?![\d·.])", named_day),
    rule(r"(?<=:\d\d)\ ?[~∼〜～-]\ ?(?=\d|오전|오후|다음|익일|새벽|저녁|밤)", lambda _: "에서"),
    rule(
        r"(?<![\d.,:])(?P<a>[1-9]|1[0-2])시?\ ?[~∼〜～-]\ ?(?P<b>[1-9]|1[0-2])(?=시(?!간))",
        lambda match: f"{native(int(match['a']))} 시에서 {native(int(match['b']))}",
    ),
    rule(
        r"(?<![\d.,월])(?<!월\ )(?P<a>\d{1,2})\ ?[~∼〜～-]\ ?(?P<b>\d{1,2})"
        rf"(?=\ ?(?:(?P<counter>(?!{NOT_COUNTERS}|시(?!간)|대)(?:{_NATIVE}))"
        r"|일|년|주|분|개월|달러))",
        _few,
    ),
    rule(r"\b3D\b|3D(?=[가-힣])", lambda _: "쓰리디"),
    rule(r"(?<!\d)(?P<month>\d{1,2})월", lambda match: month_name(int(match["month"]))),
    rule(
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:])",
        clock,
    ),
    rule(r"(?<![\d:])(\d{1,3}):(?=\d{1,3}(?![\d:]))", lambda match: decimal(match[1]) + " 대"),
    rule(r"Wi-?Fi|와이-파이", lambda _: "와이파이"),
    rule(r"No\.\ ?(?=\d)", lambda _: "넘버"),
    rule(r"\bvs\b\.?", lambda _: "대"),
    rule(
        r"\+\d{1,3}[-\ ]\(?\d{1,4}\)?(?:[-\ ]\d{2,4}){1,3}(?!\d)"
        r"|\(\d{2,4}\)[-\ ]?\d{3,4}[-\ ]\d{4}(?!\d)|(?<![\d.])\d{2,3}\.\d{3,4}\.\d{4}(?![\d.])"
        r"|(?<![\d-])\d{2,4}-\d{3,4}-\d{4}(?![\d-])|(?<![\d-])(?:1[5-8]\d\d-\d{4}"
        r"|(?!(?:19|20)\d\d-(?:19|20)\d\d)\d{3,4}-(?!\d\d00)\d{4})(?![\d-])",
        lambda match: " ".join(one_by_one(group) for group in re.findall(r"\d+", match[0])),
    ),
    rule(
        rf"(?<![A-Za-z])(?P<sign>{_COIN})\ ?(?P<amount>{NUMBER})(?P<scale>[천만억조]+|)",
        _money,
    ),
    rule(
        rf"(?P<amount>{NUMBER})(?P<scale>[천만억조]*)\ ?(?P<sign>US\$|[$€£¥₩₹₽₺₱₫฿₿])(?!\d)", _money
    ),
    rule(
        rf"(?P<amount>{NUMBER})\ ?(?P<code>{'|'.join(CODES)})(?![A-Za-z])",
        lambda match: f"{decimal(match['amount'])} {CODES[match['code']]}",
    ),
    rule(
        rf"(?<![A-Za-z])(?P<code>{'|'.join(CODES)})\ ?(?P<amount>{NUMBER})",
        lambda match: f"{decimal(match['amount'])} {CODES[match['code']]}",
    ),
    rule(
        rf"(?P<a>{NUMBER})\^(?P<b>{NUMBER})",
        lambda match: f"{decimal(match['a'])}의 {decimal(match['b'])} 제곱",
    ),
    rule(rf"(?P<a>{NUMBER})\ ?(?P<dash>[~∼〜～–-])\ ?(?=\d)", _range),
    *ARITHMETIC,
    rule(rf"(?P<a>(?:(?<!\w)[-−])?{NUMBER})\ ?(?P<unit>{_UNIT})(?![A-Za-z])", _signed),
    rule(
        r"(?<![A-Za-z\d.,/-])(?:11[0-9]|12[0-9]|13[0-9]|182|911|999)(?![\dA-Za-z/]|[.,]\d|-\d"
        r"|\ ?[명개원년월일층호분초%])",
        _dialled,
    ),
    rule(r"(?<![A-Za-z\d.,/-])\d{4,19}(?![\dA-Za-z/]|[.,]\d|-\d)|(?<=내선\ )\d{3}", _run),
    rule(
        r"(?<![\d/.])(?P<over>\d+(?:\.\d+)?)/(?P<under>5|10|100)(?P<points>점|)(?![\d/.])",
        _score,
    ),
    rule(
        rf"(?:(?<=\d[만억조천])|(?<=\d[만억조천]\ ))(?P<unit>{_UNIT})(?![A-Za-z])",
        lambda match: UNITS[match["unit"]],
    ),
    rule(r"(?<=\d\ )mm\ ?Hg|(?<=\d)mm\ ?Hg", lambda _: UNITS["mmHg"]),
    rule(r"(?<![\d/])9/11(?![\d/])|(?<![\d/])24/7(?![\d/])", lambda m: one_by_one(m[0])),
    rule(
        r"(?<![\d.,제])(?<!제\ )(?P<number>[1-9]\d?)\ ?(?=번째)",
        lambda m: "첫" if m["number"] == "1" else native(int(m["number"])),
    ),
    rule(
        r"(?<![\d.,:])0(?P<number>[1-9])(?=\ ?(?:분|초|일|월|회))",
        lambda match: sino(int(match["number"])),
    ),
    rule(r"(?<![\d.,제])(?<!제\ )(?P<number>\d{1,2})(?=번(?!호))", _times),
    rule(
        rf"(?<![\d.,제])(?<!제\ )(?P<number>\d{{1,2}})(?=\ ?(?!{NOT_COUNTERS})(?:{_NATIVE}))",
        _counted,
    ),
    rule(
        r"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>2[1-9]|3[01]|0[1-9])(?![\d/])",
        short_date,
    ),
    rule(
        r"(?<![\d/])(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])",
        _fraction,
    ),
    rule(
        rf"(?:(?<=/\d)|(?<=/\d\d)|(?<=/\d\ )|(?<=/\d\d\ ))(?P<unit>{_UNIT})(?![A-Za-z])",
        lambda match: UNITS[match["unit"]],
    ),
    rule(
        r"(?<![A-Za-z\d.])v?\d+(?:\.\d+){2,}(?![A-Za-z\d])",
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
    rule(r"(?<![A-Za-z])[A-Z]/[A-Z](?![A-Za-z])", lambda match: spelled(match[0].replace("/", ""))),
    rule(r"[A-Z]{2,6}(?![A-Za-z])|[A-Za-z](?![^\W\d_가-힣])", _letters),
    rule(LATIN + r"+(?:['’][A-Za-z]+)*", lambda match: match[0], "en"),
)
"""The rules for Korean text, in the order of trying; words in Latin letters that are no loanwords
stay English."""
