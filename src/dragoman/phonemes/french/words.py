"""How numbers, dates, money and signs are read in French."""

from dragoman.phonemes.arithmetic import Words
from dragoman.phonemes.french.numbers import cardinal, counted, ordinal, parts
from dragoman.phonemes.romance.vocabulary import Coin, Vocabulary
from dragoman.phonemes.romance.words import table
from dragoman.phonemes.tables import listed


def _clock(hour: int, minute: int) -> str:
    said = f"{counted(hour, 'f')} heure{'s' if hour > 1 else ''}"
    return f"{said} {cardinal(minute)}" if minute else said


def _date(day: int, month: str, year: int | None) -> str:
    said = f"{'premier' if day == 1 else cardinal(day)} {month}"
    return f"{said} {cardinal(year)}" if year else said


FRENCH = table(
    Vocabulary(
        cardinal=cardinal,
        counted=counted,
        ordinal=ordinal,
        clock=_clock,
        date=_date,
        months=listed(
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        ),
        short_months=listed("janv févr avr juil sept oct nov déc"),
        units={
            "km/h": ("kilomètre heure", "kilomètres heure"),
            "kg": ("kilo", "kilos"),
            "mg": ("milligramme", "milligrammes"),
            "g": ("gramme", "grammes"),
            "km²": ("kilomètre carré", "kilomètres carrés"),
            "m²": ("mètre carré", "mètres carrés"),
            "km": ("kilomètre", "kilomètres"),
            "cm": ("centimètre", "centimètres"),
            "mm": ("millimètre", "millimètres"),
            "m": ("mètre", "mètres"),
            "ml": ("millilitre", "millilitres"),
            "l": ("litre", "litres"),
            "min": ("minute", "minutes"),
            "h": ("heure", "heures"),
            "s": ("seconde", "secondes"),
            "Go": ("gigaoctet", "gigaoctets"),
            "GB": ("gigaoctet", "gigaoctets"),
            "Mo": ("mégaoctet", "mégaoctets"),
            "kW": ("kilowatt", "kilowatts"),
            "Hz": ("hertz", "hertz"),
            "°C": ("degré", "degrés"),
            "°": ("degré", "degrés"),
            "%": ("pour cent", "pour cent"),
        },
        feminine_units=frozenset({"min", "s", "h"}),
        feminine_nouns="-",
        masculine_nouns="-",
        coins={
            "€": Coin("euro", "euros", "centime", "centimes"),
            "$": Coin("dollar", "dollars", "cent", "cents"),
            "£": Coin("livre", "livres", "penny", "pence", gender="f"),
            "¥": Coin("yen", "yens"),
            "₩": Coin("won", "wons"),
            "EUR": Coin("euro", "euros", "centime", "centimes"),
            "USD": Coin("dollar", "dollars", "cent", "cents"),
        },
        scales=("mille", "millions?", "milliards?"),
        of="de",
        signs={
            "&": "et",
            "+": "plus",
            "=": "égale",
            "×": "fois",
            "÷": "divisé par",
            "@": "arobase",
            "#": "dièse",
            "%": "pour cent",
            "/": "barre oblique",
            "\\": "barre",
            "°": "degrés",
            "<": "inférieur à",
            ">": "supérieur à",
            "±": "plus ou moins",
            "©": "copyright",
            "$": "dollars",
            "€": "euros",
            "£": "livres",
            "¥": "yen",
            "₩": "won",
            "§": "paragraphe",
        },
        address_signs={
            ".": "point",
            "@": "arobase",
            "/": "barre oblique",
            "-": "tiret",
            "_": "tiret bas",
            ":": "deux points",
            "?": "point d'interrogation",
            "=": "égale",
            "&": "et",
            "#": "dièse",
            "%": "pour cent",
            "+": "plus",
        },
        abbreviations={
            "M.": "monsieur",
            "MM.": "messieurs",
            "Mme": "madame",
            "Mmes": "mesdames",
            "Mlle": "mademoiselle",
            "Dr": "docteur",
            "Dr.": "docteur",
            "Pr": "professeur",
            "etc.": "et cétéra",
            "p. ex.": "par exemple",
            "n°": "numéro",
            "N°": "numéro",
            "p.": "page",
            "av.": "avant",
            "apr.": "après",
            "J.-C.": "Jésus Christ",
            "tél.": "téléphone",
            "env.": "environ",
            "St": "saint",
            "Ste": "sainte",
            "bd": "boulevard",
            "c.-à-d.": "c'est à dire",
        },
        ordinal_ends="er|ère|re|ème|ième|e|ème|nd|nde|ᵉ|ᵉʳ",
        feminine_ends="ère|re|nde",
        point="virgule",
        minus="moins",
        arithmetic=Words(
            minus="moins",
            to="à",
            times="fois",
            divided="divisé par",
            power="puissance",
            unequal="différent de",
            equal="égale",
            at_least="supérieur ou égal à",
            at_most="inférieur ou égal à",
            plus_minus="plus ou moins",
            about="environ",
            nearly="environ égal à",
            arrow="à",
            both="et",
            either="ou",
            decimal_sign=",",
            further_signs={
                "∞": "infini",
                "√": "racine de",
                "↑": "en hausse de",
                "↓": "en baisse de",
                "‰": "pour mille",
            },
        ),
        joint="",
        kings_are_ordinal=False,
        small_fractions={
            (1, 2): "un demi",
            (1, 3): "un tiers",
            (2, 3): "deux tiers",
            (1, 4): "un quart",
            (3, 4): "trois quarts",
        },
        parts=parts,
    )
)
"""How French text is read, in the order of trying."""
