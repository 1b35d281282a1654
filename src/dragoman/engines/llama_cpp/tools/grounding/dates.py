"""Dates and times of day: which values are some, and whether a text says when.

A date that stands in a call may be worked out from "tomorrow", or from what the system text says of
today. Where nobody says anything of when, it is made up.
"""

import re

from dragoman.engines.llama_cpp.tools.grounding.wording import normal

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}[\d:.]*(?:Z|[+-]\d{2}:?\d{2})?)?")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?")
_SECONDS = range(1_200_000_000, 2_400_000_000)
"""Since 1970: from 2008 to 2046."""
_ENGLISH = re.compile(r"\b(?:the|a|an|my|me|for|please|can|you|with|and|of|in|it|i)\b")
_KOREAN = re.compile("[가-힣]")
_OTHER = re.compile(r"[^\x00-\x7f가-힣\s‘’“”–—…·「」]")
_WHEN = re.compile(
    r"\d|\b(?:to(?:day|morrow|night)|tmrw|yesterday|now|soon|asap|later|earlier|latest|recent"
    r"|current|next|last|past|coming|upcoming|this|every|daily|weekly|monthly|yearly|annual"
    r"|until|since|while|immediate|right away|straight away|at once|in a bit|first thing"
    r"|eo[dwy]\b|cob\b|mon(?:day)?s?\b|tues?|wed(?:nes)?|thurs?|fri(?:day)?s?\b|sat(?:ur|\b)"
    r"|sun(?:day|\b)|week|sec(?:ond|s)|min(?:ute|s)|hours?|hrs?\b|day|fortnight|month|quarter"
    r"|season|year|decade|mid(?:day|night)|noon|dawn|dusk|morning|afternoon|evening|night"
    r"|birthday|spring|summer|autumn|fall|winter|christmas|easter|thanks|valentine|new year"
    r"|holiday|vacation|breakfast|lunch|dinner|supper|brunch|sunrise|sunset|o'?clock|half past"
    r"|quarter (?:to|past)|jan(?:uary)?\b|feb|march|apr(?:il)?\b|may\b|june?\b|july?\b|aug|sept?"
    r"|oct|nov(?:ember)?\b|dec(?:ember)?\b|when(?:ever| you| he| she| they)|any ?time|same time"
    r"|that (?:time|date)|deadline|schedul|one|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirt|half|first|third)"
    r"|오늘|내일|낼|모레|글피|어제|그제|지금|바로|곧|당장|요일|주말|다음|담주|지난|이번|올해|작년|내년|매일|매주"
    r"|아침|점심|저녁|오전|오후|새벽|밤|정오|자정|생일|휴가|명절|설날|추석|크리스마스|시간|[시분초일월년달주]\s?(?:에|까지"
    r"|부터|뒤|후|전|안|반|$|\s)|하루|이틀|사흘|나흘|일주일|언제|예정"
)
"""Words of when, or their beginnings, in texts as `normal`, in English and Korean.

One too many lets a guess pass, one too few asks for what is known."""


def is_one(value: str | float) -> bool:
    """Whether a value is a date, a time of day, or seconds since 1970."""
    if isinstance(value, str):
        return bool(_DATE.fullmatch(value) or _TIME.fullmatch(value))
    return isinstance(value, int) and value in _SECONDS


def says_when(text: str) -> bool:
    """Whether a text may say anything of when.

    Texts in other languages than English and Korean always may.
    """
    plain = normal(text)
    known = _KOREAN.search(plain) or _ENGLISH.search(plain)
    return not known or bool(_OTHER.search(text)) or bool(_WHEN.search(plain))
