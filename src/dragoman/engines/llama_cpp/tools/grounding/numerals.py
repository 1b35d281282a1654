"""Numbers in words, in some languages: small letters without accents, as `wording.normal` leaves.

What one language means by a word may be another's word for something else: here only the numbers
that a text may mention are wanted, and one too many does little.
"""

from collections import defaultdict

_COUNTED = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen",
    "de": "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn"
    " funfzehn sechzehn siebzehn achtzehn neunzehn",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
    " seize dix-sept dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro"
    " veinticinco veintiseis veintisiete veintiocho veintinueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici"
    " quattordici quindici sedici diciassette diciotto diciannove",
    "pt": "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze"
    " dezesseis dezessete dezoito dezenove",
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять",
    "ar": "صفر واحد اثنين ثلاث أربع خمس ست سبع ثماني تسع عشر",
}
_OTHERS = {
    1: "once a an ein eine einen einem einer une una uma single first erste premier 하나 واحدة",
    2: "twice couple pair both double zwo deux dos duas beide paar second zweite 둘 اثنان اثنتين",
    3: "triple thrice third dritte 셋 ثلاثة",
    4: "fourth vierte 넷 أربعة",
    5: "fifth 다섯 خمسة",
    6: "sixth 여섯 ستة",
    7: "seventh 일곱 سبعة",
    8: "eighth 여덟 ثمانية",
    9: "ninth 아홉 تسعة",
    10: "tenth 열 عشرة",
    20: "twenty zwanzig vingt veinte venti vinte двадцать 스물 스무 عشرين عشرون",
    30: "thirty dreissig trente treinta trenta trinta тридцать 서른 ثلاثين ثلاثون",
    40: "forty vierzig quarante cuarenta quaranta quarenta сорок 마흔 أربعين أربعون",
    50: "fifty funfzig cinquante cincuenta cinquanta cinquenta пятьдесят 쉰 خمسين خمسون",
    60: "sixty sechzig soixante sesenta sessanta sessenta шестьдесят 예순 ستين ستون",
    70: "seventy siebzig setenta settanta 일흔 سبعين سبعون",
    80: "vingts eighty achtzig ochenta ottanta oitenta 여든 ثمانين ثمانون",
    90: "ninety neunzig noventa novanta 아흔 تسعين تسعون",
    0.5: "half halb halbe halben halbes demi demie medio media mezzo mezza meio meia пол 반 نصف",
    0.25: "quarter viertel quart cuarto ربع",
    0.75: "quarter dreiviertel",
    1.5: "anderthalb полтора",
}
_SCALED = {
    12: "dozen dutzend douzaine docena dozzina duzia",
    100: "hundred hundert cent cien ciento cento cem сто مئة مائة",
    10**3: "k thousand thousands grand tausend mille mil mila тысяч тысяча тысячи ألف آلاف",
    10**5: "lakh lakhs lac",
    10**6: "m mn mio million millions millionen millones milioni milhao milhoes миллион مليون",
    10**7: "crore crores",
    10**9: "b bn billion billions mrd milliarde milliarden milliard milliards миллиард مليار",
    10**12: "trillion billionen",
}


def _by_word() -> dict[str, frozenset[float]]:
    found: defaultdict[str, set[float]] = defaultdict(set)
    for words in _COUNTED.values():
        for value, word in enumerate(words.split()):
            found[word].add(value)
    for value, words in _OTHERS.items():
        for word in words.split():
            found[word].add(value)
    return {word: frozenset(values) for word, values in found.items()}


UNITS = _by_word()
"""The number of each word that may count."""
SCALES = {word: scale for scale, words in _SCALED.items() for word in words.split()}
"""The factor of each word that multiplies the number before it."""
JOINING = frozenset(("and", "und", "et", "y", "e", "de", "و"))
"""Words inside a number."""

SIGNS: dict[str, float] = {
    **dict(zip("零〇一二三四五六七八九两兩", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2), strict=True)),
    **dict(zip("영공일이삼사오육칠팔구", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    "半": 0.5,
}
TENS = {"十": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "만": 10**4, "억": 10**8}
SHORT = {"한": 1, "두": 2, "세": 3, "네": 4, "석": 3, "넉": 4}
"""Korean numbers before what is counted."""
_ONES = ("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
KOREAN = {
    word: n * size for size, some in ((1, _ONES), (10, _TENS)) for n, word in enumerate(some, 1)
}
"""Korean numbers that stand alone."""
ARTICLES = frozenset(("a", "an"))
"""Words for one that stand inside a number: two and a half, half a dozen."""
_MONTHS = (
    *("jan janv ene gen", "feb fev", "mar mars marz", "apr avr abr", "may mai mag"),
    *("jun juin giu", "jul juil lug", "aug aout ago", "sep sete sett", "oct okt ott", "nov"),
    "dec dez dic",
)
MONTHS = {month: at for at, months in enumerate(_MONTHS, start=1) for month in months.split()}
"""How the names of months begin."""
