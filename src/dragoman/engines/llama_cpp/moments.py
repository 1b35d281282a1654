"""Dates and times of day: which values are some, and whether a text says when.

A date that stands in a call may be worked out from "tomorrow", or from what the system text says of
today. Where nobody says anything of when, it is made up.
"""

import re

from dragoman.engines.llama_cpp.wording import normal

_DATE = re.compile(r"\d{4}-\d{2}-(\d{2})(?:[T ]\d{2}:\d{2}[\d:.]*(?:Z|[+-]\d{2}:?\d{2})?)?")
_TIME = re.compile(r"(\d{1,2}):\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?")
_WHEN = re.compile(
    r"\b(?:to(?:day|morrow|night)|yesterday|now|soon\w*|asap|later|earlier|latest|recent\w*|current\w*"
    r"|next|last|past|coming|upcoming|this|every|daily|weekly|monthly|yearly|annual\w*|until|since"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?|weekends?|weekdays?"
    r"|(?:second|minute|hour|day|week|fortnight|month|quarter|season|year|decade)s?|mid(?:day|night)"
    r"|noon|dawn|dusk|mornings?|afternoons?|evenings?|nights?|birthdays?|spring|summer|autumn|fall"
    r"|winter|christmas|easter|holidays?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?"
    r"|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|date|time|when"
    r"|heute|morgen|gestern|jetzt|bald|nachst\w*|letzt\w*|(?:mon|diens|donners|frei|sams|sonn)tags?"
    r"|mittwoch|woche\w*|tage?n?|monate?n?|jahre?n?|uhr|mittags?|abends?|nachts?|januar|februar|marz"
    r"|mai|juni|juli|oktober|dezember|aujourd'hui|demain|hier|maintenant|prochaine?|derniere?|lundi"
    r"|mardi|mercredi|jeudi|vendredi|samedi|dimanche|jours?|semaines?|mois|ans?|annees?|matin|soir"
    r"|midi|minuit|janvier|fevrier|mars|avril|juin|juillet|aout|hoy|manana|ayer|ahora|proxim[oa]s?"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo|dias?|semanas?|mes(?:es)?|anos?|tarde"
    r"|noche|mediodia|medianoche|enero|febrero|marzo|abril|mayo|junio|julio|agosto|oggi|domani|ieri"
    r"|adesso|giorn[oi]|settiman[ae]|mesi|ann[oi]|mattina|sera|hoje|amanha|ontem|agora|segunda|terca"
    r"|quarta|quinta|sexta|manha|noite)\b"
    r"|오늘|내일|모레|어제|그제|지금|요일|주말|다음|지난|이번|매일|매주|아침|점심|저녁|오전|오후|새벽"
    r"|[일월년주달시]\s?(?:에|까지|부터|뒤|후|전)|今|明日|昨日|来週|先週|週|曜|朝|夜|午前|午後|明天|昨天|后天"
    r"|星期|周|上午|下午|晚上|[0-9一二三四五六七八九十]\s?[日号时時月年点]"
    r"|сегодня|завтра|вчера|сейчас|недел|месяц|день|дня|дней|утр|вечер|ночь|поне|вторн|сред|четв|пятн"
    r"|суббот|воскр|اليوم|غد|أمس|الآن|أسبوع|شهر|يوم|आज|कल|अभी|सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि|सुबह|शाम"
)
"""Words of when, in texts as `normal`: one too many lets a guess pass, one too few asks for what is
known."""


def number(value: str) -> int | None:
    """The day of a date, or the hour of a time of day, where a value is one."""
    match = _DATE.fullmatch(value) or _TIME.fullmatch(value)
    return int(match[1]) if match else None


def says_when(text: str) -> bool:
    """Whether a text says anything of when."""
    return bool(_WHEN.search(normal(text)))
