"""How numbers, dates, money and signs are read in Spanish."""

from dragoman.phonemes.arithmetic import Words
from dragoman.phonemes.romance.vocabulary import NOT_FEMININE, Coin, Vocabulary
from dragoman.phonemes.romance.words import table
from dragoman.phonemes.spanish.numbers import cardinal, counted, ordinal, parts
from dragoman.phonemes.tables import listed


def _clock(hour: int, minute: int) -> str:
    said = "una" if hour == 1 else cardinal(hour)
    if minute == 0:
        return said if hour <= 12 else f"{said} horas"
    special = {15: "y cuarto", 30: "y media"} if hour <= 12 else {}
    return f"{said} {special.get(minute) or 'y ' + cardinal(minute)}"


def _date(day: int, month: str, year: int | None) -> str:
    said = f"{'uno' if day == 1 else cardinal(day)} de {month}"
    return f"{said} de {cardinal(year)}" if year else said


SPANISH = table(
    Vocabulary(
        cardinal=cardinal,
        counted=counted,
        ordinal=ordinal,
        clock=_clock,
        date=_date,
        months=listed(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
            " diciembre"
        ),
        short_months=listed("ene feb mar abr jun jul ago sep sept oct nov dic"),
        units={
            "km/h": ("kilómetro por hora", "kilómetros por hora"),
            "kg": ("kilo", "kilos"),
            "mg": ("miligramo", "miligramos"),
            "g": ("gramo", "gramos"),
            "km²": ("kilómetro cuadrado", "kilómetros cuadrados"),
            "m²": ("metro cuadrado", "metros cuadrados"),
            "km": ("kilómetro", "kilómetros"),
            "cm": ("centímetro", "centímetros"),
            "mm": ("milímetro", "milímetros"),
            "m": ("metro", "metros"),
            "ml": ("mililitro", "mililitros"),
            "l": ("litro", "litros"),
            "h": ("hora", "horas"),
            "min": ("minuto", "minutos"),
            "s": ("segundo", "segundos"),
            "GB": ("gigabyte", "gigabytes"),
            "MB": ("megabyte", "megabytes"),
            "kW": ("kilovatio", "kilovatios"),
            "Hz": ("hercio", "hercios"),
            "°C": ("grado", "grados"),
            "ºC": ("grado", "grados"),
            "°": ("grado", "grados"),
            "%": ("por ciento", "por ciento"),
        },
        feminine_units=frozenset({"h"}),
        feminine_nouns=NOT_FEMININE + "[a-záéíóúñ]+(?:as?|ciones|dades)",
        masculine_nouns=r"(?!(?:los|dos|y|o|como|pero|es|no|lo)\b)[a-záéíóúñ]+(?:os?|es|or)",
        coins={
            "€": Coin("euro", "euros", "céntimo", "céntimos"),
            "$": Coin("dólar", "dólares", "centavo", "centavos"),
            "US$": Coin("dólar", "dólares", "centavo", "centavos"),
            "£": Coin("libra", "libras", "penique", "peniques", gender="f"),
            "¥": Coin("yen", "yenes"),
            "₩": Coin("won", "wones"),
            "EUR": Coin("euro", "euros", "céntimo", "céntimos"),
            "USD": Coin("dólar", "dólares", "centavo", "centavos"),
        },
        scales=("mil", "millón", "millones", "billones"),
        of="de",
        signs={
            "&": "y",
            "+": "más",
            "=": "igual a",
            "×": "por",
            "÷": "entre",
            "@": "arroba",
            "#": "almohadilla",
            "%": "por ciento",
            "/": "barra",
            "\\": "barra",
            "°": "grados",
            "º": "grados",
            "<": "menor que",
            ">": "mayor que",
            "±": "más menos",
            "©": "copyright",
            "$": "dólares",
            "€": "euros",
            "£": "libras",
            "¥": "yen",
            "₩": "won",
            "§": "sección",
        },
        address_signs={
            ".": "punto",
            "@": "arroba",
            "/": "barra",
            "-": "guion",
            "_": "guion bajo",
            ":": "dos puntos",
            "?": "interrogación",
            "=": "igual",
            "&": "y",
            "#": "almohadilla",
            "%": "por ciento",
            "+": "más",
        },
        abbreviations={
            "Sr.": "señor",
            "Sra.": "señora",
            "Srta.": "señorita",
            "Dr.": "doctor",
            "Dra.": "doctora",
            "D.": "don",
            "Dña.": "doña",
            "Ud.": "usted",
            "Uds.": "ustedes",
            "etc.": "etcétera",
            "p. ej.": "por ejemplo",
            "núm.": "número",
            "n.º": "número",
            "pág.": "página",
            "págs.": "páginas",
            "av.": "avenida",
            "Av.": "avenida",
            "avda.": "avenida",
            "tel.": "teléfono",
            "EE. UU.": "Estados Unidos",
            "EE.UU.": "Estados Unidos",
            "a. m.": "de la mañana",
            "p. m.": "de la tarde",
            "a.m.": "de la mañana",
            "p.m.": "de la tarde",
            "aprox.": "aproximadamente",
        },
        ordinal_ends=r"\.?[ºª°]|\.?er|ro|ra|do|da|to|ta",
        feminine_ends=r"\.?ª|ra|da|ta",
        point="coma",
        minus="menos",
        arithmetic=Words(
            minus="menos",
            to="a",
            times="por",
            divided="dividido entre",
            power="elevado a",
            unequal="distinto de",
            equal="igual a",
            at_least="mayor o igual que",
            at_most="menor o igual que",
            plus_minus="más menos",
            about="aproximadamente",
            nearly="aproximadamente igual a",
            arrow="a",
            both="y",
            either="o",
            decimal_sign=",",
            further_signs={
                "∞": "infinito",
                "√": "raíz de",
                "↑": "sube",
                "↓": "baja",
                "‰": "por mil",
            },
        ),
        joint="con",
        kings_are_ordinal=False,
        small_fractions={
            (1, 2): "un medio",
            (1, 3): "un tercio",
            (2, 3): "dos tercios",
            (1, 4): "un cuarto",
            (3, 4): "tres cuartos",
        },
        parts=parts,
    )
)
"""How Spanish text is read, in the order of trying."""
