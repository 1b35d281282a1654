"""How numbers, dates, money and signs are read in Portuguese."""

from dragoman.phonemes.arithmetic import Words
from dragoman.phonemes.portuguese.numbers import cardinal, counted, ordinal, parts
from dragoman.phonemes.romance.vocabulary import NOT_FEMININE, Coin, Vocabulary
from dragoman.phonemes.romance.words import table
from dragoman.phonemes.tables import listed


def _clock(hour: int, minute: int) -> str:
    said = counted(hour, "f")
    if minute == 0:
        return f"{said} hora{'s' if hour > 1 else ''}"
    return f"{said} e {'meia' if minute == 30 and hour <= 12 else cardinal(minute)}"


def _date(day: int, month: str, year: int | None) -> str:
    said = f"{'primeiro' if day == 1 else cardinal(day)} de {month}"
    return f"{said} de {cardinal(year)}" if year else said


PORTUGUESE = table(
    Vocabulary(
        cardinal=cardinal,
        counted=counted,
        ordinal=ordinal,
        clock=_clock,
        date=_date,
        months=listed(
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
            " dezembro"
        ),
        short_months=listed("jan fev mar abr mai jun jul ago set out nov dez"),
        units={
            "km/h": ("quilômetro por hora", "quilômetros por hora"),
            "kg": ("quilo", "quilos"),
            "mg": ("miligrama", "miligramas"),
            "g": ("grama", "gramas"),
            "km²": ("quilômetro quadrado", "quilômetros quadrados"),
            "m²": ("metro quadrado", "metros quadrados"),
            "km": ("quilômetro", "quilômetros"),
            "cm": ("centímetro", "centímetros"),
            "mm": ("milímetro", "milímetros"),
            "m": ("metro", "metros"),
            "ml": ("mililitro", "mililitros"),
            "l": ("litro", "litros"),
            "min": ("minuto", "minutos"),
            "s": ("segundo", "segundos"),
            "GB": ("gigabáite", "gigabáites"),
            "MB": ("megabáite", "megabáites"),
            "kW": ("quilovate", "quilovates"),
            "Hz": ("rértis", "rértis"),
            "°C": ("grau", "graus"),
            "ºC": ("grau", "graus"),
            "°": ("grau", "graus"),
            "%": ("por cento", "por cento"),
        },
        feminine_units=frozenset(),
        feminine_nouns=NOT_FEMININE + "[a-záéíóúâêôãõç]+(?:as?|ções|dades|agens)",
        masculine_nouns="-",
        coins={
            "R$": Coin("real", "reais", "centavo", "centavos"),
            "€": Coin("euro", "euros", "centavo", "centavos"),
            "$": Coin("dólar", "dólares", "centavo", "centavos"),
            "US$": Coin("dólar", "dólares", "centavo", "centavos"),
            "£": Coin("libra", "libras", "pêni", "pence", gender="f"),
            "¥": Coin("iene", "ienes"),
            "₩": Coin("won", "wons"),
            "EUR": Coin("euro", "euros", "centavo", "centavos"),
            "USD": Coin("dólar", "dólares", "centavo", "centavos"),
        },
        scales=("mil", "milhão", "milhões", "bilhão", "bilhões"),
        of="de",
        signs={
            "&": "e",
            "+": "mais",
            "=": "igual a",
            "×": "vezes",
            "÷": "dividido por",
            "@": "arroba",
            "#": "cerquilha",
            "%": "por cento",
            "/": "barra",
            "\\": "barra",
            "°": "graus",
            "º": "graus",
            "<": "menor que",
            ">": "maior que",
            "±": "mais ou menos",
            "©": "copyright",
            "$": "dólares",
            "€": "euros",
            "£": "libras",
            "¥": "iene",
            "₩": "won",
            "§": "parágrafo",
        },
        address_signs={
            ".": "ponto",
            "@": "arroba",
            "/": "barra",
            "-": "hífen",
            "_": "sublinhado",
            ":": "dois pontos",
            "?": "interrogação",
            "=": "igual",
            "&": "e",
            "#": "cerquilha",
            "%": "por cento",
            "+": "mais",
        },
        abbreviations={
            "Sr.": "senhor",
            "Sra.": "senhora",
            "Srta.": "senhorita",
            "Dr.": "doutor",
            "Dra.": "doutora",
            "Prof.": "professor",
            "Profa.": "professora",
            "etc.": "etcétera",
            "p. ex.": "por exemplo",
            "nº": "número",
            "n.º": "número",
            "pág.": "página",
            "págs.": "páginas",
            "Av.": "avenida",
            "R.": "rua",
            "tel.": "telefone",
            "Ltda.": "limitada",
            "EUA": "Estados Unidos",
            "aprox.": "aproximadamente",
        },
        ordinal_ends=r"\.?[ºª°]|o|a",
        feminine_ends=r"\.?ª|a",
        point="vírgula",
        minus="menos",
        arithmetic=Words(
            minus="menos",
            to="a",
            times="vezes",
            divided="dividido por",
            power="elevado a",
            unequal="diferente de",
            equal="igual a",
            at_least="maior ou igual a",
            at_most="menor ou igual a",
            plus_minus="mais ou menos",
            about="cerca de",
            nearly="aproximadamente igual a",
            arrow="a",
            both="e",
            either="ou",
            decimal_sign=",",
            further_signs={
                "∞": "infinito",
                "√": "raiz de",
                "↑": "sobe",
                "↓": "desce",
                "‰": "por mil",
            },
        ),
        joint="e",
        kings_are_ordinal=False,
        small_fractions={
            (1, 2): "meio",
            (1, 3): "um terço",
            (2, 3): "dois terços",
            (1, 4): "um quarto",
            (3, 4): "três quartos",
        },
        parts=parts,
    )
)
"""How Portuguese text is read, in the order of trying."""
